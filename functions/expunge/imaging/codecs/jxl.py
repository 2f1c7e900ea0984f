"""JPEG XL with libjxl, if the optional Pillow plug-in is installed.

The plug-in's licence (GPL 3) keeps it from being a dependency; an operator may add it. A JPEG
that was losslessly transcoded to JPEG XL (``jbrd``) is edited as a JPEG and transcoded again.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

from expunge.errors import UnsupportedMediaType
from expunge.imaging.codecs import jpeg
from expunge.imaging.codecs.conversion import eight_bits, metadata
from expunge.imaging.codecs.fidelity import quality_like
from expunge.imaging.codecs.orientation import stored
from expunge.imaging.codecs.picture import Encoded
from expunge.imaging.codecs.raster import (
    Raster,
    from_image,
    joined,
    joined_like,
    opened,
    saved,
    sliced,
)
from expunge.imaging.containers.block import Kind
from expunge.imaging.containers.isobmff.boxes import make_box
from expunge.imaging.containers.jxl.codestream import CODING_BYTES, read_coding, read_header
from expunge.imaging.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.imaging.codecs.picture import Edits, Picture, Samples

_EFFORT = 3
"""libjxl's effort, 1 to 10; lossless at 7 takes eight times as long for 3 % fewer bytes."""
_ELSEWHERE = "; request another format, such as PNG"


def refuse(source: Source, *, writing: bool) -> None:  # noqa: ARG001 (both need the plug-in)
    """Reject animations, and every file if the plug-in is missing."""
    _require_plugin()
    if read_header(_codestream(source)).animated:
        raise UnsupportedMediaType("the file is an animation; only still images are supported")


def read(source: Source) -> Raster:
    """Decode with libjxl, which applies the codestream's orientation."""
    if inner := _jpeg_within(source):
        return jpeg.read(inner)
    raster = from_image(opened(source.data, "JXL"))
    orientation = source.layout.orientation
    alpha = None if raster.alpha is None else stored(raster.alpha, orientation)
    return replace(raster, pixels=stored(raster.pixels, orientation), alpha=alpha)


def strips(source: Source) -> Iterator[Samples]:
    """Strips of the colours in 8 bits; see `expunge.imaging.codecs.partial`."""
    raster = read(source)
    return ((rows >> (raster.depth - 8)).astype(np.uint8) for rows in sliced(raster.pixels))


def write(picture: Picture, edits: Edits, quality: int | None) -> Encoded:
    """Re-encode the file's codestream, upright; lossless stays lossless."""
    _require_plugin()
    source = picture.source
    if (inner := _jpeg_within(source)) and quality is None:
        written = jpeg.write(replace(picture, source=inner), edits, None)
        return replace(written, data=_dressed(written.data, picture), media_type=source.media_type)
    coding = read_coding(_codestream(source))
    if coding.depth not in (8, picture.depth):
        raise UnsupportedMediaType(
            f"colour JPEG XL of {coding.depth} bits cannot be written" + _ELSEWHERE
        )
    lossless = not coding.xyb and quality is None
    samples = joined(edits.pixels, picture.alpha)
    if _profile_of(_coded(samples[:1, :1], quality or 90, lossless=lossless)) != picture.icc:
        raise UnsupportedMediaType(
            "JPEG XL in this image's colour space cannot be written" + _ELSEWHERE
        )
    coded = _coded(samples, quality, lossless=lossless)
    return Encoded(_around(source, coded), source.media_type, lossless)


def convert(picture: Picture, edited: Samples, quality: int | None) -> bytes:
    """Encode a new JPEG XL in 8 bits: lossless unless a quality is given."""
    _require_plugin()
    carried = metadata(picture)
    if carried.pop("icc_profile", None):
        raise UnsupportedMediaType("JPEG XL with an ICC profile cannot be written" + _ELSEWHERE)
    alpha = None if picture.alpha is None else eight_bits(picture.alpha, picture.depth)
    samples = joined(eight_bits(edited, picture.depth), alpha)
    return _coded(samples, quality, lossless=quality is None, **carried)


def _coded(samples: Samples, quality: int | None, *, lossless: bool, **carried: Any) -> bytes:  # noqa: ANN401
    if lossless:
        return saved(samples, "JXL", lossless=True, effort=_EFFORT, **carried)
    if quality is None:
        depth = 8 * samples.dtype.itemsize
        quality = quality_like(samples, depth, partial(_again))
    return saved(samples, "JXL", quality=quality, effort=_EFFORT, **carried)


def _again(samples: Samples, quality: int) -> Samples:
    raster = from_image(opened(_coded(samples, quality, lossless=False), "JXL"))
    return joined_like(raster, samples).reshape(samples.shape)


def _profile_of(data: bytes) -> bytes | None:
    """Return the ICC profile that libjxl reports.

    The plug-in accepts no profile, so the new file's may differ from the old one's.
    """
    return opened(data, "JXL").info.get("icc_profile")


def _codestream(source: Source) -> bytes:
    """Return the start of the codestream, long enough for its headers."""
    found = b""
    for block in source.layout.blocks:
        if block.name in ("codestream", "jxlc"):
            return bytes(block.data[:CODING_BYTES])
        if block.name == "jxlp":
            found += bytes(block.data[4 : 4 + CODING_BYTES])
    return found[:CODING_BYTES]


def _around(source: Source, coded: bytes) -> bytes:
    """Put the old file's boxes around a new codestream; a bare codestream stays bare."""
    stream = _stream_in(coded)
    if source.layout.blocks[0].name == "codestream":
        return stream
    view = memoryview(source.data)
    pieces: list[bytes | memoryview] = []
    for block in source.layout.blocks:
        if block.name in ("jxlc", "jxlp"):
            pieces += make_box("jxlc", [stream]) if stream else []
            stream = b""
        elif block.kind is not Kind.CODED and not block.path.startswith("jbrd"):
            pieces.append(view[block.offset : block.offset + block.length])
    return b"".join(pieces)


def _stream_in(coded: bytes) -> bytes:
    """Return the codestream of a newly written file, with or without boxes."""
    blocks = Source.of(coded, limits=None).layout.blocks
    return b"".join(
        bytes(block.data[4:] if block.name == "jxlp" else block.data)
        for block in blocks
        if block.name in ("codestream", "jxlc", "jxlp")
    )


def _jpeg_within(source: Source) -> Source | None:
    """Return the JPEG that the file was transcoded from, if it can be reconstructed."""
    if not any(block.path == "jbrd" and block.name == "jbrd" for block in source.layout.blocks):
        return None
    from pillow_jxl import Decoder  # noqa: PLC0415 (not always there)

    is_jpeg, _, data, *_ = Decoder(num_threads=-1)(source.data)
    inner = Source.of(bytes(data), limits=None) if is_jpeg else None
    if inner is None or inner.layout.orientation != source.layout.orientation:
        return None
    return inner


def _dressed(data: bytes, picture: Picture) -> bytes:
    """Transcode a JPEG to JPEG XL without loss."""
    from pillow_jxl import Encoder  # noqa: PLC0415 (not always there)

    options: dict[str, Any] = {
        "mode": "RGB",
        "quality": 100,
        "decoding_speed": 0,
        "effort": _EFFORT,
        "use_container": True,
        "use_original_profile": False,
    }
    encoder = Encoder(lossless=True, num_threads=-1, **options)
    layout = picture.source.layout
    return bytes(encoder(data, layout.width, layout.height, jpeg_encode=True))


def _require_plugin() -> None:
    if find_spec("pillow_jxl") is None:
        raise UnsupportedMediaType(
            "this installation has no decoder for JPEG XL; "
            "its operator can add the package pillow-jxl-plugin"
        )
    import pillow_jxl  # noqa: F401, PLC0415 (not always there)
