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
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from expunge.imaging.data import Data

MAX_PACKETS = 4
"""Extended XMP packets read per file. The standard allows one."""
_EXTENDED_XMP = re.compile(rb"[0-9A-F]{32}")
_EXTENDED_HEAD = 40
"""Bytes of the packet's digest and length, and of this part's offset (XMP part 3, 1.1.3.1)."""

UNREAD = "(untold)"
"""Path of the fact that a part of the file is missing or could not be separated."""
_NOVELAI, _PARAMETERS = "+novelai", "+parameters"
_IN_CONTEXT = {_NOVELAI: {"Description", "Title"}, _PARAMETERS: {"Model"}}
"""Texts that hold a prompt if the file's ``Software`` text is NovelAI, else a caption; and the name
of a network if other texts are parameters of a generator, else that of a camera."""
_GENERATOR_KEYS = {
    "cfg_scale", "model hash", "negative prompt", "negative_prompt", "parameters", "prompt",
    "sampler", "seed", "steps",
}  # fmt: skip


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
    beside = _tool(f.fact for f in found)
    return [replace(f, fact=in_context(f.fact, beside)) for f in found] if beside else found


def tool_beside(layout: Layout) -> str:
    """Return the tool that a file's texts name, if the meaning of others depends on it."""
    texts = [block for block in layout.blocks if block.kind is Kind.TEXT]
    named = (block for block in texts if bytes(block.data[:9]) == b"Software\0")
    keys = (bytes(block.data[:80]).partition(b"\0")[0].decode("latin-1") for block in texts)
    return _tool(
        (
            *(Fact("text", key, key, "", 0, 0) for key in keys),
            *(fact for block in named for fact in facts_of(block)),
        )
    )


def _tool(facts: Iterable[Fact]) -> str:
    texts = [(fact.key, fact.value) for fact in facts if fact.reader == "text"]
    if ("Software", "NovelAI") in texts:
        return _NOVELAI
    has_parameters = any(key.lower() in _GENERATOR_KEYS for key, _ in texts)
    return _PARAMETERS if has_parameters else ""


def in_context(fact: Fact, beside: str) -> Fact:
    """Return a fact of a file that names a tool."""
    depends = fact.reader == "text" and fact.key in _IN_CONTEXT.get(beside, ())
    return replace(fact, beside=beside) if depends else fact


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
    for block in _joined_segments(layout):
        if block.kind is Kind.PICTURE and depth == 0:
            yield from _of_auxiliary_image(block, data, budget)
        elif is_extended(block):
            for fact in budget.spend(extended.pop(bytes(block.data[:32]), iter(()))):
                for told in (fact, *tc260.read(fact)):
                    yield Located(told, block, block.offset, block.length)
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
    if movie.is_movie_block(block) and block.kind not in (Kind.STRUCTURE, Kind.XMP):
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


def continued(blocks: Sequence[Block], index: int) -> tuple[int, Block]:
    """Join EXIF or Photoshop resources that continue in the next JPEG segments.

    Returns the index of the last segment, and all of them as one block.
    """
    first = blocks[index]
    last = index
    while last + 1 < len(blocks) and _continues(first, blocks[last + 1]):
        last += 1
    if last == index:
        return index, first
    content = b"".join(block.data for block in blocks[index : last + 1])
    length = blocks[last].offset + blocks[last].length - first.offset
    return last, first._replace(length=length, data=memoryview(content))


def is_joined(block: Block) -> bool:
    """Whether the content of a block may continue in the next one."""
    return (block.kind, block.name) in ((Kind.EXIF, "APP1"), (Kind.IPTC, "APP13"))


def _continues(first: Block, block: Block) -> bool:
    """Whether a segment has the kind of another one, but no beginning of its own."""
    if (first.kind, first.name) != (block.kind, block.name):
        return False
    if block.kind is Kind.EXIF:
        return not exif.is_tiff(block.data)
    starts = photoshop.is_resources(block.data) or bytes(block.data[:1]) == b"\x1c"
    return photoshop.is_resources(first.data) and not starts


def _joined_segments(layout: Layout) -> Iterator[Block]:
    """The blocks, with EXIF and Photoshop resources from several JPEG segments joined."""
    taken = -1
    for index, block in enumerate(layout.blocks):
        if index <= taken:
            continue
        if is_joined(block):
            taken, joined = continued(layout.blocks, index)
            yield joined
        else:
            yield block


def is_extended(block: Block) -> bool:
    """Whether a block is a JPEG segment with a part of an extended XMP packet."""
    is_jpeg_xmp = block.kind is Kind.XMP and block.name == "APP1"
    return is_jpeg_xmp and _EXTENDED_XMP.match(bytes(block.data[:32])) is not None


def _extended_xmp(layout: Layout, budget: Budget) -> dict[bytes, Iterator[Fact]]:
    """The facts of each extended XMP packet, by its digest."""
    packets = islice(_parts(layout).items(), MAX_PACKETS)
    return {digest: _joined(pieces, budget) for digest, pieces in packets}


def extended(layout: Layout) -> Iterator[bytes]:
    """Yield the extended XMP packets, each joined from its parts."""
    for pieces in islice(_parts(layout).values(), MAX_PACKETS):
        yield b"".join(piece for _, piece in sorted(pieces, key=itemgetter(0)))


def _parts(layout: Layout) -> dict[bytes, list[tuple[int, memoryview]]]:
    """Offset and content of the parts of extended XMP, by the digest of their packet."""
    parts: dict[bytes, list[tuple[int, memoryview]]] = {}
    for block in layout.blocks:
        if is_extended(block) and len(block.data) >= _EXTENDED_HEAD:
            at = int.from_bytes(bytes(block.data[36:40]), "big")
            whole = parts.setdefault(bytes(block.data[:32]), [])
            whole.append((at, block.data[_EXTENDED_HEAD:]))
    return parts


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
