"""Small elements that are read whole: what in them no player needs, and how to write the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from expunge.imaging.containers.matroska import ebml
from expunge.imaging.containers.matroska.ebml import CRC, VOID, elements
from expunge.imaging.limits import LIMITS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from expunge.imaging.containers.matroska.ebml import Element
    from expunge.imaging.containers.matroska.schema import Schema


@dataclass(frozen=True, slots=True)
class Surplus:
    """An element that no player needs, or whose content can be reduced."""

    id: int
    offset: int
    """In the file."""
    length: int
    content: bytes
    reduced: bool
    """Whether an element stays in its place."""
    parents: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Master:
    """The content of an element, and its offset in the file."""

    content: bytes
    base: int

    def children(self) -> list[Element]:
        found = list(elements(self.content, 0, len(self.content)))
        LIMITS.check_blocks(len(found))
        return found

    def body(self, child: Element) -> bytes:
        return self.content[child.body : child.end]

    def inside(self, child: Element) -> Master:
        return Master(self.body(child), self.base + child.body)

    def first(self, number: int) -> bytes:
        """The content of the first child of a type; empty if there is none."""
        return next((self.body(child) for child in self.children() if child.id == number), b"")

    def number(self, number: int) -> int:
        return int.from_bytes(self.first(number), "big")


def surplus(master: Master, schema: Schema, parents: tuple[int, ...] = ()) -> Iterator[Surplus]:
    """Yield what goes. Padding of zeros and checksums do not count."""
    beside = _beside(master)
    for child in master.children():
        body, offset, length = (
            master.body(child),
            master.base + child.start,
            child.end - child.start,
        )
        if child.id == CRC or (child.id == VOID and not body.strip(b"\0")):
            continue
        if child.id not in schema:
            yield Surplus(child.id, offset, length, body, reduced=False, parents=parents)
            continue
        inside = schema[child.id]
        if isinstance(inside, dict):
            yield from surplus(master.inside(child), inside, (*parents, child.id))
        elif inside is not None and inside(body, beside) != body:
            yield Surplus(child.id, offset, length, body, reduced=True, parents=parents)


def written(master: Master, schema: Schema, kept: Collection[int]) -> bytes:
    """Return the content without what goes; ``kept`` are offsets of surplus that stays."""
    beside = _beside(master)
    out = []
    for child in master.children():
        body = master.body(child)
        if master.base + child.start in kept:
            out.append(master.content[child.start : child.end])
        elif child.id in schema:
            inside = schema[child.id]
            if isinstance(inside, dict):
                body = written(master.inside(child), inside, kept)
            elif inside is not None:
                body = inside(body, beside)
            out.append(ebml.element(child.id, body))
    return b"".join(out)


def _beside(master: Master) -> Mapping[int, bytes]:
    return {
        child.id: master.body(child) for child in master.children() if child.end - child.start < 64
    }
