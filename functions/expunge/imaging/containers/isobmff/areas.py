"""Byte spans of a file, and the areas of coded data (``mdat``, ``idat``)."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

Span = tuple[int, int]
"""Start and end offsets in the file."""


@dataclass(frozen=True, slots=True)
class Area:
    """The content of an ``mdat`` or ``idat`` box."""

    path: str
    start: int
    end: int


def merge(spans: Iterable[Span]) -> list[Span]:
    """Sort spans, join those that touch or overlap, and drop empty ones."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if end <= start:
            continue
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def within(merged: list[Span], area: Area) -> list[Span]:
    """Return the parts of merged spans inside an area."""
    first = max(0, bisect_right(merged, (area.start,)) - 1)
    found = []
    for index in range(first, len(merged)):  # a slice would copy the rest for each area
        start, end = merged[index]
        if start >= area.end:
            break
        if end > area.start:
            found.append((max(start, area.start), min(end, area.end)))
    return found


def complement(merged: list[Span], area: Area) -> list[Span]:
    """Return the parts of an area outside merged spans."""
    edges = [(area.start, area.start), *within(merged, area), (area.end, area.end)]
    return [(before[1], after[0]) for before, after in pairwise(edges) if before[1] < after[0]]


class Moved:
    """An area reduced to the spans that stay, without gaps."""

    def __init__(self, area: Area, kept: list[Span]) -> None:
        self.area = area
        self.base = 0
        """Offset of the area's content in the new file."""
        self._spans = within(kept, area)
        self._firsts = [start for start, _ in self._spans]
        lengths = (end - start for start, end in self._spans)
        self._shifted = list(accumulate(lengths, initial=0))

    def inside(self, start: int) -> int:
        """Return the new position of a kept byte, relative to the area's first byte."""
        at = bisect_right(self._firsts, start) - 1
        return self._shifted[at] + start - self._firsts[at]

    def views(self, data: memoryview) -> list[bytes | memoryview]:
        """Return the bytes that stay."""
        return [data[start:end] for start, end in self._spans]


def blank(view: memoryview) -> bool:
    """Whether all bytes are zero."""
    return not view.tobytes().strip(b"\0")
