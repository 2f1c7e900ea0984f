"""Generate the measured images, so that the benchmarks run in a bare clone."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pillow_heif
from PIL import Image

from tests import samples
from tests.samples import gif, isobmff, jpeg, jxl, png, webp

CORPUS = Path(__file__).parents[2].parent / "shared" / "data" / "corpus"
"""Real files, if they are available."""
SIDES = {"JPEG": (700, 1500, 2600), "PNG": (350, 800, 1250), "WebP": (350, 800, 1400)}
"""Sides of square images; with their noise they make files of about 0.4, 2 and 5 MB."""


def files() -> Iterator[tuple[str, bytes]]:
    """Yield images with camera and generator metadata, by format."""
    yield from jpegs()
    for side in SIDES["PNG"]:
        plain = samples.encoded(samples.picture(size=(side, side)), "PNG", compress_level=1)
        yield "PNG", png.inserted(plain, *png.METADATA.values())
    for side in SIDES["WebP"]:
        picture = samples.picture(size=(side, side))
        plain = samples.encoded(picture, "WEBP", lossless=True, method=0, quality=0)
        yield "WebP", webp.riff(plain[12:], *webp.METADATA.values())
    yield "HEIC", heic(1500)
    yield (
        "AVIF",
        samples.encoded(
            samples.picture(size=(1200, 1200)), "AVIF", quality=95, speed=10, exif=samples.exif(6)
        ),
    )
    coded = samples.encoded(samples.picture(size=(1100, 1100)), "JXL", lossless=True, effort=1)
    plain = jxl.boxed(before=True)
    yield (
        "JXL",
        plain[: plain.index(b"jxlc") - 4]
        + b"".join((jxl.METADATA["Exif"], jxl.METADATA["XMP"], isobmff.box(b"jxlc", coded))),
    )
    still = samples.encoded(samples.picture("P", (1600, 1600)), "GIF")
    yield "GIF", still[:-1] + b"".join(gif.METADATA.values()) + still[-1:]


def real_files() -> Iterator[bytes]:
    """Yield the real samples, without the hostile ones."""
    for path in sorted(CORPUS.rglob("*")):
        if path.is_file() and "hostile" not in path.parts and path.suffix != ".json":
            yield path.read_bytes()


def jpegs() -> Iterator[tuple[str, bytes]]:
    clothes = [part for name, part in jpeg.METADATA.items() if name not in ("garbage", "lone mpf")]
    for progressive, form in ((False, "JPEG"), (True, "progressive JPEG")):
        for side in SIDES["JPEG"]:
            picture = samples.picture(size=(side, side))
            plain = samples.encoded(picture, "JPEG", quality=95, progressive=progressive)
            yield form, jpeg.SOI + b"".join(clothes) + plain[2:]


def heic(side: int) -> bytes:
    """Return a HEIC by libheif, with EXIF and XMP."""
    out = io.BytesIO()
    pillow_heif.from_pillow(samples.picture(size=(side, side))).save(
        out, quality=95, exif=b"Exif\0\0" + samples.exif(6), xmp=samples.XMP_ORIENTED
    )
    return out.getvalue()


def re_encoded(file: bytes) -> None:
    """Decode and encode a file again, as most programs do to strip it."""
    with Image.open(io.BytesIO(file)) as image:
        image.load()
        options: dict[str, dict[str, object]] = {
            "JPEG": {"quality": "keep"},
            "WEBP": {"lossless": True, "method": 0, "quality": 0},
        }
        image.save(io.BytesIO(), image.format, **options.get(image.format or "", {}))
