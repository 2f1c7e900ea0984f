"""Fields with arbitrary content: names, and bytes after the last field of a box.

No reader needs them. Each function separates such text from the rest of its box, so that a
rewrite can drop it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from expunge.imaging import icc
from expunge.imaging.containers.isobmff.areas import blank
from expunge.imaging.containers.isobmff.boxes import codes
from expunge.imaging.containers.isobmff.uuids import STEREO

if TYPE_CHECKING:
    from expunge.imaging.containers.isobmff.boxes import Box
    from expunge.imaging.containers.isobmff.items import Item


@dataclass(frozen=True, slots=True)
class Split:
    """A box's content without free text, and the text."""

    content: bytes
    text: bytes
    offset: int
    """File offset of the text, or where it would be."""


_BRANDS = codes(
    "avif avis avio av01 avci avcs mif1 mif2 mif3 miaf msf1 1pic pred heic heix heim heis hevc "
    "hevx hevm hevs heif j2ki j2is jpeg jpgs jpsi vvic vvis vvci evbi evbs evmi evms unif tmap "
    "geo1 comp MA1A MA1B MiHA MiHB MiHE MiHF MiPr MiAB MiAC MiVB MiVC isom iso2 iso3 iso4 iso5 "
    "iso6 iso7 iso8 iso9 isoa isob isoc mp41 mp42 avc1 hvc1 hvce"
) | {"qt  "}
"""Brands that image readers check, and those of the base file format."""
_MAX_MINOR = 0xFFFF


def brands(data: memoryview, box: Box) -> Split | None:
    """Separate unknown compatible brands from ``ftyp`` (ISO/IEC 14496-12, 4.3)."""
    content = bytes(data[box.body : box.end])
    minor = content[4:8] if int.from_bytes(content[4:8], "big") <= _MAX_MINOR else bytes(4)
    listed = [content[at : at + 4] for at in range(8, len(content), 4)]
    known = [brand for brand in listed if brand.decode("latin-1") in _BRANDS]
    left = content[:4] + minor + b"".join(known)
    rest = b"".join(brand for brand in listed if brand not in known)
    text = (content[4:8] if minor != content[4:8] else b"") + rest
    return Split(left, text, box.body + 8) if left != content else None


def handler_name(data: memoryview, box: Box) -> Split | None:
    """Separate the name from ``hdlr``, and QuickTime's data in reserved fields (8.4.3)."""
    content = bytes(data[box.body : box.end])
    rest = content[4:8] + content[12:]
    if not rest.strip(b"\0"):
        return None
    return Split(content[:4] + bytes(4) + content[8:12] + bytes(13), rest, box.body + 12)


_COMPRESSOR = 42
_SAMPLE_FIELDS = 78


def compressor_name(data: memoryview, box: Box) -> Split | None:
    """Separate ``compressorname`` and nonzero reserved fields from a sample entry (12.1.3)."""
    fields = bytes(data[box.body : box.body + _SAMPLE_FIELDS])
    text = (fields[_COMPRESSOR:74] + fields[8:24]).strip(b"\0")
    if not text:
        return None
    left = fields[:8] + bytes(16) + fields[24:_COMPRESSOR] + bytes(32) + fields[74:]
    return Split(left, text, box.body + _COMPRESSOR)


def item_name(data: memoryview, item: Item) -> Split | None:
    """Separate the item's name from ``infe``, and bytes after its last string (8.11.6)."""
    entry, (start, end), rest = item.entry, item.name, item.rest
    if blank(data[start:end]) and (rest == entry.end or blank(data[rest : entry.end])):
        return None
    left = bytes(data[entry.body : start]) + b"\0" + bytes(data[end:rest])
    return Split(left, bytes(data[start:end]) + bytes(data[rest : entry.end]), start)


_PROPERTY_LENGTHS = {
    "ispe": 12, "irot": 1, "imir": 1, "clap": 32, "pasp": 8, "mdcv": 24, "clli": 4,
    "disparity": 4,
}  # fmt: skip
"""Length of all fields in bytes (ISO/IEC 23008-12, 6.5; ISO/IEC 14496-12, 12.1.4 to 12.1.7)."""
PROFILES = (b"prof", b"rICC")


def after_property(data: memoryview, box: Box) -> Split | None:
    """Separate the bytes after an item property's fields or ICC profile."""
    content = data[box.body : box.end]
    length = _property_length(content, STEREO.get(box.usertype, box.type))
    if length is None or length >= len(content):
        return None
    left = box.usertype + bytes(content[:length])
    return Split(left, bytes(content[length:]), box.body + length)


def is_stereo_fact(data: memoryview, box: Box) -> bool:
    """Whether a property belongs to a spatial photo and has all its fields."""
    length = _property_length(data[box.body : box.end], STEREO.get(box.usertype, ""))
    return length is not None and length <= box.end - box.body


def _property_length(content: memoryview, kind: str) -> int | None:
    """Length of all fields in bytes; ``None`` if unknown."""
    if kind == "colr" and bytes(content[:4]) == b"nclx":
        return 11
    if kind == "colr" and bytes(content[:4]) in PROFILES:
        return 4 + (icc.length(content[4:]) or len(content))
    if kind == "pixi" and len(content) > 4:
        return 5 + content[4]
    if kind in {"cmin", "cmex"} and len(content) >= 4:
        return _camera_length(kind, int.from_bytes(content[1:4], "big"))
    return _PROPERTY_LENGTHS.get(kind)


_ANISOTROPIC = 1
_POSITIONS, _ROTATED, _WIDE_ROTATION, _WORLD = 0b111, 8, 16, 32
"""Flags of ``cmin`` and ``cmex``: the fields present, and their widths."""


def _camera_length(kind: str, flags: int) -> int:
    """Length of ``cmin`` or ``cmex`` in bytes (ISO/IEC 23008-12, 6.5.34 and 6.5.35)."""
    if kind == "cmin":
        return 24 if flags & _ANISOTROPIC else 16
    rotation = 3 * (4 if flags & _WIDE_ROTATION else 2) if flags & _ROTATED else 0
    world = 4 if flags & _WORLD else 0
    return 4 + 4 * (flags & _POSITIONS).bit_count() + rotation + world
