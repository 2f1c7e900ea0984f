"""The boxes of a file as a tree, read by a grammar of the boxes that an image needs.

For every box that is opened, the grammar names the children that a decoder may need. Any other
child becomes a separate block that can be dropped. Only boxes in the grammar are opened, so the
depth is bounded.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from expunge.errors import MalformedImage
from expunge.imaging.containers.isobmff.boxes import Box, box_at, boxes, codes
from expunge.imaging.containers.isobmff.uuids import kind_of_uuid
from expunge.imaging.limits import LIMITS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@dataclass(frozen=True, slots=True)
class Container:
    """A box to open: bytes before its first child, and the needed children."""

    prefix: int
    needed: frozenset[str] | None
    """Types of the needed children; ``None`` for all."""


def _holds(names: str, prefix: int = 0) -> Container:
    return Container(prefix, codes(names))


GRAMMAR = {
    # ISO/IEC 14496-12, 8.11; ISO/IEC 23008-12, 6
    "meta": _holds("hdlr pitm iloc iinf iref iprp idat dinf grpl", prefix=4),
    "iprp": _holds("ipco ipma"),
    # ISO/IEC 14496-12, 8.2 to 8.7
    "moov": _holds("mvhd trak"),
    "trak": _holds("tkhd tref trgr edts mdia"),
    "edts": _holds("elst"),
    "mdia": _holds("mdhd hdlr minf elng"),
    "minf": _holds("vmhd nmhd hmhd dinf stbl"),
    "stbl": _holds(
        "stsd stts ctts cslg stsc stsz stz2 stco co64 stss stsh padb stdp sdtp sbgp sgpd csgp subs"
    ),
    "stsd": Container(8, None),
}

TOP = codes("ftyp meta moov mdat")

# A VisualSampleEntry has 78 bytes of fields before its boxes (ISO/IEC 14496-12, 12.1.3).
SAMPLE_ENTRIES = codes("av01 avc1 avc3 hvc1 hev1 vvc1 vvi1 jpeg mjp2 j2ki uncv")
SAMPLE_ENTRY = _holds(
    "av1C avcC hvcC vvcC lhvC jpgC j2kH jp2h uncC cmpd icef ccst auxi colr pasp clap pixi "
    "mdcv clli cclv amve ndwt fiel btrt a1lx",
    prefix=78,
)


class Node(NamedTuple):
    """A box, its path, and its children if it was opened."""

    box: Box
    path: str
    needed: bool
    """Whether the grammar lists it as part of an image."""
    first: int = 0
    """Offset of its first child, if it was opened."""
    children: tuple[Node, ...] | None = None

    def child(self, name: str) -> Node | None:
        """Return the first child of a type."""
        for child in self.children or ():
            if child.box.type == name:
                return child
        return None

    def all(self, name: str) -> Iterator[Node]:
        return (child for child in self.children or () if child.box.type == name)

    def at(self, *names: str) -> Node | None:
        """Return a descendant by a path of first children."""
        node: Node | None = self
        for name in names:
            node = node and node.child(name)
        return node


@lru_cache(maxsize=512)
def printable(name: str) -> str:
    """Return a four-character code as printable text for paths and messages."""
    return "".join(c if c.isascii() and c.isprintable() and c not in "/[]" else "?" for c in name)


@lru_cache(maxsize=512)
def short_name(name: str) -> str:
    """Return a printable four-character code without spaces around it."""
    return printable(name).strip()


def numbered(found: Iterable[Box], prefix: str) -> Iterator[tuple[Box, str]]:
    """Yield boxes with paths. The second box of a type is ``type[1]``."""
    seen: dict[str, int] = {}
    for box in found:
        name = short_name(box.type)
        if box.type == "uuid":
            name += f"[{kind_of_uuid(box.usertype)[1]}]"
        count = seen[name] = seen.get(name, -1) + 1
        yield box, f"{prefix}{name}[{count}]" if count else f"{prefix}{name}"


class Tree:
    """Builds and counts nodes."""

    def __init__(self, data: memoryview) -> None:
        self._data = data
        self._count = 0

    def top(self) -> tuple[list[Node], Box | None]:
        """Return the file's top-level boxes, and the rest after the last valid one, if any."""
        found: list[Box] = []
        at, end = 0, len(self._data)
        while at < end:
            box = box_at(self._data, at, end)
            if box is None:
                break
            found.append(box)
            LIMITS.check_blocks(len(found))
            at = box.end
        rest = Box("trailer", at, at, end) if at < end else None
        return [self._grow(*pair, needed=pair[0].type in TOP) for pair in numbered(found, "")], rest

    def cut(self, rest: Box) -> Node | None:
        """Return the truncated last box with its complete children, unless it is a movie box."""
        whole = box_at(self._data, rest.start, 1 << 63)
        if whole is None or whole.type not in {"mdat", "meta"}:
            return None
        box = whole._replace(end=rest.end)
        if box.type == "mdat":
            return Node(box, "mdat", needed=True)
        first = box.body + GRAMMAR["meta"].prefix
        children, at = [], first
        while (child := box_at(self._data, at, box.end)) is not None:
            children.append(child)
            LIMITS.check_blocks(len(children))
            at = child.end
        needed = GRAMMAR["meta"].needed or ()
        grown = (
            self._grow(child, path, needed=child.type in needed)
            for child, path in numbered(children, "meta/")
        )
        return Node(box, "meta", needed=True, first=first, children=tuple(grown))

    def _grow(self, box: Box, path: str, *, needed: bool, entry: bool = False) -> Node:
        self._count += 1
        if self._count > LIMITS.blocks:
            LIMITS.check_blocks(self._count)
        inside = SAMPLE_ENTRY if entry else GRAMMAR.get(box.type) if needed else None
        if inside is None:
            return Node(box, path, needed)
        first = box.body + inside.prefix
        if first > box.end:
            raise MalformedImage(f"{path} at byte {box.start} is too short")
        types, has_entries = inside.needed, box.type == "stsd"
        children = [
            self._grow(
                child,
                name,
                needed=types is None or child.type in types,
                entry=has_entries and child.type in SAMPLE_ENTRIES,
            )
            for child, name in numbered(boxes(self._data, first, box.end, path), f"{path}/")
        ]
        return Node(box, path, needed, first, tuple(children))
