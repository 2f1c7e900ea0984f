"""Read all facts from a file's blocks: select the reader of each block."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING

from expunge.errors import ExpungeError
from expunge.imaging.containers.block import Block, Kind, Layout
from expunge.imaging.containers.formats import sniff
from expunge.imaging.provenance import (
    exif,
    movie,
    photoshop,
    stealth,
    tc260,
    text,
    trailer,
    xmp,
)
from expunge.imaging.provenance.fact import REST, Budget, Fact, text_or_sample, unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from expunge.imaging.data import Data

MAX_PACKETS = 4
"""Extended XMP packets read per file. The standard allows one."""
_EXTENDED_XMP = re.compile(rb"[0-9A-F]{32}")
_EXTENDED_HEAD = 40
"""Bytes of the packet's digest and length, and of this part's offset (XMP part 3, 1.1.3.1)."""

UNREAD = "(untold)"
"""Path of the fact that a part of the file is missing or could not be separated."""
_NOVELAI = "+novelai"
_NOVELAI_KEYS = {"Description", "Title"}
"""Texts that hold a prompt if the file's ``Software`` text is NovelAI, else a caption."""


@dataclass(frozen=True, slots=True)
class Located:
    """A fact, its block, and its span in the file."""

    fact: Fact
    block: Block
    offset: int
    length: int
    is_second: bool = False
    """Whether it is in an auxiliary image (gain map, depth map), not in the primary image."""


def survey(layout: Layout, data: Data, *, deep: bool = False) -> list[Located]:
    """Return every fact in a file except C2PA's, in file order.

    Parameters
    ----------
    layout, data
        The file and its blocks.
    deep
        Also decode the pixels, to read text hidden in them.
    """
    budget = Budget()
    found = list(_all(layout, data, budget, depth=0))
    hidden = list(stealth.deep(data, layout)) if deep and isinstance(data, bytes) else []
    for block, fact in hidden or stealth.read(layout):
        found.append(Located(fact, block, block.offset, block.length))
    found += _unread(layout)
    if budget.facts <= 0:
        last = found[-1]
        rest = unreadable(last.fact.reader, REST, "too many fields; the rest was not read")
        found.append(replace(last, fact=rest))
    return _with_context(found)


def _unread(layout: Layout) -> Iterator[Located]:
    """Facts on data that the container reader could not read or separate."""
    last = layout.blocks[-1]
    for reason in layout.unread:
        yield Located(unreadable("trailer", UNREAD, reason), last, last.offset, last.length)


def _with_context(found: list[Located]) -> list[Located]:
    """Mark the facts whose meaning depends on another fact of the file."""
    software = ("text:Software", "NovelAI")
    if not any((f.fact.place, f.fact.value) == software for f in found):
        return found
    return [
        replace(f, fact=replace(f.fact, beside=_NOVELAI))
        if f.fact.reader == "text" and f.fact.key in _NOVELAI_KEYS
        else f
        for f in found
    ]


def facts_of(block: Block, budget: Budget | None = None) -> Iterator[Fact]:
    """Yield the facts of one block, including TC260 labels within their values.

    Offsets count from the start of ``block.data``. Blocks of coded pixels, colour, structure and
    C2PA yield none.
    """
    budget = budget or Budget()
    for fact in budget.spend(_read(block, budget)):
        yield fact
        yield from tc260.read(fact)


def _all(layout: Layout, data: Data, budget: Budget, depth: int) -> Iterator[Located]:
    extended = _extended_xmp(layout, budget)
    for block in _joined_exif(layout):
        if block.kind is Kind.PICTURE and depth == 0:
            yield from _of_auxiliary_image(block, data, budget)
        elif is_extended(block):
            for fact in budget.spend(extended.pop(bytes(block.data[:32]), iter(()))):
                yield Located(fact, block, block.offset, block.length)
        else:
            start = start_of(block, data)
            for fact in facts_of(block, budget):
                exact = start is not None
                offset = start + fact.offset if start is not None else block.offset
                yield Located(fact, block, offset, fact.length if exact else block.length)


def _of_auxiliary_image(block: Block, data: Data, budget: Budget) -> Iterator[Located]:
    """The facts of an auxiliary image, under the path of its block."""
    inner = bytes(block.data)
    start = start_of(block, data)
    try:
        layout = sniff(inner).container.parse(inner)
    except ExpungeError:
        return
    for found in _all(layout, inner, budget, depth=1):
        outer = found.block._replace(path=f"{block.path}/{found.block.path}")
        offset = block.offset if start is None else start + found.offset
        yield Located(found.fact, outer, offset, found.length, is_second=True)


def start_of(block: Block, data: Data) -> int | None:
    """Return the file offset of a block's content, or ``None`` if it is not in one piece."""
    spare = block.length - len(block.data)
    for tail in (0, 4):  # a PNG chunk ends in a checksum
        start = block.offset + spare - tail
        head = bytes(block.data[:64])
        if spare >= tail and data[start : start + len(head)] == head:
            return start
    found = data.find(head, block.offset, block.offset + block.length) if len(head) == 64 else -1
    return found if found >= 0 else None


def _read(block: Block, budget: Budget) -> Iterator[Fact]:
    if movie.is_movie_block(block):
        return movie.read(block)
    reader = _READERS.get(block.kind)
    return reader(block, budget) if reader else iter(())


def _text(block: Block, budget: Budget) -> Iterator[Fact]:
    """The facts of a PNG text chunk, or of text without a key in another container."""
    if block.name in ("tEXt", "zTXt", "iTXt"):
        return text.read(block.name, block.data, budget)
    return text.comment(block.data)


def _thumbnail(block: Block, _: Budget) -> Iterator[Fact]:
    size = len(block.data)
    yield Fact("thumbnail", "Thumbnail", block.name, f"{size} bytes", 0, size)


def _xmp(block: Block, budget: Budget) -> Iterator[Fact]:
    """The facts of an XMP packet, which a PNG iTXt chunk may compress."""
    if block.name != "iTXt" or bytes(block.data[:1]) != b"\x78":
        return xmp.read(block.data, budget)
    try:
        packet = text.inflate(block.data, budget)
    except text.Inflated as error:
        return iter((unreadable("xmp", "packet", str(error), 0, len(block.data)),))
    whole = len(block.data)
    return (replace(fact, offset=0, length=whole) for fact in xmp.read(memoryview(packet), budget))


def _vendor(block: Block, _: Budget) -> Iterator[Fact]:
    """The facts of a vendor block: a text or byte sample, and generative edits."""
    data = block.data
    yield Fact("vendor", block.name, block.name, text_or_sample(data), 0, len(data))
    yield from trailer.generative_edits(data, "vendor")


def _joined_exif(layout: Layout) -> Iterator[Block]:
    """The blocks, with EXIF from several JPEG segments joined, as viewers read it."""
    pending: Block | None = None
    for block in layout.blocks:
        if pending is not None and block.kind is Kind.EXIF and not exif.is_tiff(block.data):
            joined = memoryview(bytes(pending.data) + bytes(block.data))
            length = block.offset + block.length - pending.offset
            pending = pending._replace(length=length, data=joined)
            continue
        if pending is not None:
            yield pending
        pending = block if block.kind is Kind.EXIF and block.name == "APP1" else None
        if pending is None:
            yield block
    if pending is not None:
        yield pending


def is_extended(block: Block) -> bool:
    """Whether a block is a JPEG segment with a part of an extended XMP packet."""
    is_jpeg_xmp = block.kind is Kind.XMP and block.name == "APP1"
    return is_jpeg_xmp and _EXTENDED_XMP.match(bytes(block.data[:32])) is not None


def _extended_xmp(layout: Layout, budget: Budget) -> dict[bytes, Iterator[Fact]]:
    """The facts of each extended XMP packet, by its digest."""
    parts: dict[bytes, list[tuple[int, memoryview]]] = {}
    for block in layout.blocks:
        if is_extended(block) and len(block.data) >= _EXTENDED_HEAD:
            at = int.from_bytes(bytes(block.data[36:40]), "big")
            whole = parts.setdefault(bytes(block.data[:32]), [])
            whole.append((at, block.data[_EXTENDED_HEAD:]))
    packets = islice(parts.items(), MAX_PACKETS)
    return {digest: _joined(pieces, budget) for digest, pieces in packets}


def _joined(pieces: list[tuple[int, memoryview]], budget: Budget) -> Iterator[Fact]:
    packet = b"".join(piece for _, piece in sorted(pieces, key=itemgetter(0)))
    yield from xmp.read(memoryview(packet), budget)


_READERS: dict[Kind, Callable[[Block, Budget], Iterator[Fact]]] = {
    Kind.EXIF: lambda block, budget: exif.read(block.data, budget),
    Kind.XMP: _xmp,
    Kind.IPTC: lambda block, budget: photoshop.read(block.data, budget),
    Kind.TEXT: _text,
    Kind.COMMENT: lambda block, _: text.comment(block.data),
    Kind.TRAILER: lambda block, _: trailer.read(block.data),
    Kind.VENDOR: _vendor,
    Kind.THUMBNAIL: _thumbnail,
}
