"""Write the tables of a ``meta`` box for the remaining items and properties.

Every table keeps its version, and so its field widths. Only ``iloc`` gets 32-bit offsets and
lengths and no base, which suffices for files below 4 GiB. All other fields of kept entries are
copied.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from expunge.errors import MalformedImage
from expunge.imaging.containers.isobmff.boxes import Box, Fields, Pieces, boxes, make_box
from expunge.imaging.containers.isobmff.free_text import after_property, item_name
from expunge.imaging.containers.isobmff.items import (
    FILE,
    Extent,
    Meta,
    read_associations,
    read_references,
)
from expunge.imaging.limits import LIMITS

if TYPE_CHECKING:
    from collections.abc import Callable

    from expunge.imaging.containers.isobmff.items import Item

_SEVERABLE = frozenset({"cdsc", "thmb", "auxl"})
"""References whose target may be dropped: the source item does not need it."""
_MAX_SHORT = 0xFFFF


def number(value: int, size: int) -> bytes:
    """Return a big-endian field."""
    return value.to_bytes(size, "big")


@dataclass(frozen=True, slots=True)
class Tables:
    """The kept items by number, and the kept properties with their new numbers."""

    data: memoryview
    meta: Meta
    dropped: frozenset[int]
    properties: dict[int, int]
    """New property number by old number."""
    unnamed: frozenset[int]
    """Items that lose their names."""
    bare: frozenset[int]
    """Old numbers of properties that keep only their fields."""
    added: int = 0
    """The number of a new item with XMP on the primary one; 0 for none."""

    def check(self) -> None:
        """Raise `MalformedImage` if a kept item needs a dropped one."""
        meta, dropped = self.meta, self.dropped
        if meta.primary in dropped:
            raise MalformedImage("the primary item would be removed")
        for ref in meta.references:
            if ref.type in _SEVERABLE:
                continue
            lost = dropped.intersection(ref.targets)
            if ref.source not in dropped and lost:
                raise MalformedImage(f"item {ref.source} needs item {min(lost)} ({ref.type})")
            kept = set(ref.targets) - dropped
            if ref.type == "iloc" and ref.source in dropped and kept:
                raise MalformedImage(
                    f"item {ref.source} is a part of item {min(kept)}, which stays"
                )
        for item in meta.items.values():
            if item.id not in dropped and (item.protected or item.location.reference):
                raise MalformedImage(f"item {item.id} is protected, or is in another file")

    def iinf(self, box: Box) -> Pieces:
        fields = Fields(self.data, box.body, box.end, "meta/iinf")
        version, _ = fields.full_box()
        size = 4 if version else 2
        fields.skip(size)
        kept = [item for item in self.meta.items.values() if item.id not in self.dropped]
        count = len(kept) + bool(self.added)
        head = bytes(self.data[box.body : box.body + 4]) + number(count, size)
        entries = [piece for item in kept for piece in self._entry(item)]
        return make_box("iinf", [head, *entries, *self._added_entry()])

    def _added_entry(self) -> Pieces:
        """The entry of the new item (ISO/IEC 14496-12, 8.11.6)."""
        if not self.added:
            return []
        version, size = (2, 2) if self.added <= _MAX_SHORT else (3, 4)
        fields = number(version << 24, 4) + number(self.added, size) + bytes(2)
        return make_box("infe", [fields + b"mime\0application/rdf+xml\0"])

    def _entry(self, item: Item) -> Pieces:
        split = item_name(self.data, item) if item.id in self.unnamed else None
        if split:
            return make_box("infe", [split.content])
        return [self.data[item.entry.start : item.entry.end]]

    def iloc(
        self, box: Box, place: Callable[[Item], tuple[int, list[Extent]]], added: Extent
    ) -> Pieces:
        """``place`` returns an item's construction method and its extents in the new file.

        ``added`` is where the new item is, if there is one.
        """
        version = self.data[box.body]
        size = 4 if version == 2 else 2
        index_size = self.data[box.body + 5] & 15 if version else 0
        kept = [
            item
            for item in self.meta.items.values()
            if item.id not in self.dropped and item.location.extents
        ]
        placed = [(item.id, *place(item)) for item in kept]
        placed += [(self.added, FILE, [added])] if self.added else []
        head = number(version << 24, 4) + number(0x4400 | index_size, 2) + number(len(placed), size)
        entries = [head]
        for item_id, method, extents in placed:
            entry = number(item_id, size) + (number(method, 2) if version else b"")
            entry += number(0, 2) + number(len(extents), 2)
            entries.append(
                entry
                + b"".join(
                    number(e.number, index_size) + number(e.offset, 4) + number(e.length, 4)
                    for e in extents
                )
            )
        return make_box("iloc", entries)

    def iref(self, box: Box | None) -> Pieces:
        """The references; ``None`` if the file has no such table."""
        head = bytes(self.data[box.body : box.body + 4]) if box else self._new_head()
        size = 4 if head[0] else 2
        content: Pieces = [head]
        for ref in read_references(self.data, box) if box else ():
            targets = [item for item in ref.targets if item not in self.dropped]
            if ref.source not in self.dropped and targets:
                fields = number(ref.source, size) + number(len(targets), 2)
                ids = b"".join(number(item, size) for item in targets)
                content += make_box(ref.type, [fields + ids])
        if self.added:
            pair = number(self.added, size) + number(1, 2) + number(self.meta.primary, size)
            content += make_box("cdsc", [pair])
        return make_box("iref", content) if len(content) > 1 else []

    def _new_head(self) -> bytes:
        """The version of a new table of references: 1 for numbers of 32 bits."""
        return number((max(self.added, self.meta.primary) > _MAX_SHORT) << 24, 4)

    def ipco(self) -> Pieces:
        kept = [piece for old in self.properties for piece in self._property(old)]
        return make_box("ipco", kept)

    def _property(self, old: int) -> Pieces:
        box = self.meta.properties[old - 1]
        split = after_property(self.data, box) if old in self.bare else None
        return make_box(box.type, [split.content]) if split else [self.data[box.start : box.end]]

    def ipma(self, box: Box) -> Pieces:
        head = bytes(self.data[box.body : box.body + 4])
        id_size, size = 4 if head[0] else 2, 2 if head[3] & 1 else 1
        entries = []
        for item, pairs in read_associations(self.data, box):
            if item in self.dropped:
                continue
            kept = [
                number(self.properties[old] | essential << (8 * size - 1), size)
                for old, essential in pairs
                if old in self.properties
            ]
            entries.append(number(item, id_size) + number(len(kept), 1) + b"".join(kept))
        return make_box("ipma", [head, number(len(entries), 4), *entries])

    def grpl(self, box: Box) -> Pieces:
        """Groups without the dropped items. Data after a group's list stays."""
        content: Pieces = []
        for group in boxes(self.data, box.body, box.end, "meta/grpl"):
            fields = Fields(self.data, group.body, group.end, "meta/grpl/" + group.type)
            head = fields.span(8)
            count = fields.unsigned(4)
            LIMITS.check_blocks(count)
            members = fields.numbers(count, 4)
            kept = [member for member in members if member not in self.dropped]
            if kept or not members:
                ids = number(len(kept), 4) + b"".join(number(member, 4) for member in kept)
                content += make_box(group.type, [head, ids, self.data[fields.at : group.end]])
        return make_box("grpl", content) if content else []
