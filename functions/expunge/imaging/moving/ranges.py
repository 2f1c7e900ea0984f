"""Ranges of the frames of a video, for work that is divided among several processes."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Range:
    """Some frames in a row, by their places in the order of presentation."""

    first: int
    last: int
    """The place after the last one; equal to ``first`` if there are none."""

    @property
    def is_empty(self) -> bool:
        return self.last <= self.first


def divided(frames: int, count: int, keys: list[int]) -> list[Range]:
    """Divide frames into ``count`` ranges of about one length.

    A range begins at one of ``keys``, in order, if one is near: a decoder can start there, and
    encoders often chose a cut. If frames or keys are few, the last ranges are empty.
    """
    length = frames / count
    starts = {_near(round(length * number), length / 3, keys) for number in range(1, count)}
    edges = [0, *sorted(start for start in starts if 0 < start < frames), frames]
    found = [Range(first, last) for first, last in pairwise(edges)]
    return found + [Range(frames, frames)] * (count - len(found))


def _near(place: int, reach: float, keys: list[int]) -> int:
    at = min(keys, key=lambda key: abs(key - place), default=place)
    return at if abs(at - place) <= reach else place
