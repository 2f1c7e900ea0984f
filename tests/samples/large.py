"""Large pictures in small files, of every coding whose decoders differ in what memory they take."""

from __future__ import annotations

import io
import struct
import zlib
from functools import cache
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pillow_heif
from PIL import Image

from expunge.imaging.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

Image.MAX_IMAGE_PIXELS = None


def smooth(width: int, height: int, channels: int = 3) -> NDArray[np.uint8]:
    """``(h, w, channels)``: soft blobs of colour, which every coding makes few bytes of."""
    coarse = np.random.default_rng(7).integers(40, 215, (6, 6, channels), dtype=np.uint8)
    return np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR)).reshape(
        height, width, channels
    )


def saved(image: Image.Image, form: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def jpeg(mode: str = "RGB", **options: Any) -> Callable[[int, int], bytes]:
    def made(width: int, height: int) -> bytes:
        channels = {"L": 1, "RGB": 3, "CMYK": 4}[mode]
        samples = smooth(width, height, channels)
        image = Image.fromarray(samples[..., 0] if channels == 1 else samples, mode)
        return saved(image, "JPEG", quality=60, **options)

    return made


def png(colour: int, depth: int, *, interlaced: bool = False) -> Callable[[int, int], bytes]:
    """Of any colour type and depth, row by row, so that making it takes no memory to speak of."""

    def made(width: int, height: int) -> bytes:
        channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
        row_bytes = (width * channels * depth + 7) // 8
        row = bytes(1) + bytes(i * 251 // row_bytes for i in range(row_bytes))
        engine = zlib.compressobj(1)
        passes = _adam7(width, height) if interlaced else [(width, height)]
        idat = b""
        for wide, high in passes:
            length = 1 + (wide * channels * depth + 7) // 8
            for _ in range(high):
                idat += engine.compress(row[:length])
        idat += engine.flush()
        header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlaced)
        palette = chunk(b"PLTE", bytes(range(256)) * 3) if colour == 3 else b""
        return b"".join(
            (b"\x89PNG\r\n\x1a\n", chunk(b"IHDR", header), palette, chunk(b"IDAT", idat),
             chunk(b"IEND", b""))
        )  # fmt: skip

    return made


def chunk(name: bytes, content: bytes) -> bytes:
    check = zlib.crc32(content, zlib.crc32(name))
    return len(content).to_bytes(4, "big") + name + content + check.to_bytes(4, "big")


def _adam7(width: int, height: int) -> list[tuple[int, int]]:
    """Width and height of each pass that has pixels."""
    steps = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2),
             (0, 1, 1, 2))  # fmt: skip
    sizes = [((width - x + a - 1) // a, (height - y + d - 1) // d) for x, y, a, d in steps]
    return [(wide, high) for wide, high in sizes if wide > 0 and high > 0]


def webp(channels: int = 3, **options: Any) -> Callable[[int, int], bytes]:
    return lambda width, height: saved(
        Image.fromarray(smooth(width, height, channels)), "WEBP", method=0, **options
    )


def avif(channels: int = 3, **options: Any) -> Callable[[int, int], bytes]:
    return lambda width, height: saved(
        Image.fromarray(smooth(width, height, channels)), "AVIF", speed=10, **options
    )


def avif_deep(width: int, height: int) -> bytes:
    samples = smooth(width, height).astype(np.uint16) << 2
    options = [cv2.IMWRITE_AVIF_DEPTH, 10, cv2.IMWRITE_AVIF_SPEED, 10]
    return cv2.imencode(".avif", samples, options)[1].tobytes()


def heic(mode: str = "RGB", *, deep: bool = False) -> Callable[[int, int], bytes]:
    def made(width: int, height: int) -> bytes:
        samples = smooth(width, height, len(mode))
        name = mode
        if deep:
            samples, name = samples.astype(np.uint16) << 8, f"{mode};16"
        out = io.BytesIO()
        pillow_heif.encode(
            name, (width, height), samples.tobytes(), out, quality=50,
            enc_params={"preset": "ultrafast"},
        )  # fmt: skip
        return out.getvalue()

    return made


def jxl(channels: int = 3, **options: Any) -> Callable[[int, int], bytes]:
    def made(width: int, height: int) -> bytes:
        import pillow_jxl  # noqa: F401 (registers itself)

        return saved(Image.fromarray(smooth(width, height, channels)), "JXL", effort=1, **options)

    return made


def gif(width: int, height: int) -> bytes:
    return saved(Image.fromarray(smooth(width, height, 1)[..., 0]), "GIF")


CODINGS: dict[str, Callable[[int, int], bytes]] = {
    "jpeg 4:2:0": jpeg(subsampling=2),
    "jpeg 4:4:4": jpeg(subsampling=0),
    "jpeg progressive 4:2:0": jpeg(subsampling=2, progressive=True),
    "jpeg progressive 4:4:4": jpeg(subsampling=0, progressive=True),
    "jpeg grey": jpeg("L"),
    "jpeg CMYK": jpeg("CMYK"),
    "png RGB": png(2, 8),
    "png RGBA": png(6, 8),
    "png grey": png(0, 8),
    "png 1 bit": png(0, 1),
    "png palette": png(3, 8),
    "png RGB 16": png(2, 16),
    "png RGBA 16": png(6, 16),
    "png interlaced": png(2, 8, interlaced=True),
    "webp lossy": webp(quality=50),
    "webp lossless": webp(lossless=True, quality=0),
    "webp lossy alpha": webp(4, quality=50),
    "avif 4:2:0": avif(quality=40),
    "avif 4:4:4": avif(quality=40, subsampling="4:4:4"),
    "avif alpha": avif(4, quality=40),
    "avif 10 bit": avif_deep,
    "heic": heic(),
    "heic alpha": heic("RGBA"),
    "heic 10 bit": heic(deep=True),
    "jxl lossy": jxl(quality=60),
    "jxl lossless": jxl(lossless=True),
    "gif": gif,
}
"""By name, what makes a file of a width and a height."""


@cache
def small(coding: str) -> Source:
    """A small picture of the coding, for tests that only look at its layout."""
    return Source.of(CODINGS[coding](320, 256))
