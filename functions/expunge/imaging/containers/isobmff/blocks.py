"""Split a HEIF or AVIF file into blocks that can be dropped separately."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expunge.errors import MalformedImage
from expunge.imaging.containers.block import Block, Kind, surplus
from expunge.imaging.containers.isobmff import free_text
from expunge.imaging.containers.isobmff.areas import blank
from expunge.imaging.containers.isobmff.boxes import make_box
from expunge.imaging.containers.isobmff.file import property_kinds
from expunge.imaging.containers.isobmff.items import ITEM
from expunge.imaging.containers.isobmff.kinds import kind_of_box, payload_start, tiff_in
from expunge.imaging.containers.isobmff.salvage import salvaged
from expunge.imaging.containers.isobmff.tracks import PICTURE_HANDLERS
from expunge.imaging.containers.isobmff.tree import SAMPLE_ENTRIES, short_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.imaging.containers.isobmff.areas import Span
    from expunge.imaging.containers.isobmff.boxes import Box
    from expunge.imaging.containers.isobmff.file import File
    from expunge.imaging.containers.isobmff.free_text import Split
    from expunge.imaging.containers.isobmff.items import Item, Meta
    from expunge.imaging.containers.isobmff.tree import Node

_MAX_JOINED = 4
"""Limit for the total size of items that are not coded pixels, in file sizes. Items may share
bytes, but then each of them is read and joined."""


def blocks_of(file: File) -> Iterator[Block]:
    """Yield the blocks in the order of boxes and tables.

    That is not the order of offsets: the bytes of an item are not in its table, and they move
    when the file is rewritten.
    """
    for node in file.nodes:
        if node.box.type == "ftyp":
            yield from _file_type(file, node)
        elif node.box.type not in {"mdat", "meta", "moov"}:
            yield from _foreign(file, node)
        elif node.box.type == "meta" and file.meta is None:
            yield _block(file, Kind.VENDOR, node.path, node.box)
        elif node.children is not None:
            yield from _inside(file, node)
    if file.meta:
        for item in file.meta.items.values():
            yield from _text(entry_path(item), free_text.item_name(file.data, item))
        yield from _properties(file, file.meta)
        yield from _Items(file, file.meta).blocks()
    yield from _unlisted(file)


def _unlisted(file: File) -> Iterator[Block]:
    """Yield data that no table refers to: metadata with truncated tables, gaps and a trailer."""
    items = file.meta.items.values() if file.meta else ()
    if file.broken and not file.moov and not any(item.location.extents for item in items):
        for area in file.areas:
            yield from salvaged(file.data, area)
    else:
        for path, (start, end) in file.gaps():
            yield Block(Kind.VENDOR, "mdat", path, start, end - start, file.data[start:end])
    if file.rest:
        yield _block(file, Kind.TRAILER, "trailer", file.rest)


def item_path(item: Item) -> str:
    return f"meta/iinf/{short_name(item.type)}[{item.id}]"


def entry_path(item: Item) -> str:
    """Path of the item's entry in the item table."""
    return f"meta/iinf/infe[{item.id}]"


def property_path(number: int, box: Box) -> str:
    """Path of a property. ``number`` counts from 1, as in ``ipma``."""
    return f"meta/iprp/ipco/{short_name(box.type)}[{number}]"


def times_in(data: memoryview, box: Box) -> Span:
    """Return the span of creation and modification time in ``mvhd``, ``tkhd`` or ``mdhd``."""
    start = box.body + 4
    return start, min(box.end, start + (16 if bytes(data[box.body : box.body + 1]) == b"\1" else 8))


def _block(file: File, kind: Kind, path: str, box: Box) -> Block:
    data = file.data[payload_start(file.data, box) : box.end]
    return Block(kind, short_name(box.type), path, box.start, box.end - box.start, data)


def _foreign(file: File, node: Node) -> Iterator[Block]:
    """A box that no image needs. Padding of zeros is not a block."""
    box = node.box
    if box.type not in {"free", "skip", "wide"} or not blank(file.data[box.body : box.end]):
        yield _block(file, kind_of_box(box), node.path, box)


def _inside(file: File, node: Node) -> Iterator[Block]:
    """Yield the unneeded contents of ``meta`` or ``moov``, level by level."""
    for child in node.children or ():
        if not child.needed:
            yield from _foreign(file, child)
        elif child.box.type == "trak":
            yield from _track(file, child)
        elif child.box.type == "hdlr":
            yield from _text(child.path, free_text.handler_name(file.data, child.box))
        elif child.children is not None and child.box.type in SAMPLE_ENTRIES:
            yield from _text(child.path, free_text.compressor_name(file.data, child.box))
            yield from _inside(file, child)
        elif child.children is not None:
            yield from _inside(file, child)
        elif child.box.type in {"mvhd", "tkhd", "mdhd"}:
            yield from _times(file, child)


def _file_type(file: File, node: Node) -> Iterator[Block]:
    """The file type, and separately its unknown brands."""
    block = _block(file, Kind.CODED, node.path, node.box)
    if split := free_text.brands(file.data, node.box):
        data = memoryview(b"".join(make_box("ftyp", [split.content])))
        yield block._replace(length=split.offset - block.offset, data=data)
        length = node.box.end - split.offset
        yield surplus(block, split.offset, length, memoryview(split.text))
    else:
        yield block


def _text(path: str, split: Split | None) -> Iterator[Block]:
    """Free text in a box that stays."""
    if split:
        size, text = len(split.text), memoryview(split.text)
        yield Block(Kind.TEXT, "name", f"{path}/name", split.offset, size, text)


def _track(file: File, node: Node) -> Iterator[Block]:
    """A track, and the sample chunks of an image track."""
    track = file.track_of(node)
    kind = Kind.STRUCTURE if track.handler in PICTURE_HANDLERS else Kind.VENDOR
    if "thmb" in track.references:
        kind = Kind.THUMBNAIL
    yield _block(file, kind, node.path, node.box)
    if kind is Kind.STRUCTURE:
        for number, (start, end) in enumerate(file.chunk_spans(track)):
            path = f"{node.path}/chunk[{number}]"
            yield Block(Kind.CODED, "chunk", path, start, end - start, file.data[start:end])
        yield from _inside(file, node)


def _times(file: File, node: Node) -> Iterator[Block]:
    start, end = times_in(file.data, node.box)
    if not blank(file.data[start:end]):
        content = file.data[start:end]
        yield Block(Kind.VENDOR, "times", f"{node.path}/times", start, end - start, content)


def _properties(file: File, meta: Meta) -> Iterator[Block]:
    for number, (box, kind) in enumerate(
        zip(meta.properties, property_kinds(file.data, meta), strict=True), 1
    ):
        content = file.data[box.body : box.end]
        path, length = property_path(number, box), box.end - box.start
        block = Block(kind, short_name(box.type), path, box.start, length, content)
        split = free_text.after_property(file.data, box)
        if split and kind in (Kind.CODED, Kind.COLOUR):
            extra = len(split.text)
            fields = memoryview(split.content)
            if kind is Kind.CODED:
                fields = memoryview(b"".join(make_box(box.type, [fields])))
            yield block._replace(length=length - extra, data=fields)
            yield surplus(block, split.offset, extra, memoryview(split.text))
        else:
            yield block


class _Items:
    """The items of a file with their bytes, whose total size is bounded."""

    def __init__(self, file: File, meta: Meta) -> None:
        self._file = file
        self._meta = meta
        self._left = _MAX_JOINED * len(file.data)
        self._sources = {
            ref.source: meta.items.get(ref.targets[0])
            for ref in meta.references
            if ref.type == "iloc" and ref.targets
        }

    def blocks(self) -> Iterator[Block]:
        """Yield one block per item, or one per piece of a coded item."""
        for item in self._meta.items.values():
            kind = self._file.kinds[item.id]
            spans = self._file.item_spans(item)
            if item.type == "jpeg" and kind is Kind.CODED and self._is_whole_jpeg(spans):
                kind = Kind.PICTURE
            if kind is Kind.CODED and spans:
                yield from self._coded(item, spans)
            else:
                # An item without bytes is its entry. A coded one (iden) has no block.
                entry = (
                    item.entry.start,
                    item.entry.start if kind is Kind.CODED else item.entry.end,
                )
                start, end = spans[0] if spans else entry
                content = self._content(item)
                data = tiff_in(content) if item.type == "Exif" else content
                name = short_name(item.type)
                told = self._file.subjects if kind in (Kind.EXIF, Kind.XMP) else self._file.roles
                role = told.get(item.id)
                yield Block(kind, name, item_path(item), start, end - start, data, role)

    def _is_whole_jpeg(self, spans: list[Span]) -> bool:
        start = spans[0][0] if spans else 0
        return bytes(self._file.data[start : start + 3]) == b"\xff\xd8\xff"

    def _coded(self, item: Item, spans: list[Span]) -> Iterator[Block]:
        path, name = item_path(item), short_name(item.type)
        for number, (start, end) in enumerate(spans):
            data = self._file.data[start:end]
            place = f"{path}/extent[{number}]" if number else path
            role = None if number else self._file.roles.get(item.id)
            yield Block(Kind.CODED, name, place, start, end - start, data, role)

    def _content(self, item: Item) -> memoryview:
        """Return an item's bytes, as a view if they are in one piece."""
        if item.location.method == ITEM:
            return self._part(item)
        data, spans = self._file.data, self._file.item_spans(item)
        self._left -= sum(end - start for start, end in spans)
        if self._left < 0:
            raise MalformedImage("the items have far more bytes than the file")
        if len(spans) == 1:
            return data[spans[0][0] : spans[0][1]]
        return memoryview(b"".join(data[start:end] for start, end in spans))

    def _part(self, item: Item) -> memoryview:
        """Return the bytes of an item inside another item, by an ``iloc`` reference."""
        source = self._sources.get(item.id)
        if source is None or source.location.method == ITEM or len(item.location.extents) != 1:
            return memoryview(b"")
        extent = item.location.extents[0]
        return self._content(source)[extent.offset : extent.offset + extent.length]
