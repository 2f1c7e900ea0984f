"""JPEG files, segment by segment."""

from __future__ import annotations

import struct

from tests import samples

EXIF = b"Exif\0\0"
SOI = b"\xff\xd8"
XMP = b"http://ns.adobe.com/xap/1.0/\0"
EXTENDED_XMP = b"http://ns.adobe.com/xmp/extension/\0"
ICC = b"ICC_PROFILE\0"
GAIN_MAP_VERSION = b"urn:iso:std:iso:ts:21496:-1\0"


def segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


METADATA = {
    "exif": segment(0xE1, EXIF + samples.exif(1)),
    "xmp": segment(0xE1, XMP + samples.XMP_PLAIN),
    "extended xmp": segment(0xE1, EXTENDED_XMP + b"0" * 32 + bytes(8) + b"more"),
    "c2pa": segment(0xEB, b"JP\0\1\0\0\0\1\0\0\0\x20jumb" + b"manifest"),
    "iptc": segment(0xED, b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\4name"),
    "jfxx": segment(0xE0, b"JFXX\0\x10" + b"thumbnail"),
    "vendor": segment(0xE4, b"Vendor data"),
    "ducky": segment(0xEC, b"Ducky\0\1\0\4\0\0\0\x50"),
    "comment": segment(0xFE, b"a comment"),
    "flashpix": segment(0xE2, b"FPXR\0\0\1"),
    "lone mpf": segment(0xE2, b"MPF\0MM\0*\0\0\0\x08\0\0\0\0\0\0"),
    "garbage": b"\0\1\2 not a segment ",
}
"""What has to go, by name."""

COLOUR = {
    "icc 1 of 2": segment(0xE2, ICC + b"\1\2" + samples.ICC),
    "icc 2 of 2": segment(0xE2, ICC + b"\2\2" + samples.ICC),
    "gain map version": segment(0xE2, GAIN_MAP_VERSION + bytes(4)),
}
"""What has to stay, by name."""


def walk(file: bytes) -> list[tuple[int, bytes]]:
    """Marker and bytes of each segment up to EOI, byte by byte; a scan is part of its SOS."""
    assert file[:2] == b"\xff\xd8"
    found, at = [(0xD8, file[:2])], 2
    while at < len(file):
        assert file[at] == 0xFF, f"no marker at {at}"
        marker = file[at + 1]
        if marker == 0xD9:
            return [*found, (marker, file[at : at + 2])]
        end = at + 2 + int.from_bytes(file[at + 2 : at + 4], "big")
        if marker == 0xDA:
            while end < len(file) and (
                file[end] != 0xFF or file[end + 1] == 0 or 0xD0 <= file[end + 1] <= 0xD7
            ):
                end += 1
        found.append((marker, file[at:end]))
        at = end
    return found


def coded(file: bytes) -> bytes:
    """Everything a decoder reads: all but application segments and comments."""
    return b"".join(part for marker, part in walk(file) if not 0xE0 <= marker <= 0xFE)


def inserted(file: bytes, *parts: bytes, before: int = 0xDB) -> bytes:
    """The file with parts in front of the first segment of a kind."""
    segments = walk(file)
    at = next(i for i, (marker, _) in enumerate(segments) if marker == before)
    whole = [part for _, part in segments]
    tail = file[sum(map(len, whole)) :]
    return b"".join((*whole[:at], *parts, *whole[at:])) + tail


def photo(mode: str = "RGB", **options: object) -> bytes:
    """A JPEG with no metadata beside JFIF or Adobe's segment."""
    return samples.encoded(samples.picture(mode), "JPEG", **options)


GAIN_MAP_XMP = b"""<?xpacket begin=""?><x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="A Toolkit">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
 xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 dc:creator="Nobody" hdrgm:Version="1.0" hdrgm:HDRCapacityMax="3.5" hdrgm:OffsetSDR="a secret">
<hdrgm:GainMapMax><rdf:Seq><rdf:li>3.1</rdf:li><rdf:li>3.2</rdf:li><rdf:li>3.3</rdf:li></rdf:Seq>
</hdrgm:GainMapMax></rdf:Description></rdf:RDF></x:xmpmeta>"""


def _directory(length: int) -> bytes:
    return (
        b"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
 xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
 xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/"
 xmlns:Container="http://ns.google.com/photos/1.0/container/" xmlns:dc="x" dc:creator="Nobody"
 xmlns:Item="http://ns.google.com/photos/1.0/container/item/" hdrgm:Version="1.0">
<Container:Directory><rdf:Seq><rdf:li rdf:parseType="Resource"><Container:Item
 Item:Semantic="Primary" Item:Mime="image/jpeg"/></rdf:li><rdf:li rdf:parseType="Resource">
<Container:Item Item:Semantic="GainMap" Item:Mime="image/jpeg" Item:Length="%d"/></rdf:li></rdf:Seq>
</Container:Directory></rdf:Description></rdf:RDF></x:xmpmeta>"""
        % length
    )


def mp_index(entries: list[tuple[int, int, int]]) -> bytes:
    """A little-endian MPF segment of ``(attributes, size, offset)``."""
    listed = b"".join(struct.pack("<IIIHH", *entry, 0, 0) for entry in entries)
    head = struct.pack("<2sHIH", b"II", 42, 8, 3)
    head += struct.pack("<HHI4s", 0xB000, 7, 4, b"0100") + struct.pack(
        "<HHII", 0xB001, 4, 1, len(entries)
    )
    head += struct.pack("<HHIII", 0xB002, 7, len(listed), 50, 0)
    return segment(0xE2, b"MPF\0" + head + listed)


def with_second_picture(
    second: bytes, *, attributes: int = 0, gap: bytes = b"", listed: bool = True
) -> bytes:
    """A photo with EXIF, XMP, an MP index and a second picture behind a gap."""
    exif = segment(0xE1, EXIF + samples.exif(6))
    xmp = segment(0xE1, XMP + _directory(len(second)))
    parts = (exif, xmp, mp_index([(0, 0, 0), (0, 0, 0)]) if listed else b"")
    first = inserted(photo(), *parts)
    if listed:
        base = first.index(b"MPF\0") + 4
        entries = [
            (0x20030000, len(first), 0),
            (attributes, len(second), len(first) + len(gap) - base),
        ]
        first = first.replace(parts[2], mp_index(entries))
    return first + gap + second


def gain_map() -> bytes:
    """A grey JPEG with metadata and the facts of a gain map."""
    return inserted(photo("L"), segment(0xE1, XMP + GAIN_MAP_XMP), METADATA["exif"])
