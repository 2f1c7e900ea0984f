"""Build payloads and small files for tests of the metadata readers."""

from __future__ import annotations

import struct
import zlib
from xml.sax.saxutils import quoteattr

from expunge.imaging.containers.block import Block, Kind
from expunge.imaging.provenance import exif_tags as tags
from expunge.imaging.provenance.xmp_names import PREFIXES, RDF

ASCII, SHORT, LONG, RATIONAL, UNDEFINED = 2, 3, 4, 5, 7
Fields = dict[int, tuple[int, bytes]]
_SIZES = {ASCII: 1, SHORT: 2, LONG: 4, RATIONAL: 8, UNDEFINED: 1, 1: 1}
_POINTERS = {"Exif": tags.EXIF_IFD, "GPS": tags.GPS_IFD, "Interop": tags.INTEROP_IFD}


def block(kind: Kind, name: str, data: bytes, path: str = "block") -> Block:
    return Block(kind, name, path, 0, len(data), memoryview(data))


def text(value: str) -> tuple[int, bytes]:
    return ASCII, value.encode() + b"\0"


def tiff(order: str = "<", *, next_ifd: Fields | None = None, **directories: Fields) -> bytes:
    """A TIFF structure with the given directories (``IFD0``, ``Exif``, ``GPS``…)."""
    out = bytearray((b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", 8))
    ifd0 = dict(directories.pop("IFD0", {}))
    for name in directories:
        ifd0[_POINTERS[name]] = (LONG, bytes(4))
    places: dict[int, int] = {}
    _write(out, order, ifd0, places)
    end = places.pop(-1)
    for name, fields in directories.items():
        struct.pack_into(order + "I", out, places[_POINTERS[name]], len(out))
        _write(out, order, fields, {})
    if next_ifd:
        struct.pack_into(order + "I", out, end, len(out))
        _write(out, order, next_ifd, {})
    return bytes(out)


def _write(out: bytearray, order: str, fields: Fields, places: dict[int, int]) -> None:
    at = len(out)
    out += struct.pack(order + "H", len(fields)) + bytes(12 * len(fields) + 4)
    for index, (tag, (kind, value)) in enumerate(sorted(fields.items())):
        entry = at + 2 + 12 * index
        struct.pack_into(order + "HHI", out, entry, tag, kind, len(value) // _SIZES[kind])
        places[tag] = entry + 8
        if len(value) <= 4:
            out[entry + 8 : entry + 12] = value.ljust(4, b"\0")
        else:
            struct.pack_into(order + "I", out, entry + 8, len(out))
            out += value + b"\0" * (len(value) & 1)
    places[-1] = at + 2 + 12 * len(fields)


def xmp(inner: str = "", **attributes: str) -> bytes:
    """An XMP packet. Attribute names use ``__`` for the colon (``xmp__CreatorTool``)."""
    names = {key.replace("__", ":"): value for key, value in attributes.items()}
    spaces = "".join(f" xmlns:{prefix}={quoteattr(uri)}" for uri, prefix in _namespaces().items())
    given = "".join(f" {name}={quoteattr(value)}" for name, value in names.items())
    return (
        f'<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta{spaces}>'
        f'<rdf:RDF xmlns:rdf="{RDF}"><rdf:Description rdf:about=""{given}>{inner}'
        '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    ).encode()


def _namespaces() -> dict[str, str]:
    by_prefix = {prefix: uri for uri, prefix in PREFIXES.items()}
    return {uri: prefix for prefix, uri in by_prefix.items()}


def dataset(record: int, number: int, value: bytes) -> bytes:
    return struct.pack(">BBBH", 0x1C, record, number, len(value)) + value


def resource(number: int, content: bytes) -> bytes:
    padding = b"\0" * (len(content) & 1)
    return b"8BIM" + struct.pack(">HHI", number, 0, len(content)) + content + padding


def sef(**records: bytes) -> bytes:
    """A Samsung trailer with named records."""
    out, places = b"", []
    for name, content in records.items():
        record = struct.pack("<HHI", 0, 0x0A30, len(name)) + name.encode() + content
        places.append((len(out), len(record)))
        out += record
    head = b"SEFH" + struct.pack("<II", 106, len(records))
    for at, size in places:
        head += struct.pack("<HHII", 0, 0x0A30, len(out) - at, size)
    return out + head + struct.pack("<I", len(head)) + b"SEFT"


def chunk(name: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(name + content)
    return struct.pack(">I4s", len(content), name) + content + struct.pack(">I", checksum)


def itxt(keyword: str, value: str) -> bytes:
    return keyword.encode("latin-1") + b"\0\0\0\0\0" + value.encode()


def png(
    *chunks: bytes, rows: list[bytes] | None = None, width: int = 1, channels: int = 3
) -> bytes:
    """A PNG with extra chunks before its pixels. Rows include their filter byte."""
    rows = rows or [bytes(1 + width * channels)]
    colour = {3: 2, 4: 6}[channels]
    header = struct.pack(">IIBBBBB", width, len(rows), 8, colour, 0, 0, 0)
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", header),
            *chunks,
            chunk(b"IDAT", zlib.compress(b"".join(rows))),
            chunk(b"IEND", b""),
        )
    )


def segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def app1_exif(content: bytes) -> bytes:
    return segment(0xE1, b"Exif\0\0" + content)


def app1_xmp(packet: bytes) -> bytes:
    return segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + packet)


def app13(resources: bytes) -> bytes:
    return segment(0xED, b"Photoshop 3.0\0" + resources)


def jpeg(*segments: bytes, trailer: bytes = b"") -> bytes:
    """The smallest JPEG that the container reader accepts. Its scan has no image data."""
    frame = segment(0xC0, struct.pack(">BHHBBBB", 8, 1, 1, 1, 1, 0x11, 0))
    scan = segment(0xDA, b"\1\1\0\0\x3f\0") + b"\x12\x34"
    return b"\xff\xd8" + b"".join(segments) + frame + scan + b"\xff\xd9" + trailer


def international(value):
    """QuickTime's international text with one value."""
    return struct.pack(">HH", len(value.encode()), 0x55C4) + value.encode()
