"""Spans of a file, and the areas that hold coded data (``mdat``, ``idat``)."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

Span = tuple[int, int]
"""First byte and the one past the last, in the file."""


@dataclass(frozen=True, slots=True)
class Area:
    """The content of an ``mdat`` or of the ``idat``."""

    path: str
    start: int
    end: int


def merge(spans: Iterable[Span]) -> list[Span]:
    """Spans in order, those that touch or overlap made one; empty ones left out."""
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
    """The parts of merged spans that lie in an area."""
    first = max(0, bisect_right(merged, (area.start,)) - 1)
    found = []
    for start, end in merged[first:]:
        if start >= area.end:
            break
        if end > area.start:
            found.append((max(start, area.start), min(end, area.end)))
    return found


def complement(merged: list[Span], area: Area) -> list[Span]:
    """What merged spans leave of an area."""
    edges = [(area.start, area.start), *within(merged, area), (area.end, area.end)]
    return [(before[1], after[0]) for before, after in pairwise(edges) if before[1] < after[0]]


class Moved:
    """An area and the spans of it that stay, moved together."""

    def __init__(self, area: Area, kept: list[Span]) -> None:
        self.area = area
        self.base = 0
        """Where the area's content begins in the new file."""
        self._spans = within(kept, area)
        self._firsts = [start for start, _ in self._spans]
        lengths = (end - start for start, end in self._spans)
        self._shifted = list(accumulate(lengths, initial=0))

    def inside(self, start: int) -> int:
        """The new place of a kept byte, counted from the area's first."""
        at = bisect_right(self._firsts, start) - 1
        return self._shifted[at] + start - self._firsts[at]

    def views(self, data: memoryview) -> list[bytes | memoryview]:
        """The bytes that stay."""
        return [data[start:end] for start, end in self._spans]


def blank(view: memoryview) -> bool:
    """Whether there is nothing but zeros."""
    return not view.tobytes().strip(b"\0")
