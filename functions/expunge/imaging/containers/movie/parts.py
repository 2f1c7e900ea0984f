"""The boxes of a movie header as a tree, and how they are written again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from expunge.errors import MalformedImage
from expunge.imaging.containers.isobmff.boxes import Box, boxes
from expunge.imaging.containers.isobmff.tree import numbered
from expunge.imaging.containers.movie import clean
from expunge.imaging.containers.movie.grammar import (
    GRAMMAR,
    METADATA,
    PROTECTION,
    SOUND,
    SOUND_V1,
    SOUND_V2,
    VISUAL,
    entry_children,
)
from expunge.imaging.limits import LIMITS

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_DEPTH = 16


@dataclass(slots=True)
class Part:
    """One box. Its own fields are the first bytes of ``body``; ``children`` follow if opened."""

    type: str
    usertype: bytes
    path: str
    start: int
    """Offset in the file."""
    length: int
    """Bytes of the whole box in the file."""
    body: memoryview
    """Content after the header."""
    needed: bool
    """Whether a player needs it."""
    fields: int = 0
    """Bytes of ``body`` before the children."""
    children: list[Part] | None = None
    cleaned: bytes | None = None
    """The box's own fields without what a player does not need, if that differs."""
    block: int = -1
    """Index of the block for the whole box, if it is one."""
    cleaning: int = -1
    """Index of the block for what ``cleaned`` leaves out."""

    @property
    def own(self) -> memoryview:
        """The box's own fields; all of its content if it was not opened."""
        return self.body if self.children is None else self.body[: self.fields]

    def child(self, name: str) -> Part | None:
        return next(self.all(name), None)

    def all(self, name: str) -> Iterator[Part]:
        return (child for child in self.children or () if child.type == name)

    def at(self, *names: str) -> Part | None:
        """Return a descendant by a path of first children."""
        found: Part | None = self
        for name in names:
            found = found and found.child(name)
        return found

    def every(self) -> Iterator[Part]:
        """This box and all below it, in file order."""
        yield self
        for child in self.children or ():
            yield from child.every()


@dataclass(slots=True)
class Grower:
    """Opens boxes, and counts them."""

    view: memoryview
    """Content in which the boxes lie."""
    base: int
    """Offset of that content in the file."""
    count: int = 0
    described: int = 0
    """Version of the sample description that was opened last: 0 in QuickTime."""

    def grow(
        self,
        box: Box,
        path: str,
        *,
        needed: bool,
        handler: str = "",
        entry: bool = False,
        depth: int = 0,
    ) -> Part:
        """Return a box as a part, opened if the grammar says how."""
        self.count += 1
        LIMITS.check_blocks(self.count)
        body = self.view[box.body : box.end]
        start, length = self.base + box.start, box.end - box.start
        part = Part(box.type, box.usertype, path, start, length, body, needed)
        inside = self._entry(part, handler) if entry else self._inside(part, needed=needed)
        if inside is not None and depth < MAX_DEPTH:
            self._open(part, box, *inside, handler=handler, depth=depth)
        if needed:
            part.cleaned = _cleaned(part, handler if entry else "")
        return part

    def _inside(self, part: Part, *, needed: bool) -> tuple[int, frozenset[str] | None] | None:
        """Where the children of a box begin, and which are needed."""
        if part.type in METADATA and not needed:
            full = part.type == "meta" and bytes(part.body[4:8]) != b"hdlr"
            return 4 if full else 0, frozenset()
        return GRAMMAR.get(part.type) if needed else None

    def _entry(self, part: Part, handler: str) -> tuple[int, frozenset[str] | None] | None:
        """The same for a sample entry: its fields by the kind of track."""
        if handler in VISUAL:
            return 78, entry_children(part.type, handler)
        if handler in SOUND:
            version = 0 if self.described else int.from_bytes(part.body[8:10], "big")
            fields = {1: SOUND_V1, 2: SOUND_V2}.get(version, 28)
            return fields, entry_children(part.type, handler)
        return None

    def _open(
        self,
        part: Part,
        box: Box,
        fields: int,
        wanted: frozenset[str] | None,
        *,
        handler: str,
        depth: int,
    ) -> None:
        first = box.body + fields
        try:
            found = list(boxes(self.view, first, box.end, part.path)) if first <= box.end else None
        except MalformedImage:
            found = None
        if found is None:
            if part.needed and part.type in GRAMMAR:
                raise MalformedImage(f"{part.path} at byte {part.start:,} is damaged")
            return  # read whole: a sample entry with a colour table, or foreign metadata
        if part.type == "mdia":
            handler = next((_handler(self.view, each) for each in found if each.type == "hdlr"), "")
        if part.type == "stsd":
            self.described = part.body[0]
        part.fields = fields
        part.children = [
            self.grow(
                each,
                name,
                needed=part.needed and _is_needed(each, wanted),
                handler=handler,
                entry=part.type == "stsd",
                depth=depth + 1,
            )
            for each, name in numbered(found, f"{part.path}/")
        ]


def _is_needed(box: Box, wanted: frozenset[str] | None) -> bool:
    return wanted is None or box.type in wanted or box.usertype in PROTECTION


def _handler(view: memoryview, box: Box) -> str:
    return bytes(view[box.body + 8 : box.body + 12]).decode("latin-1")


def _cleaned(part: Part, entry_of: str) -> bytes | None:
    """The fields of a box that stays, without times, names and surplus; ``None`` if unchanged."""
    own = bytes(part.own)
    if entry_of and part.children is not None:
        left = (clean.visual_entry if entry_of in VISUAL else clean.sound_entry)(own)
    elif not entry_of and part.type in clean.CLEANERS:
        left = clean.CLEANERS[part.type][0](own)
    else:
        return None
    return left if left != own else None


def box(name: str, *content: bytes | bytearray | memoryview, usertype: bytes = b"") -> bytes:
    """Serialise a box."""
    size = 8 + len(usertype) + sum(map(len, content))
    return b"".join((size.to_bytes(4, "big"), name.encode("latin-1"), usertype, *content))
