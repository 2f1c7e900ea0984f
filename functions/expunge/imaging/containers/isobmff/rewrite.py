"""Write a HEIF or AVIF file without some of its blocks.

Boxes are copied or dropped as the tree says. The data areas (``mdat``, ``idat``) keep exactly the
bytes that a kept item or track uses, without gaps, and all offsets are updated. The sizes of the
tables do not depend on their offsets. So the tables of offsets are written twice: once with the
other boxes, to learn all lengths, and once with the final offsets.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING

from expunge.errors import MalformedImage
from expunge.imaging.containers.isobmff import free_text
from expunge.imaging.containers.isobmff.areas import Moved, merge
from expunge.imaging.containers.isobmff.blocks import (
    entry_path,
    item_path,
    property_path,
    times_in,
)
from expunge.imaging.containers.isobmff.boxes import Fields, Pieces, boxes, codes, make_box
from expunge.imaging.containers.isobmff.file import File, read
from expunge.imaging.containers.isobmff.items import FILE, IDAT, ITEM, Extent
from expunge.imaging.containers.isobmff.kinds import EXIF_HEADER, payload_start
from expunge.imaging.containers.isobmff.layout import HeifLayout
from expunge.imaging.containers.isobmff.tables import Tables, number
from expunge.imaging.containers.isobmff.uuids import XMP_UUID

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from expunge.imaging.containers.block import Layout
    from expunge.imaging.containers.isobmff.areas import Span
    from expunge.imaging.containers.isobmff.free_text import Split
    from expunge.imaging.containers.isobmff.items import Item
    from expunge.imaging.containers.isobmff.tree import Node

_LOCATING = codes("iloc stco co64")
"""Tables of offsets in the file."""


def rewrite(data: bytes, layout: Layout, edits: Mapping[int, bytes | None]) -> bytes:
    """Return the file without some blocks; see `expunge.imaging.containers.block.Container`.

    ``irot`` and ``imir`` rotate and mirror the displayed image, so they stay (ISO/IEC 23008-12,
    6.5.10).

    Raises
    ------
    MalformedImage
        A kept item needs a dropped one, is outside the file's data areas, is protected, or is in
        another file.
    """
    changes = {layout.blocks[index].path: content for index, content in edits.items()}
    file = layout.file if isinstance(layout, HeifLayout) else read(data)
    return _Rewriter(file, changes).file()


def with_xmp(layout: HeifLayout, packet: bytes) -> bytes:
    """Return the file with a new item that describes the primary one (ISO/IEC 23008-12, 6.11.2).

    A file without items gets a box at its end.

    Raises
    ------
    MalformedImage
        See `rewrite`.
    """
    file = layout.file
    if file.meta is None:
        return bytes(file.data) + b"".join(make_box("uuid", [XMP_UUID, packet]))
    return _Rewriter(file, {}, packet).file()


class _Rewriter:
    def __init__(
        self, file: File, changes: Mapping[str, bytes | None], xmp: bytes | None = None
    ) -> None:
        self._file = file
        self._xmp = xmp
        self._data = file.data
        self._changes = changes
        self._dropped = {path for path, content in changes.items() if content is None}
        self._tables = self._plan_tables()
        self._tracks = [t for t in file.tracks if t.node.path not in self._dropped]
        self._new_items = self._replacements()
        lengths = accumulate(map(len, self._new_items.values()), initial=0)
        self._new_offsets = dict(zip(self._new_items, lengths, strict=False))
        kept = merge(self._kept_spans())
        self._areas = [Moved(area, kept) for area in file.areas]
        self._starts = sorted((a.area.start, index) for index, a in enumerate(self._areas))
        self._extra = 0
        self._writers = self._known_tables()
        self._located: list[tuple[bytearray, Node]] = []
        """The written tables of offsets."""

    def file(self) -> bytes:
        """Return the new file."""
        pieces = self._lay_out()
        for table, node in self._located:
            table[:] = b"".join(self._writers[node.box.type](node))
        return b"".join(pieces)

    # Kept items and spans

    def _plan_tables(self) -> Tables | None:
        meta = self._file.meta
        if meta is None:
            return None
        gone = frozenset(i.id for i in meta.items.values() if item_path(i) in self._dropped)
        stay = (
            old
            for old, box in enumerate(meta.properties, 1)
            if property_path(old, box) not in self._dropped
        )
        unnamed = (i.id for i in meta.items.values() if f"{entry_path(i)}/name" in self._dropped)
        bare = (
            old
            for old, box in enumerate(meta.properties, 1)
            if f"{property_path(old, box)}/surplus" in self._dropped
        )
        numbers = {old: new for new, old in enumerate(stay, 1)}
        added = max(meta.items, default=0) + 1 if self._xmp else 0
        tables = Tables(self._data, meta, gone, numbers, frozenset(unnamed), frozenset(bare), added)
        tables.check()
        return tables

    def _replacements(self) -> dict[int, bytes]:
        """New content by item, with the header of its item type."""
        meta = self._file.meta
        return {
            item.id: (EXIF_HEADER if item.type == "Exif" else b"") + content
            for item in (meta.items.values() if meta else ())
            if (content := self._changes.get(item_path(item))) is not None
        }

    def _kept_spans(self) -> list[Span]:
        file = self._file
        found = [span for path, span in file.gaps() if path not in self._dropped]
        for track in self._tracks:
            found += file.chunk_spans(track)
        if self._tables:
            for item in self._tables.meta.items.values():
                if item.id not in self._tables.dropped and item.id not in self._new_items:
                    found += file.item_spans(item)
        return found

    # New locations

    def _lay_out(self) -> Pieces:
        """Write all boxes in order, and record the offsets of the data areas."""
        pieces: Pieces = []
        at = 0
        areas = {area.area.path: area for area in self._areas}
        for node in self._file.nodes:
            if node.box.type == "mdat":
                area = areas[node.path]
                area.base = at + 8
                views = area.views(self._data)
                written = make_box("mdat", views) if views else []
            else:
                written = self._write(node)
            pieces += written
            at += sum(map(len, written))
        if self._new_items or self._xmp:
            self._extra = at + 8
            pieces += make_box("mdat", [*self._new_items.values(), self._xmp or b""])
        if self._file.rest and "trailer" not in self._dropped:
            whole = self._data[self._file.rest.start :]
            pieces.append(self._changes.get("trailer") or whole)
        return pieces

    def _moved(self, start: int, end: int, what: str) -> Moved:
        """The area that contains a kept span."""
        at = bisect_right(self._starts, (start, len(self._areas))) - 1
        area = self._areas[self._starts[at][1]] if at >= 0 else None
        if area is None or end > area.area.end:
            raise MalformedImage(f"{what} is outside the file's data, at byte {start}")
        return area

    def _place(self, item: Item) -> tuple[int, list[Extent]]:
        """Return an item's construction method and extents in the new file."""
        if item.id in self._new_items:
            content = self._new_items[item.id]
            return FILE, [Extent(0, self._extra + self._new_offsets[item.id], len(content))]
        method, extents = item.location.method, item.location.extents
        if method == ITEM:
            return method, list(extents)
        placed = []
        for extent in extents:
            end = extent.offset + extent.length
            if extent.length == 0:
                raise MalformedImage(f"item {item.id} is past the end of the file")
            area = self._moved(extent.offset, end, f"item {item.id}")
            if (area.area.path == "meta/idat") != (method == IDAT):
                raise MalformedImage(f"item {item.id} is not at its stated location")
            base = 0 if method == IDAT else area.base
            placed.append(extent._replace(offset=base + area.inside(extent.offset)))
        return method, placed

    def _added(self) -> Extent:
        """Where the new XMP is, after the new content of other items."""
        start = self._extra + sum(map(len, self._new_items.values()))
        return Extent(0, start, len(self._xmp or b""))

    # Boxes

    def _write(self, node: Node) -> Pieces:
        """Write one box with its remaining children."""
        box = node.box
        if node.path in self._changes:
            content = self._changes[node.path]
            return [] if content is None else self._replaced(node, content)
        if not node.needed:
            return [self._data[box.start : box.end]]
        if node.children is not None:
            head = self._opened(node)
            inner = [piece for child in node.children for piece in self._write(child)]
            if node.path == "meta" and self._tables and node.child("iref") is None:
                inner += self._tables.iref(None)
            return make_box(box.type, [head, *inner])
        return self._table(node)

    def _opened(self, node: Node) -> bytes | memoryview:
        """The bytes before a box's first child."""
        named = f"{node.path}/name" in self._dropped
        split = free_text.compressor_name(self._data, node.box) if named else None
        return split.content if split else self._data[node.box.body : node.first]

    def _file_type(self, node: Node) -> Pieces:
        named = f"{node.path}/surplus" in self._dropped
        return self._without_text(node, free_text.brands(self._data, node.box) if named else None)

    def _handler(self, node: Node) -> Pieces:
        named = f"{node.path}/name" in self._dropped
        return self._without_text(
            node, free_text.handler_name(self._data, node.box) if named else None
        )

    def _without_text(self, node: Node, split: Split | None) -> Pieces:
        box = node.box
        return make_box(box.type, [split.content]) if split else [self._data[box.start : box.end]]

    def _replaced(self, node: Node, content: bytes) -> Pieces:
        """A box with new metadata, after the header of its type."""
        box = node.box
        before = self._data[box.body : payload_start(self._data, box)]
        return make_box(box.type, [box.usertype, before, content])

    def _table(self, node: Node) -> Pieces:
        """A box without children: a copy, or an updated table."""
        writer = self._writers.get(node.box.type)
        if writer is None:
            return [self._data[node.box.start : node.box.end]]
        written = writer(node)
        if node.box.type not in _LOCATING:
            return written
        table = bytearray(b"".join(written))
        self._located.append((table, node))
        return [memoryview(table)]

    def _known_tables(self) -> dict[str, Callable[[Node], Pieces]]:
        """Writers of the tables that need an update, by box type. All other boxes are copied."""
        known: dict[str, Callable[[Node], Pieces]] = {
            "stco": self._chunk_table,
            "co64": self._chunk_table,
            "mvhd": self._without_times,
            "tkhd": self._without_times,
            "mdhd": self._without_times,
            "tref": self._track_references,
            "ftyp": self._file_type,
            "hdlr": self._handler,
        }
        if tables := self._tables:
            known |= {
                "iinf": lambda node: tables.iinf(node.box),
                "iloc": lambda node: tables.iloc(node.box, self._place, self._added()),
                "iref": lambda node: tables.iref(node.box),
                "ipco": lambda _: tables.ipco(),
                "ipma": lambda node: tables.ipma(node.box),
                "grpl": lambda node: tables.grpl(node.box),
                "idat": lambda _: self._idat(),
            }
        return known

    def _idat(self) -> Pieces:
        """The remaining content of ``idat``. An empty box is dropped: some readers reject it."""
        area = next(area for area in self._areas if area.area.path == "meta/idat")
        views = area.views(self._data)
        return make_box("idat", views) if views else []

    def _chunk_table(self, node: Node) -> Pieces:
        box = node.box
        size = 4 if box.type == "stco" else 8
        offsets = []
        for start, end in self._file.chunk_spans(self._file.track_of(node)):
            area = self._moved(start, end, node.path) if end > start else None
            offsets.append(number(area.base + area.inside(start) if area else 0, size))
        return make_box(box.type, [bytes(4), number(len(offsets), 4), *offsets])

    def _without_times(self, node: Node) -> Pieces:
        start, end = times_in(self._data, node.box)
        if f"{node.path}/times" not in self._dropped:
            start = end
        return [
            self._data[node.box.start : start],
            bytes(end - start),
            self._data[end : node.box.end],
        ]

    def _track_references(self, node: Node) -> Pieces:
        """References between tracks, without those to dropped tracks."""
        box = node.box
        kept = {track.id for track in self._tracks}
        content: Pieces = []
        for ref in boxes(self._data, box.body, box.end, "tref"):
            fields = Fields(self._data, ref.body, ref.end, "tref")
            ids = [fields.unsigned(4) for _ in range((ref.end - ref.body) // 4)]
            written = b"".join(number(track, 4) for track in ids if track in kept)
            content += make_box(ref.type, [written]) if written else []
        return make_box("tref", content) if content else []
