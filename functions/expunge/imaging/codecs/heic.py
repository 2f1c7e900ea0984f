"""HEIC and HEIF with libheif. HEVC is lossy, so edits re-encode the whole image."""

from __future__ import annotations

import io
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

try:
    import pillow_heif
except ModuleNotFoundError:  # the same library without an encoder, see docs/reference/licences.md
    import pi_heif as pillow_heif  # type: ignore[no-redef]

from expunge.errors import UnsupportedMediaType
from expunge.imaging.codecs.conversion import metadata
from expunge.imaging.codecs.fidelity import quality_like
from expunge.imaging.codecs.orientation import stored
from expunge.imaging.codecs.picture import Encoded
from expunge.imaging.codecs.raster import Raster, from_array, joined, sliced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.imaging.codecs.picture import Edits, Picture, Samples
    from expunge.imaging.source import Source

MAX_SIDE = 32_768
"""Longest side in pixels that libheif can read (``MAX_IMAGE_WIDTH`` of its security limits)."""
_PRESET = "veryfast"
"""x265's preset; its default takes 2.4 times as long for the same size and PSNR."""
_MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}
_KEPT = ("nclx_profile", "icc_profile_type", "content_light_level",
         "mastering_display_colour_volume", "pixel_aspect_ratio", "tiling")  # fmt: skip
"""The properties that libheif reads and is asked to write again."""


def refuse(source: Source, *, writing: bool) -> None:  # noqa: ARG001 (whatever is in the file)
    """Reject writing if no encoder is installed."""
    if writing:
        _require_encoder()


def read(source: Source) -> Raster:
    """Decode with libheif, which applies ``irot``, ``imir`` and ``clap``; only the last stays."""
    shown, depth, info = _opened(source.data)
    raster = from_array(stored(shown, source.layout.orientation), depth)
    return replace(raster, icc=info.get("icc_profile") or None)


def strips(source: Source) -> Iterator[Samples]:
    """Strips of the colours in 8 bits; see `expunge.imaging.codecs.partial`."""
    heif = pillow_heif.open_heif(source.data, convert_hdr_to_8bit=False)
    pixels = from_array(stored(np.asarray(heif), source.layout.orientation)).pixels
    wide = pixels.dtype != np.uint8  # libheif's wrapper shifts what has more than 8 bits to 16
    return ((rows >> 8).astype(np.uint8) if wide else rows for rows in sliced(pixels))


def write(picture: Picture, edits: Edits, quality: int | None) -> Encoded:
    """Encode a new image of the same depth, sampling, colour and tiling, with the old metadata."""
    orientation = picture.source.layout.orientation
    info = pillow_heif.open_heif(picture.source.data, convert_hdr_to_8bit=False).info
    alpha = None if picture.alpha is None else stored(picture.alpha, orientation)
    samples = joined(stored(edits.pixels, orientation), alpha)
    coding = {name: info[name] for name in _KEPT if info.get(name)}
    coding |= {"chroma": int(info.get("chroma") or 420), "bit_depth": picture.depth}
    data = _coded(samples, quality, coding, **metadata(picture, orientation))
    return Encoded(data, picture.source.media_type, exact=False)


def convert(picture: Picture, edited: Samples, quality: int | None) -> bytes:
    """Encode a new HEIC of the same depth, up to 12 bits, without chroma subsampling."""
    drop = max(picture.depth - 12, 0)
    alpha = None if picture.alpha is None else picture.alpha >> drop
    coding = {"chroma": 444, "bit_depth": picture.depth - drop}
    return _coded(joined(edited >> drop, alpha), quality, coding, **metadata(picture))


def _opened(data: bytes) -> tuple[Samples, int, dict[str, Any]]:
    """Return displayed samples, their depth, and libheif's other properties."""
    heif = pillow_heif.open_heif(data, convert_hdr_to_8bit=False)
    array = np.asarray(heif)
    if array.dtype == np.uint8:
        return array, 8, heif.info
    depth = int(heif.info["bit_depth"])
    return array >> (16 - depth), depth, heif.info


def _coded(samples: Samples, quality: int | None, coding: dict[str, Any], **carried: Any) -> bytes:  # noqa: ANN401
    _require_encoder()
    depth = coding["bit_depth"]
    if quality is None:
        quality = quality_like(samples, depth, partial(_again, coding=coding))
    mode = _MODES[1 if samples.ndim == 2 else samples.shape[2]] + (f";{depth}" if depth > 8 else "")
    out = io.BytesIO()
    size = (samples.shape[1], samples.shape[0])
    options = {"quality": quality, "enc_params": {"preset": _PRESET}, **coding, **carried}
    pillow_heif.encode(mode, size, samples.tobytes(), out, **options)
    return out.getvalue()


def _again(samples: Samples, quality: int, coding: dict[str, Any]) -> Samples:
    array, _, _ = _opened(_coded(samples, quality, coding))
    return array.reshape(samples.shape)


def _require_encoder() -> None:
    if not pillow_heif.libheif_info()["HEIF"]:
        raise UnsupportedMediaType(
            "this installation has no HEVC encoder; request another format, such as AVIF or JPEG"
        )
