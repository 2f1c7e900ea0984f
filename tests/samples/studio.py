"""Draws the studio's sample image, with the metadata that it is to be cleaned of.

``python -m tests.samples.studio`` writes it again. Two people at the sea: faces that the detector
finds, a mark like those of AI tools, a position, a camera, an author and an AI label.
"""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter, TiffImagePlugin

import expunge
from tests.samples.overlays import in_corner, superellipse

FILE = Path(expunge.__file__).parent / "web" / "pages" / "sample.jpg"
WIDTH, HEIGHT = 1600, 1200
MARK_SIDE, MARK_MARGIN, MARK_OPACITY = 96, 64, 0.5
XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
 xmp:CreatorTool="Holiday Editor 4.2" Iptc4xmpExt:DigitalSourceType=
 "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"/>
</rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""


def sample() -> bytes:
    """The JPEG file."""
    picture = _landscape()
    for person in (
        {"x": 560, "y": 610, "size": 1.0, "skin": (226, 178, 146), "hair": (66, 42, 30), "long": 1},
        {"x": 1010, "y": 560, "size": 1.08, "skin": (150, 102, 74), "hair": (24, 20, 20)},
    ):
        _person(picture, **person)
    grain = np.random.default_rng(7).normal(0, 2.2, (HEIGHT, WIDTH, 1))
    pixels = np.clip(np.asarray(picture) + grain, 0, 255).astype(np.uint8)
    alpha = superellipse(MARK_SIDE, MARK_OPACITY)
    marked, _, _ = in_corner(pixels, alpha, MARK_MARGIN)
    file = io.BytesIO()
    Image.fromarray(marked).save(
        file, "JPEG", quality=88, exif=_exif(), xmp=XMP.encode(), comment=b"To Grandma, with love"
    )
    return file.getvalue()


def _exif() -> Image.Exif:
    exif = Image.Exif()
    exif.update(
        {
            0x010F: "NIKON",
            0x0110: "NIKON D90",
            0x0131: "Holiday Editor 4.2",
            0x0132: "2025:07:14 18:42:10",
            0x013B: "Jane Example",
            0x8298: "Copyright 2025 Jane Example",
        }
    )
    exif.get_ifd(0x8769).update(
        {0x9003: "2025:07:14 18:42:10", 0xA431: "3041592", 0x920A: TiffImagePlugin.IFDRational(50)}
    )
    degrees = TiffImagePlugin.IFDRational
    exif.get_ifd(0x8825).update(
        {
            1: "N", 2: (degrees(43), degrees(28), degrees(281, 100)),
            3: "E", 4: (degrees(11), degrees(53), degrees(646, 100)),
        }
    )  # fmt: skip
    return exif


def _landscape() -> Image.Image:
    y = np.linspace(0, 1, HEIGHT)[:, None, None]
    x = np.linspace(0, 1, WIDTH)[None, :, None]
    sky = np.array([112, 158, 204]) * (1 - y * 1.6) + np.array([255, 212, 168]) * (y * 1.6)
    sun = np.exp(-(((x - 0.8) / 0.16) ** 2 + ((y - 0.42) / 0.14) ** 2)) * np.array([90, 60, 10])
    ripple = 5 * np.sin(y * 900 + 8 * np.sin(x * 21)) * (y - 0.5)
    sea = np.array([60, 120, 138]) * (1.5 - y) + np.array([225, 178, 140]) * (y - 0.45) * 0.7
    field = np.where(y < 0.52, sky + sun, sea + ripple)
    picture = Image.fromarray(np.clip(field, 0, 255).astype(np.uint8))
    hills = Image.new("L", picture.size)
    ridge = [
        (i, 560 - 110 * np.sin(i / 260 + 1.1) ** 2 - 30 * np.sin(i / 71)) for i in range(0, 900, 8)
    ]
    ImageDraw.Draw(hills).polygon([(0, 625), *ridge, (960, 625)], fill=255)
    picture.paste((94, 116, 122), mask=hills.filter(ImageFilter.GaussianBlur(2)))
    return picture.filter(ImageFilter.GaussianBlur(2))


def _person(
    picture: Image.Image, *, x: int, y: int, size: float, skin: tuple, hair: tuple, long: int = 0
) -> None:
    def shape(kind: str, box: tuple, colour: tuple, blur: float = 2, opacity: float = 1) -> None:
        mask = Image.new("L", picture.size)
        placed = [value * size + (x, y)[i % 2] for i, value in enumerate(box)]
        draw = ImageDraw.Draw(mask)
        if kind == "polygon":
            draw.polygon(placed, fill=255)
        elif kind == "arc":
            draw.arc(placed, 20, 160, fill=255, width=round(9 * size))
        else:
            getattr(draw, kind)(placed, fill=255)
        mask = mask.filter(ImageFilter.GaussianBlur(blur * size))
        solid = Image.new("L", picture.size, round(255 * opacity))
        picture.paste(colour, mask=ImageChops.multiply(mask, solid))

    def tone(factor: float) -> tuple:
        return tuple(min(255, round(part * factor)) for part in skin)

    if long:
        shape("ellipse", (-175, -215, 175, 330), hair, 4)
    shape("ellipse", (-330, 250, 330, 1100), (58, 74, 104) if long else (176, 84, 66), 3)
    shape("ellipse", (-104, 196, 104, 322), tone(0.8), 4)
    shape("polygon", (-62, 110, 62, 110, 70, 262, -70, 262), tone(0.76), 7)
    shape("ellipse", (-160, -210, 160, 90), hair, 4)
    shape("ellipse", (-138, -172, 138, 186), skin, 3)
    shape("ellipse", (-118, -60, -30, 130), tone(1.12), 30, 0.6)
    shape("ellipse", (40, -120, 142, 160), tone(0.72), 34, 0.55)
    shape("ellipse", (-126, -212, 126, -96), hair, 8)
    shape("ellipse", (-150, -140, -102, 10), hair, 10)
    shape("ellipse", (102, -140, 150, 10), hair, 10)
    for side in (-1, 1):
        at = 58 * side
        shape("ellipse", (at - 40, -42, at + 40, 14), tone(0.74), 9, 0.7)
        shape("ellipse", (at - 27, -26, at + 27, 4), (244, 240, 236), 1.5)
        shape("ellipse", (at - 13, -26, at + 13, 2), (72, 48, 34), 1)
        shape("ellipse", (at - 7, -20, at + 7, -5), (12, 10, 10), 1)
        shape("ellipse", (at - 7, -19, at - 1, -13), (255, 255, 255), 0.8)
        shape(
            "polygon",
            (at - 40, -52, at - 20, -67, at + 20, -67, at + 40, -52, at + 18, -58, at - 18, -58),
            hair,
            3,
        )
        shape("polygon", (at - 30, -20, at, -31, at + 30, -20, at, -25), (30, 22, 20), 1)
        shape("ellipse", (at * 1.25 - 34, 34, at * 1.25 + 34, 88), (214, 110, 96), 16, 0.3)
    shape("polygon", (-9, -20, 10, -20, 24, 58, -20, 58), tone(0.86), 7, 0.8)
    shape("ellipse", (-25, 46, 27, 72), tone(0.7), 5, 0.8)
    shape("ellipse", (-12, 30, 8, 58), tone(1.15), 6, 0.8)
    shape("ellipse", (-54, 96, 54, 138), (168, 74, 70), 3)
    shape("ellipse", (-44, 100, 44, 118), (250, 244, 240), 2)
    shape("arc", (-62, 62, 62, 134), (120, 46, 44), 2, 0.8)
    shape("ellipse", (-60, 150, 60, 176), tone(0.82), 10, 0.6)


if __name__ == "__main__":
    FILE.write_bytes(sample())
