"""The items of a ``meta`` box: types, locations, references and properties.

ISO/IEC 14496-12, 8.11 (iloc, iinf, iref, idat, pitm) and ISO/IEC 23008-12, 9.3 (ipma).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from expunge.errors import ImageTooLarge, MalformedImage
from expunge.imaging.containers.isobmff.boxes import Box, Fields, boxes
from expunge.imaging.containers.isobmff.tree import Node
from expunge.imaging.limits import LIMITS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.imaging.containers.isobmff.areas import Span

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
    name: Span
    """Where its name is in the file, with the NUL after it."""
    rest: int
    """Offset of the bytes after the last string of its entry."""


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
    tables = {child.box.type: child for child in node.children or ()}
    if box := tables.get("idat"):
        meta.idat = box.box
    if box := tables.get("pitm"):
        fields = _fields(data, box)
        meta.primary = fields.unsigned(2 if fields.full_box()[0] == 0 else 4)
    locations = {}
    if box := tables.get("iloc"):
        locations = dict(_locations(_fields(data, box), meta.idat, len(data)))
    if box := tables.get("iinf"):
        for item in _items(data, box, locations):
            if item.id in meta.items:
                raise MalformedImage(f"meta/iinf names item {item.id} twice")
            meta.items[item.id] = item
    if box := tables.get("iref"):
        meta.references = read_references(data, box.box)
    _read_properties(data, tables.get("iprp"), meta)
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
    form = _location_form(version, fields.unsigned(2))
    count = fields.unsigned(4 if version == 2 else 2)
    _check(count, MAX_ITEMS, "items")
    seen: set[int] = set()
    total = 0
    for _ in range(count):
        item, construction, reference, base, extents = form.head(fields)
        method = construction & 15
        if item in seen or method > ITEM:
            raise MalformedImage(f"meta/iloc: item {item} has two locations, or an unknown method")
        seen.add(item)
        start, stop = (base + idat.body, idat.end) if method == IDAT and idat else (base, end)
        total += extents
        _check(total, MAX_EXTENTS, "pieces of items")
        found = [form.extent(fields, start, stop) for _ in range(extents)]
        yield item, Location(method, reference, tuple(found))


_CODES = {0: "0s", 4: "I", 8: "Q"}
"""Struct codes by width in bytes. A field of no bytes reads as ``b""``."""


@dataclass(frozen=True, slots=True)
class _LocationForm:
    """The fields of an item and of an extent in an ``iloc``. Those it leaves out are 0."""

    item: struct.Struct
    piece: struct.Struct

    def head(self, fields: Fields) -> tuple[int, ...]:
        """Read the item, its construction method, data reference, base and extent count."""
        item, method, reference, base, extents = fields.unpack(self.item)
        return item, method or FILE, reference, base or 0, extents

    def extent(self, fields: Fields, start: int, stop: int) -> Extent:
        """Read one extent. Without a length, or with length 0, it reaches to ``stop``."""
        number, offset, length = fields.unpack(self.piece)
        at = start + (offset or 0)
        return Extent(number or 0, at, length or max(0, stop - at))


@lru_cache(maxsize=64)
def _location_form(version: int, sizes: int) -> _LocationForm:
    """Return the form that an ``iloc`` states by its version and the widths of its fields."""
    widths = (sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15, sizes & 15 if version else 0)
    if not set(widths) <= _CODES.keys():
        raise MalformedImage("meta/iloc has fields of a size other than 0, 4 and 8 bytes")
    offset, length, base, number = (_CODES[width] for width in widths)
    item = f">{'I' if version == 2 else 'H'}{'H' if version else '0s'}H{base}H"
    return _LocationForm(struct.Struct(item), struct.Struct(f">{number}{offset}{length}"))


def _items(data: memoryview, node: Node, locations: dict[int, Location]) -> Iterator[Item]:
    fields = _fields(data, node)
    fields.skip(4 if fields.full_box()[0] else 2)
    for number, entry in enumerate(boxes(data, fields.at, node.box.end, node.path), 1):
        _check(number, MAX_ITEMS, "items")
        if entry.type == "infe":
            yield _item(data, entry, locations)


_ENTRY_FIELDS = {
    0: struct.Struct(">HH"),
    1: struct.Struct(">HH"),
    2: struct.Struct(">HH4s"),
    3: struct.Struct(">IH4s"),
}
"""Number, protection and type by the version of ``infe``. Later versions are read as 2."""


def _item(data: memoryview, entry: Box, locations: dict[int, Location]) -> Item:
    fields = Fields(data, entry.body, entry.end, "meta/iinf/infe")
    version, _ = fields.full_box()
    number, protection, *code = fields.unpack(_ENTRY_FIELDS.get(version, _ENTRY_FIELDS[2]))
    kind = code[0].decode("latin-1") if code else "mime"
    start = fields.at
    fields.string()
    name = start, fields.at
    content_type = fields.string() if kind in {"mime", "uri "} else ""
    if kind == "mime":
        fields.string()  # its content encoding
    where = locations.get(number, NOWHERE)
    return Item(number, kind, content_type, protection != 0, entry, where, name, fields.at)


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


def _read_properties(data: memoryview, iprp: Node | None, meta: Meta) -> None:
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


_ASSOCIATION = (struct.Struct(">HB"), struct.Struct(">IB"))
"""Item and number of properties, in version 0 and in later versions of ``ipma``."""


def read_associations(data: memoryview, box: Box) -> Iterator[tuple[int, list[tuple[int, bool]]]]:
    """Yield each item of an ``ipma`` box, with property numbers and their essential flags."""
    fields = Fields(data, box.body, box.end, "meta/iprp/ipma")
    version, flags = fields.full_box()
    size = 2 if flags & 1 else 1
    essential = 1 << (8 * size - 1)
    head = _ASSOCIATION[1 if version else 0]
    total = 0
    for _ in range(fields.unsigned(4)):
        item, count = fields.unpack(head)
        total += 1 + count
        LIMITS.check_blocks(total)
        values = fields.numbers(count, size)
        yield item, [(value & ~essential, bool(value & essential)) for value in values]
