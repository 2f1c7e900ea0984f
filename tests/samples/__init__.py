"""Small real pictures, made when a test asks, and the metadata that files in the wild carry."""

from __future__ import annotations

import io
import random
import re
import struct
from functools import cache
from typing import Any

from PIL import Image

XMP_ORIENTED = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-'
    b'syntax-ns#"><rdf:Description rdf:about="" xmlns:tiff="http://ns.adobe.com/tiff/1.0/" '
    b'xmlns:dc="http://purl.org/dc/elements/1.1/" dc:creator="Nobody" tiff:Orientation="8"/>'
    b"</rdf:RDF></x:xmpmeta>"
)
XMP_PLAIN = XMP_ORIENTED.replace(b' tiff:Orientation="8"', b"")
ICC = struct.pack(">I32x4s", 160, b"acsp").ljust(160, b"p")
"""Begins like a profile, and is one in name only."""
GPS_LATITUDE = (59.0, 20.0, 7.0)


@cache
def picture(mode: str = "RGB", size: tuple[int, int] = (40, 24), seed: int = 1) -> Image.Image:
    """Noise over a gradient: every kind of coefficient occurs."""
    image = Image.linear_gradient("L").resize(size).convert(mode)
    noise = Image.frombytes(image.mode, size, random.Random(seed).randbytes(len(image.tobytes())))
    return Image.blend(image, noise, 0.3) if mode in ("L", "RGB") else noise


def encoded(image: Image.Image, form: str, **options: Any) -> bytes:
    """The picture as a file, by Pillow."""
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


@cache
def exif(orientation: int | None = None, order: str = "<") -> bytes:
    """A TIFF structure as a camera would write it, GPS and a maker note included."""
    made = Image.Exif()
    made.endian = order
    made[0x010F] = "Secret Cameras"
    made[0x013B] = "An Artist"
    made[0x8298] = "(c) An Artist"
    if orientation is not None:
        made[0x0112] = orientation
    made.get_ifd(0x8769).update({0x927C: b"maker note", 0xA431: "SERIAL-1"})
    made.get_ifd(0x8825).update({1: "N", 2: GPS_LATITUDE})
    return made.tobytes().removeprefix(b"Exif\0\0")


def pixels(file: bytes) -> list[tuple[str, tuple[int, int], bytes, int | None]]:
    """Every frame as Pillow decodes it: mode, size, samples, duration."""
    with Image.open(io.BytesIO(file)) as image:
        frames = []
        for number in range(getattr(image, "n_frames", 1)):
            image.seek(number)
            frames.append((image.mode, image.size, image.tobytes(), image.info.get("duration")))
        return frames


def shown_orientation(file: bytes) -> int:
    """The orientation that a viewer (here Pillow) finds."""
    with Image.open(io.BytesIO(file)) as image:
        return image.getexif().get(0x0112, 1)


def minimal_exif(orientation: int, order: str = "<") -> bytes:
    """The only EXIF that a strip may leave of `exif`."""
    mark = b"II" if order == "<" else b"MM"
    return struct.pack(order + "2sHIHHHIHHI", mark, 42, 8, 1, 0x0112, 3, 1, orientation, 0, 0)


SHOWN_FACTS = {0x0112, 0x011A, 0x011B, 0x0128, 0x8769}
"""Tags of IFD0 that may be left: orientation, resolution, and the pointer to the colours."""
COLOUR_FACTS = {0xA001, 0xA005, 0xA500}


def says_orientation_only(data: bytes | memoryview) -> bool:
    """Whether EXIF or XMP states nothing beside an orientation."""
    data = bytes(data)
    if data[:2] in (b"II", b"MM"):
        found = Image.Exif()
        found.load(data)
        return set(found) <= {0x0112} and len(data) <= 26
    named = set(re.findall(rb"[\s<]([\w.-]+:[\w.-]+)", data))
    plain = {b"x:xmpmeta", b"rdf:RDF", b"rdf:Description", b"rdf:about", b"rdf:Bag", b"rdf:li"}
    spaces = {b"xmlns:x", b"xmlns:rdf", b"xmlns:tiff"}
    return named <= plain | spaces | {b"tiff:Orientation"} and len(data) < 600


def says_shown_facts_only(exif: bytes | memoryview) -> bool:
    """Whether a TIFF structure holds nothing but what viewers show a picture by."""
    found = Image.Exif()
    found.load(bytes(exif))
    below, index = found.get_ifd(0x8769), found.get_ifd(0xA005)
    return (
        set(found) <= SHOWN_FACTS
        and set(below) <= COLOUR_FACTS
        and set(index) <= {1}
        and len(exif) < 200
    )


def exif_of(file: bytes) -> Image.Exif:
    """The EXIF of a file as Pillow reads it."""
    with Image.open(io.BytesIO(file)) as image:
        return image.getexif()
