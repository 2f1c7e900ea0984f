"""JPEG XL by libjxl, where the optional plug-in for Pillow is installed.

The plug-in's licence (GPL 3) keeps it from being a dependency; an operator may
add it. A JPEG in JPEG XL's clothes (``jbrd``) is edited as the JPEG it is, and
dressed again.
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
from expunge.imaging.codecs.raster import Raster, from_image, joined, opened, saved, sliced
from expunge.imaging.containers.block import Kind
from expunge.imaging.containers.isobmff.boxes import make_box
from expunge.imaging.containers.jxl.codestream import CODING_BYTES, read_coding, read_header
from expunge.imaging.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.imaging.codecs.picture import Edits, Picture, Samples

_EFFORT = 3
"""Of libjxl's 1 to 10; lossless at 7 takes eight times as long for 3 % fewer bytes."""
_ELSEWHERE = "; ask for another format, such as PNG"


def refuse(source: Source, *, writing: bool) -> None:  # noqa: ARG001 (both need the plug-in)
    """Refuse an animation, and everything without the plug-in."""
    _require_plugin()
    if read_header(_codestream(source)).animated:
        raise UnsupportedMediaType("the file is an animation; this takes still pictures")


def read(source: Source) -> Raster:
    """Decode with libjxl, which applies the orientation that the codestream states."""
    if inner := _jpeg_within(source):
        return jpeg.read(inner)
    raster = from_image(opened(source.data, "JXL"))
    orientation = source.layout.orientation
    alpha = None if raster.alpha is None else stored(raster.alpha, orientation)
    return replace(raster, pixels=stored(raster.pixels, orientation), alpha=alpha)


def strips(source: Source) -> Iterator[Samples]:
    """Colours in 8 bits; see `expunge.imaging.codecs.looking`."""
    raster = read(source)
    return ((rows >> (raster.depth - 8)).astype(np.uint8) for rows in sliced(raster.pixels))


def write(picture: Picture, edits: Edits, quality: int | None) -> Encoded:
    """The file with its codestream re-encoded, upright; lossless stays lossless."""
    _require_plugin()
    source = picture.source
    if (inner := _jpeg_within(source)) and quality is None:
        written = jpeg.write(replace(picture, source=inner), edits, None)
        return replace(written, data=_dressed(written.data, picture), media_type=source.media_type)
    coding = read_coding(_codestream(source))
    if coding.depth not in (8, picture.depth):
        raise UnsupportedMediaType(
            f"nothing here writes JPEG XL of {coding.depth} bits in colour" + _ELSEWHERE
        )
    lossless = not coding.xyb and quality is None
    samples = joined(edits.pixels, picture.alpha)
    if _profile_of(_coded(samples[:1, :1], quality or 90, lossless=lossless)) != picture.icc:
        raise UnsupportedMediaType(
            "nothing here writes JPEG XL in this picture's colour space" + _ELSEWHERE
        )
    coded = _coded(samples, quality, lossless=lossless)
    return Encoded(_around(source, coded), source.media_type, lossless)


def convert(picture: Picture, edited: Samples, quality: int | None) -> bytes:
    """A new JPEG XL in 8 bits: lossless unless a quality is asked for."""
    _require_plugin()
    carried = metadata(picture)
    if carried.pop("icc_profile", None):
        raise UnsupportedMediaType("nothing here writes JPEG XL with an ICC profile" + _ELSEWHERE)
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
    return joined(raster.pixels, raster.alpha).reshape(samples.shape)


def _profile_of(data: bytes) -> bytes | None:
    """What libjxl says of a file's colours; the plug-in takes no profile, so it may be another."""
    return opened(data, "JXL").info.get("icc_profile")


def _codestream(source: Source) -> bytes:
    """As much of it as its headers take."""
    found = b""
    for block in source.layout.blocks:
        if block.name in ("codestream", "jxlc"):
            return bytes(block.data[:CODING_BYTES])
        if block.name == "jxlp":
            found += bytes(block.data[4 : 4 + CODING_BYTES])
    return found[:CODING_BYTES]


def _around(source: Source, coded: bytes) -> bytes:
    """The old file's boxes around a new codestream; a bare one stays bare."""
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
    """The codestream of a file that was just written, in boxes or bare."""
    blocks = Source.of(coded, limits=None).layout.blocks
    return b"".join(
        bytes(block.data[4:] if block.name == "jxlp" else block.data)
        for block in blocks
        if block.name in ("codestream", "jxlc", "jxlp")
    )


def _jpeg_within(source: Source) -> Source | None:
    """The JPEG that the file was made from, if it holds what it takes to write it again."""
    if not any(block.path == "jbrd" and block.name == "jbrd" for block in source.layout.blocks):
        return None
    from pillow_jxl import Decoder  # noqa: PLC0415 (not always there)

    is_jpeg, _, data, *_ = Decoder(num_threads=-1)(source.data)
    inner = Source.of(bytes(data), limits=None) if is_jpeg else None
    if inner is None or inner.layout.orientation != source.layout.orientation:
        return None
    return inner


def _dressed(data: bytes, picture: Picture) -> bytes:
    """A JPEG as JPEG XL, without loss."""
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
