"""EXIF, XMP and IPTC without some of their fields, every other byte of meaning proven unchanged.

What is left is read anew and held against what was there: unless it is exactly the facts that
were to stay, there is no result, and the block has to go as a whole.
"""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING
from xml.parsers import expat

from expunge.imaging.provenance import exif, iptc, photoshop, xmp
from expunge.imaging.provenance.fact import Fact

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Unwanted = Callable[[Fact], bool]
    Reader = Callable[[memoryview], Iterator[Fact]]

_TAG = re.compile(rb"""<(?:[^<>"']|"[^"]*"|'[^']*')*>""")
_XML_ATTRIBUTE = re.compile(rb"""\s+([^\s=]+)\s*=\s*(?:"[^"]*"|'[^']*')""")


def without(data: memoryview, read: Reader, unwanted: Unwanted) -> bytes | None:
    """A block's data without the unwanted facts; ``None`` where the block must go whole.

    Parameters
    ----------
    data
        The content of the block.
    read
        The reader that the block is read with: ``exif.read``, ``xmp.read`` or
        ``photoshop.read``.
    unwanted
        Says which facts are to go.
    """
    pruners = {exif.read: _exif, xmp.read: _xmp, photoshop.read: _photoshop}
    prune = pruners.get(read)
    left = prune(data, unwanted) if prune else None
    return left if left and _is_proven(data, left, read, unwanted) else None


def _is_proven(data: memoryview, left: bytes, read: Reader, unwanted: Unwanted) -> bool:
    """Whether what is left says just what was to stay, and says something."""
    staying = [(f.key, f.value) for f in read(data) if not unwanted(f)]
    after = [(f.key, f.value) for f in read(memoryview(left))]
    return bool(staying) and after == staying


def _exif(data: memoryview, unwanted: Unwanted) -> bytes | None:
    """Entries go, the rest of their directory moves up, their values become zeros.

    Nothing else moves, so that offsets (a maker note's own, too) stay right.
    """
    start = exif.header_length(data)
    tiff = data[start:]
    order = exif.BYTE_ORDERS.get(bytes(tiff[:4]))
    if order is None:
        return None
    found = list(exif.entries(tiff, order))
    entries = [entry for entry in found if isinstance(entry, exif.Entry)]
    if len(entries) < len(found):
        return None
    going = [e for e in entries if any(map(unwanted, exif.facts_of_entry(tiff, order, e)))]
    staying = [entry for entry in entries if entry not in going]
    if any(_overlap(a, b) for a in going for b in staying):
        return None
    left = bytearray(tiff)
    for entry in going:
        if entry.length > 4:
            left[entry.offset : entry.offset + entry.length] = bytes(entry.length)
    for directory in {entry.start for entry in going}:
        kept = [e for e in staying if e.start == directory]
        _rewrite_directory(left, order, directory, kept)
    return bytes(data[:start]) + bytes(left)


def _overlap(one: exif.Entry, other: exif.Entry) -> bool:
    """Whether two values share bytes outside their entries."""
    if one.length <= 4 or other.length <= 4:
        return False
    return one.offset < other.offset + other.length and other.offset < one.offset + one.length


def _rewrite_directory(tiff: bytearray, order: str, at: int, kept: list[exif.Entry]) -> None:
    (count,) = struct.unpack_from(order + "H", tiff, at)
    end = at + 2 + 12 * count
    following = tiff[end : end + 4]
    body = b"".join(tiff[entry.at : entry.at + 12] for entry in kept)
    anew = struct.pack(order + "H", len(kept)) + body + following
    tiff[at : end + len(following)] = anew.ljust(2 + 12 * count + len(following), b"\0")


def _xmp(data: memoryview, unwanted: Unwanted) -> bytes | None:
    """Attributes and whole elements go; the packet is UTF-8, or it goes whole."""
    packet = xmp.Packet()
    try:
        packet.parse(data)
    except (expat.ExpatError, xmp.TooMuch, ValueError):
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
    """The bytes of an element with its end tag, or of an attribute and the blanks before it."""
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
    """Datasets go, and with them the digest that Photoshop keeps of all datasets."""
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
            left.append(
                head + struct.pack(">I", len(content)) + content + b"\0" * (len(content) & 1)
            )
    return b"".join(left)


def _iptc(data: memoryview, unwanted: Unwanted) -> bytes | None:
    left = []
    for found in iptc.datasets(data):
        if isinstance(found, Fact):
            return None
        if not unwanted(iptc.fact_of(found)):
            left.append(bytes(data[found.offset : found.offset + found.length]))
    return b"".join(left)
