"""Remove single fields from EXIF, XMP and IPTC, and prove that no other field changed.

The result is parsed and compared with the original. If it does not hold exactly the facts that
should stay, there is no result, and the whole block must go.
"""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING
from xml.parsers import expat

from expunge.imaging import tiff
from expunge.imaging.provenance import exif, iptc, photoshop, xmp
from expunge.imaging.provenance.fact import Fact

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Unwanted = Callable[[Fact], bool]
    Reader = Callable[[memoryview], Iterator[Fact]]
    Pruner = Callable[[memoryview, Unwanted], bytes | None]

_TAG = re.compile(rb"""<(?:[^<>"']|"[^"]*"|'[^']*')*>""")
_XML_ATTRIBUTE = re.compile(rb"""(?<!\s)\s++([^\s=]++)\s*+=\s*+(?:"[^"]*"|'[^']*')""")


def without(data: memoryview, read: Reader, unwanted: Unwanted) -> bytes | None:
    """Return a block's data without the unwanted facts, or ``None`` if the whole block must go.

    Parameters
    ----------
    data
        The content of the block.
    read
        The block's reader: ``exif.read``, ``xmp.read`` or ``photoshop.read``.
    unwanted
        Selects the facts to remove.
    """
    pruners: dict[Reader, Pruner] = {
        exif.read: _exif,
        xmp.read: _xmp,
        photoshop.read: _photoshop,
    }
    left = pruners[read](data, unwanted)
    return left if left and _is_proven(data, left, read, unwanted) else None


def _is_proven(data: memoryview, left: bytes, read: Reader, unwanted: Unwanted) -> bool:
    """Whether the result holds exactly the facts that should stay, and at least one."""
    staying = [(f.key, f.value) for f in read(data) if not unwanted(f)]
    after = [(f.key, f.value) for f in read(memoryview(left))]
    return bool(staying) and after == staying


def _exif(data: memoryview, unwanted: Unwanted) -> bytes | None:
    """Remove entries from their directories, and overwrite their values with zeros.

    Nothing else moves, so that all offsets stay valid, also those inside a maker note.
    """
    start = exif.header_length(data)
    reader = tiff.Reader.of(data[start:])
    found = list(exif.entries(reader)) if reader else []
    entries = [entry for entry in found if isinstance(entry, exif.Entry)]
    if reader is None or len(entries) < len(found):
        return None
    going = [e for e in entries if any(map(unwanted, exif.facts_of_entry(reader, e)))]
    staying = [entry for entry in entries if entry not in going]
    if any(_overlap(a.raw, b.raw) for a in going for b in staying):
        return None
    left = bytearray(reader.content)
    for entry in going:
        if entry.raw.length > 4:
            end = entry.raw.start + entry.raw.length
            left[entry.raw.start : end] = bytes(entry.raw.length)
    for directory in {entry.directory_at for entry in going}:
        kept = [entry.raw for entry in staying if entry.directory_at == directory]
        _rewrite_directory(left, reader, directory, kept)
    return bytes(data[:start]) + bytes(left)


def _overlap(one: tiff.Entry, other: tiff.Entry) -> bool:
    """Whether two values share bytes outside their entries."""
    if one.length <= 4 or other.length <= 4:
        return False
    return one.start < other.start + other.length and other.start < one.start + one.length


def _rewrite_directory(
    left: bytearray, reader: tiff.Reader, at: int, kept: list[tiff.Entry]
) -> None:
    count = reader.count(at)
    end = at + 2 + 12 * count
    following = bytes(reader.content[end : end + 4])
    body = b"".join(bytes(reader.content[entry.at : entry.at + 12]) for entry in kept)
    directory = struct.pack(reader.order + "H", len(kept)) + body + following
    left[at : end + len(following)] = directory.ljust(2 + 12 * count + len(following), b"\0")


def _xmp(data: memoryview, unwanted: Unwanted) -> bytes | None:
    """Remove attributes and whole elements. A packet that is not UTF-8 must go whole."""
    packet = xmp.Packet()
    try:
        packet.parse(data)
    except (expat.ExpatError, xmp.Unparsable, ValueError):
        return None
    raw = bytes(data)
    if b"\0" in raw.rstrip(b"\0"):
        return None
    pairs = zip(packet.facts, packet.spans, strict=True)
    ranges = [_range(raw, span) for fact, span in pairs if unwanted(fact)]
    left, at = [], 0
    for start, end in sorted(r for r in ranges if r is not None):
        left.append(raw[at : max(at, start)])
        at = max(at, end)
    left.append(raw[at:])
    return b"".join(left)


def _range(raw: bytes, span: xmp.Span) -> tuple[int, int] | None:
    """Byte range of an element with its end tag, or of an attribute with the blanks before it."""
    if span.attribute is None:
        tag = _TAG.match(raw, span.end)
        return (span.start, tag.end()) if tag else None
    tag = _TAG.match(raw, span.start)
    if tag is None:
        return None
    attributes = [
        match
        for match in _XML_ATTRIBUTE.finditer(raw, span.start, tag.end())
        if match[1] != b"xmlns" and not match[1].startswith(b"xmlns:")
    ]
    return attributes[span.attribute].span() if span.attribute < len(attributes) else None


def _photoshop(data: memoryview, unwanted: Unwanted) -> bytes | None:
    """Remove datasets. Photoshop's digest of all datasets stays, so it no longer matches."""
    if not photoshop.is_resources(data):
        return _iptc(data, unwanted)
    left = []
    for found in photoshop.resources(data):
        if isinstance(found, Fact):
            return None
        raw = bytes(data[found.offset : found.offset + found.length])
        reader = photoshop.READERS.get(found.number)
        if reader is None or not any(map(unwanted, reader(found.data))):
            left.append(raw)
            continue
        content = _iptc(found.data, unwanted) if reader is iptc.read else None
        if content:
            head = raw[: found.start - found.offset - 4]
            padding = b"\0" * (len(content) & 1)
            left.append(head + struct.pack(">I", len(content)) + content + padding)
    return b"".join(left)


def _iptc(data: memoryview, unwanted: Unwanted) -> bytes | None:
    left = []
    for found in iptc.datasets(data):
        if isinstance(found, Fact):
            return None
        if not unwanted(iptc.fact_of(found)):
            left.append(bytes(data[found.offset : found.offset + found.length]))
    return b"".join(left)
