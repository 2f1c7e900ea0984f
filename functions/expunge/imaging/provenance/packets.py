"""Add properties to the metadata of a file, whatever its container: XMP, or tags of Matroska."""

from __future__ import annotations

import struct
import zlib
from itertools import chain
from typing import TYPE_CHECKING, cast
from xml.sax.saxutils import escape

from expunge.imaging import carriers
from expunge.imaging.containers.block import Kind
from expunge.imaging.data import pieces
from expunge.imaging.media_types import MOVIES
from expunge.imaging.provenance.fact import Kept
from expunge.imaging.provenance.keeping import xmp
from expunge.imaging.provenance.keeping.wanted import Wanted
from expunge.imaging.provenance.pruning import without
from expunge.imaging.provenance.survey import is_extended
from expunge.imaging.provenance.xmp import read
from expunge.imaging.provenance.xmp_names import PREFIXES, RDF

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from expunge.imaging.containers.isobmff.layout import HeifLayout
    from expunge.imaging.provenance.fact import Fact
    from expunge.imaging.source import Source

TAGS = {
    "expunge:Label": "EXPUNGE_LABEL",
    "Iptc4xmpExt:DigitalSourceType": "DIGITAL_SOURCE_TYPE",
}
"""Names of the properties as tags of Matroska, which has no XMP."""
_MATROSKA = ("video/webm", "video/x-matroska", "audio/webm", "audio/x-matroska")
_SPACES = {prefix: uri for uri, prefix in PREFIXES.items()}
_END = b"</rdf:RDF>"
_MAX_SEGMENT = 65_000
_XMP_SEGMENT = b"http://ns.adobe.com/xap/1.0/\0"
_XMP_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_FIRST_CHUNK = 33
"""Where the chunk after ``IHDR`` begins."""
_ALPHA, _XMP = 0x10, 0x04
"""Flags of ``VP8X`` (RFC 9649, 2.7)."""


def with_properties(source: Source, properties: Mapping[str, str]) -> Iterator[bytes]:
    """Yield the file in memory with the properties: in its own packet, then in a new one.

    The caller checks whether a reader finds them there. Other values of the same properties go
    from the packet.

    Parameters
    ----------
    properties
        Values by property, with the usual prefix.
    """
    if source.media_type in _MATROSKA:
        yield b"".join(movie_with_properties(source, properties))
        return
    found = _extended(source, properties)
    if found is not None:
        yield found
    insert = _INSERTIONS.get(source.media_type)
    if insert is not None:
        yield insert(source, packet(properties))


def movie_with_properties(source: Source, properties: Mapping[str, str]) -> Iterator[bytes]:
    """Yield a movie piece by piece with the properties in a new place."""
    content = source.content
    if source.media_type in _MATROSKA:
        from expunge.imaging.containers.matroska.rewrite import with_tags  # noqa: PLC0415
        from expunge.imaging.provenance.keeping.matroska import tag  # noqa: PLC0415

        tags = b"".join(tag(TAGS[name], value) for name, value in properties.items())
        return with_tags(content, source.layout, tags)
    at = _end(source)
    box = uuid_box(packet(properties))
    return chain(pieces(content, 0, at), (box,), pieces(content, at, len(content)))


def _end(source: Source) -> int:
    """Where the boxes of a movie end; bytes that are no box may follow."""
    trailers = (b.offset for b in source.layout.blocks if b.kind is Kind.TRAILER)
    return next(trailers, len(source.content))


def packet(properties: Mapping[str, str]) -> bytes:
    """Return an XMP packet of nothing but the properties."""
    return xmp.packet(_description(properties), wrapped=True)


def uuid_box(content: bytes) -> bytes:
    """Return the box in which movies hold XMP (XMP specification, part 3, 1.2.7)."""
    return struct.pack(">I", len(content) + 24) + b"uuid" + _XMP_UUID + content


def _description(properties: Mapping[str, str]) -> bytes:
    """A description in the form that a later run leaves as it is."""
    prefixes = dict.fromkeys(name.partition(":")[0] for name in properties)
    spaces = "".join(f' xmlns:{prefix}="{_SPACES[prefix]}"' for prefix in prefixes)
    inner = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in properties.items())
    whole = f'<rdf:Description xmlns:rdf="{RDF}"{spaces}>{inner}</rdf:Description>'
    made = xmp.packet(whole.encode(), wrapped=False)
    return xmp.descriptions(memoryview(made), Wanted(Kept.LABEL | Kept.OWN))


def _extended(source: Source, properties: Mapping[str, str]) -> bytes | None:
    """The file with one more description in its packet; ``None`` if it has none that takes it."""
    layout = source.layout
    for index in layout.of(Kind.XMP):
        block = layout.blocks[index]
        carrier = carriers.carrier_of(block)
        if block.role is not None or is_extended(block) or carrier is None:
            continue
        new = _with_description(carrier.content, properties)
        written = carrier.written(new) if new else None
        if written is None or (block.name == "APP1" and len(written) > _MAX_SEGMENT):
            return None
        return bytes(source.container.rewrite(source.data, layout, {index: written}))
    return None


def _with_description(content: memoryview, properties: Mapping[str, str]) -> bytes | None:
    def is_replaced(fact: Fact) -> bool:
        return fact.path.partition("[")[0] in properties

    old: bytes | None = content.tobytes()
    if any(map(is_replaced, read(content))):
        old = without(content, read, is_replaced)
    if old is None:
        return packet(properties)
    at = old.rfind(_END)
    return old[:at] + _description(properties) + old[at:] if at >= 0 else None


def _in_jpeg(source: Source, content: bytes) -> bytes:
    """Insert a segment after those of JFIF and EXIF, which come first."""
    data, at = source.data, 2
    while data[at : at + 2] in (b"\xff\xe0", b"\xff\xe1"):
        at += 2 + int.from_bytes(data[at + 2 : at + 4])
    content = _XMP_SEGMENT + content
    return data[:at] + b"\xff\xe1" + struct.pack(">H", len(content) + 2) + content + data[at:]


def _in_png(source: Source, content: bytes) -> bytes:
    content = b"XML:com.adobe.xmp" + bytes(5) + content
    check = zlib.crc32(b"iTXt" + content)
    chunk = struct.pack(">I", len(content)) + b"iTXt" + content + struct.pack(">I", check)
    return source.data[:_FIRST_CHUNK] + chunk + source.data[_FIRST_CHUNK:]


def _in_webp(source: Source, content: bytes) -> bytes:
    """Append a chunk, and announce it, in the extended form of the format."""
    data = source.data
    end = 8 + int.from_bytes(data[4:8], "little")
    body = bytearray(data[12:end]) + bytes(end & 1)
    if body[:4] != b"VP8X":
        body = bytearray(_extended_header(source)) + body
    body[8] |= _XMP
    body += b"XMP " + struct.pack("<I", len(content)) + content + bytes(len(content) & 1)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + bytes(body) + data[end:]


def _extended_header(source: Source) -> bytes:
    """``VP8X`` for a file in the simple form, whose lossless image may have alpha (3.4)."""
    image = source.data[12:26]
    has_alpha = image[:4] == b"VP8L" and image[12] & 0x10
    sides = (source.layout.width - 1, source.layout.height - 1)
    canvas = b"".join(side.to_bytes(3, "little") for side in sides)
    flags = struct.pack("<I", _ALPHA if has_alpha else 0)
    return b"VP8X" + struct.pack("<I", 10) + flags + canvas


def _in_jxl(source: Source, content: bytes) -> bytes:
    """Append a box; a bare codestream gets the boxes around it (ISO/IEC 18181-2, 4)."""
    data = source.data
    if data.startswith(b"\xff\x0a"):
        kinds = b"\0\0\0\x0cJXL \r\n\x87\n\0\0\0\x14ftypjxl \0\0\0\0jxl "
        data = kinds + struct.pack(">I", len(data) + 8) + b"jxlc" + data
    return data + struct.pack(">I", len(content) + 8) + b"xml " + content


def _in_gif(source: Source, content: bytes) -> bytes:
    """Insert an application extension before the end of the file."""
    data = source.data
    if data[-1:] != b";":
        return data
    magic = bytes((1, *range(255, -1, -1), 0))  # XMP specification, part 3, 1.1.2
    return data[:-1] + b"\x21\xff\x0bXMP DataXMP" + content + magic + b";"


def _in_heif(source: Source, content: bytes) -> bytes:
    from expunge.imaging.containers.isobmff.rewrite import with_xmp  # noqa: PLC0415

    return with_xmp(cast("HeifLayout", source.layout), content)


def _in_movie(source: Source, content: bytes) -> bytes:
    at = _end(source)
    return source.data[:at] + uuid_box(content) + source.data[at:]


_INSERTIONS: dict[str, Callable[[Source, bytes], bytes]] = {
    "image/jpeg": _in_jpeg,
    "image/png": _in_png,
    "image/webp": _in_webp,
    "image/jxl": _in_jxl,
    "image/gif": _in_gif,
    "image/avif": _in_heif,
    "image/heic": _in_heif,
    **dict.fromkeys(MOVIES - set(_MATROSKA), _in_movie),
}
"""How a file gets a packet beside those that it has."""
