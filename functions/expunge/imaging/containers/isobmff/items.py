"""The items of a ``meta`` box: types, locations, references and properties.

ISO/IEC 14496-12, 8.11 (iloc, iinf, iref, idat, pitm) and ISO/IEC 23008-12, 9.3 (ipma).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from expunge.errors import ImageTooLarge, MalformedImage
from expunge.imaging.containers.isobmff.boxes import Box, Fields, boxes
from expunge.imaging.containers.isobmff.tree import Node
from expunge.imaging.limits import LIMITS

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_ITEMS = 8192
"""100 megapixels in tiles of 128 × 128 are 6,104 items. One item takes about 60 µs in total."""
MAX_EXTENTS = 4 * MAX_ITEMS

FILE, IDAT, ITEM = 0, 1, 2
"""Construction methods: offsets are relative to the file, to ``idat`` or to another item."""


class Extent(NamedTuple):
    """A span of an item's bytes. ``offset`` is in the file for both `FILE` and `IDAT`."""

    number: int
    """``extent_index``."""
    offset: int
    length: int


class Location(NamedTuple):
    """Where an item's bytes are."""

    method: int
    reference: int
    """0, or the number of another file with the bytes."""
    extents: tuple[Extent, ...]


NOWHERE = Location(FILE, 0, ())


class Item(NamedTuple):
    """One entry of ``iinf``."""

    id: int
    type: str
    content_type: str
    protected: bool
    entry: Box
    location: Location


class Reference(NamedTuple):
    """A reference of ``source`` to ``targets``: dimg, thmb, auxl, cdsc, prem, …"""

    type: str
    source: int
    targets: tuple[int, ...]


@dataclass(slots=True)
class Meta:
    """The item tables of a ``meta`` box."""

    node: Node
    primary: int = 0
    idat: Box | None = None
    items: dict[int, Item] = field(default_factory=dict)
    references: list[Reference] = field(default_factory=list)
    properties: list[Box] = field(default_factory=list)
    associations: dict[int, list[tuple[int, bool]]] = field(default_factory=dict)
    """By item: property numbers, from 1, and whether each is essential."""

    def properties_of(self, item: int, name: str) -> Iterator[Box]:
        """Yield an item's properties of one type."""
        for number, _ in self.associations.get(item, ()):
            if self.properties[number - 1].type == name:
                yield self.properties[number - 1]


def read_meta(data: memoryview, node: Node) -> Meta:
    """Read every table of a ``meta`` box.

    Raises
    ------
    MalformedImage
        A table ends early, repeats an item, or refers to a missing property.
    ImageTooLarge
        There are too many items, extents or references.
    """
    present = [child.box.type for child in node.children or ()]
    for name in ("pitm", "iloc", "iinf", "iref", "iprp", "idat", "grpl"):
        if present.count(name) > 1:
            raise MalformedImage(f"meta has more than one {name}")
    meta = Meta(node)
    if box := node.child("idat"):
        meta.idat = box.box
    if box := node.child("pitm"):
        fields = _fields(data, box)
        meta.primary = fields.unsigned(2 if fields.full_box()[0] == 0 else 4)
    locations = {}
    if box := node.child("iloc"):
        locations = dict(_locations(_fields(data, box), meta.idat, len(data)))
    if box := node.child("iinf"):
        for item in _items(data, box, locations):
            if item.id in meta.items:
                raise MalformedImage(f"meta/iinf names item {item.id} twice")
            meta.items[item.id] = item
    if box := node.child("iref"):
        meta.references = read_references(data, box.box)
    _read_properties(data, node, meta)
    return meta


def _fields(data: memoryview, node: Node) -> Fields:
    return Fields(data, node.box.body, node.box.end, node.path)


def _check(count: int, most: int, what: str) -> None:
    if count > most:
        raise ImageTooLarge(f"the file has more than {most:,} {what}")


def _locations(fields: Fields, idat: Box | None, end: int) -> Iterator[tuple[int, Location]]:
    version, _ = fields.full_box()
    if version > 2:
        raise MalformedImage(f"meta/iloc has version {version}; 0 to 2 are supported")
    widths = _Widths.read(fields, version)
    id_size = 4 if version == 2 else 2
    count = fields.unsigned(id_size)
    _check(count, MAX_ITEMS, "items")
    seen: set[int] = set()
    total = 0
    for _ in range(count):
        item = fields.unsigned(id_size)
        method = fields.unsigned(2) & 15 if version else FILE
        if item in seen or method > ITEM:
            raise MalformedImage(f"meta/iloc: item {item} has two locations, or an unknown method")
        seen.add(item)
        reference, base = fields.unsigned(2), fields.unsigned(widths.base)
        start, stop = (base + idat.body, idat.end) if method == IDAT and idat else (base, end)
        extents = fields.unsigned(2)
        total += extents
        _check(total, MAX_EXTENTS, "pieces of items")
        found = tuple(widths.extent(fields, start, stop) for _ in range(extents))
        yield item, Location(method, reference, found)


@dataclass(frozen=True, slots=True)
class _Widths:
    """Widths of the fields of an ``iloc`` in bytes: 0, 4 or 8 each."""

    offset: int
    length: int
    base: int
    index: int

    @classmethod
    def read(cls, fields: Fields, version: int) -> _Widths:
        sizes = fields.unsigned(2)
        widths = (sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15, sizes & 15 if version else 0)
        if not set(widths) <= {0, 4, 8}:
            raise MalformedImage("meta/iloc has fields of a size other than 0, 4 and 8 bytes")
        return cls(*widths)

    def extent(self, fields: Fields, start: int, stop: int) -> Extent:
        """Read one extent. Without a length, or with length 0, it reaches to ``stop``."""
        index, at = fields.unsigned(self.index), start + fields.unsigned(self.offset)
        return Extent(index, at, fields.unsigned(self.length) or max(0, stop - at))


def _items(data: memoryview, node: Node, locations: dict[int, Location]) -> Iterator[Item]:
    fields = _fields(data, node)
    fields.skip(4 if fields.full_box()[0] else 2)
    for number, entry in enumerate(boxes(data, fields.at, node.box.end, node.path), 1):
        _check(number, MAX_ITEMS, "items")
        if entry.type == "infe":
            yield _item(data, entry, locations)


def _item(data: memoryview, entry: Box, locations: dict[int, Location]) -> Item:
    fields = Fields(data, entry.body, entry.end, "meta/iinf/infe")
    version, _ = fields.full_box()
    number = fields.unsigned(4 if version == 3 else 2)
    protected = fields.unsigned(2) != 0
    kind = fields.text(4) if version >= 2 else "mime"
    fields.string()
    content_type = fields.string() if kind in {"mime", "uri "} else ""
    return Item(number, kind, content_type, protected, entry, locations.get(number, NOWHERE))


def read_references(data: memoryview, box: Box) -> list[Reference]:
    """Return the references in an ``iref`` box, in order."""
    fields = Fields(data, box.body, box.end, "meta/iref")
    size = 4 if fields.full_box()[0] else 2
    found = []
    total = 0
    for inner in boxes(data, fields.at, box.end, "meta/iref"):
        one = Fields(data, inner.body, inner.end, "meta/iref/" + inner.type)
        source, count = one.unsigned(size), one.unsigned(2)
        total += count
        LIMITS.check_blocks(total)
        found.append(Reference(inner.type, source, tuple(one.numbers(count, size))))
    return found


def _read_properties(data: memoryview, node: Node, meta: Meta) -> None:
    iprp = node.child("iprp")
    if iprp is None:
        return
    if ipco := iprp.child("ipco"):
        meta.properties = list(boxes(data, ipco.box.body, ipco.box.end, ipco.path))
    for ipma in iprp.all("ipma"):
        for item, pairs in read_associations(data, ipma.box):
            for number, _ in pairs:
                if number > len(meta.properties):
                    raise MalformedImage(f"item {item} has property {number}, which is missing")
            meta.associations.setdefault(item, []).extend(pair for pair in pairs if pair[0])


def read_associations(data: memoryview, box: Box) -> Iterator[tuple[int, list[tuple[int, bool]]]]:
    """Yield each item of an ``ipma`` box, with property numbers and their essential flags."""
    fields = Fields(data, box.body, box.end, "meta/iprp/ipma")
    version, flags = fields.full_box()
    size = 2 if flags & 1 else 1
    essential = 1 << (8 * size - 1)
    total = 0
    for _ in range(fields.unsigned(4)):
        item, count = fields.unsigned(4 if version else 2), fields.unsigned(1)
        total += 1 + count
        LIMITS.check_blocks(total)
        values = fields.numbers(count, size)
        yield item, [(value & ~essential, bool(value & essential)) for value in values]
