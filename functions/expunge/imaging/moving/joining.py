"""Join what was found in ranges of one film, as if it had been searched in one go.

Each range is searched from `overlap` before its first frame on and `survey.AHEAD` frames beyond its
last one. There, two neighbours see the same: a track of the one is that track of the other with
which it shares its last sighting.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from expunge.errors import ImageTooLarge
from expunge.imaging.faces.suppression import iou
from expunge.imaging.moving.followed import Followed
from expunge.imaging.moving.survey import Glance
from expunge.imaging.moving.track import Complete, Sighting

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from expunge.imaging.moving.ranges import Range

    Arrays = Mapping[str, NDArray[Any]]

OVERLAP = 2.0
"""Seconds before a range: twice as long as a face may be lost and found again."""
MOST_PLACES = 1_000_000
"""Most places in one range: 72 MB, and as much again while they are written."""
SHARED = 0.9
"""Intersection over union of two detections of one thing. They differ by what processors round."""


def overlap(first: int, since: int, every: int) -> int:
    """The frame from which a range is searched that begins with ``first``.

    It is at or before ``since``, and every search begins there.
    """
    return max(0, min(since, first - 1)) // every * every


def as_arrays(glances: Iterable[Glance], kinds: Sequence[str]) -> dict[str, NDArray[Any]]:
    """Glances as arrays, for `joined`.

    Raises
    ------
    expunge.errors.ImageTooLarge
        If there are more than `MOST_PLACES` places.
    """
    rows = _Rows()
    for glance in glances:
        rows.add(glance, kinds)
    return rows.arrays()


class _Rows:
    def __init__(self) -> None:
        self._frames: list[tuple[int, float, int, bool, int, int]] = []
        self._whose: list[NDArray[np.int32]] = []
        self._where: list[NDArray[np.float32]] = []
        self._seen: list[tuple[int, int, float]] = []
        self._boxes: list[NDArray[np.float32]] = []
        self._places = 0

    def add(self, glance: Glance, kinds: Sequence[str]) -> None:
        done = [(kinds.index(kind), one) for kind, one in glance.done.items()]
        places = [(kind, place) for kind, one in done for place in one.places]
        news = [(kind, sighting) for kind, one in done for sighting in one.news]
        self._places += len(places)
        if self._places > MOST_PLACES:
            raise ImageTooLarge(
                f"more than {MOST_PLACES:,} places of faces in {len(self._frames):,} frames; send "
                "a shorter part of the video"
            )
        counts = len(places), len(news)
        self._frames.append((glance.index, glance.time, glance.shot, glance.searched, *counts))
        whose = [(kind, place.track, place.seen) for kind, place in places]
        where = [(*place.box, *place.landmarks.ravel(), place.score) for _, place in places]
        boxes = [(*one.box, one.score) for _, one in news]
        self._whose.append(np.array(whose, np.int32).reshape(-1, 3))
        self._where.append(np.array(where, np.float32).reshape(-1, 15))
        self._seen += [(kind, one.track, one.time) for kind, one in news]
        self._boxes.append(np.array(boxes, np.float32).reshape(-1, 5))

    def arrays(self) -> dict[str, NDArray[Any]]:
        return {
            "frames": np.array(self._frames, np.float64).reshape(-1, 6),
            "whose": np.concatenate([np.zeros((0, 3), np.int32), *self._whose]),
            "where": np.concatenate([np.zeros((0, 15), np.float32), *self._where]),
            "seen": np.array(self._seen, np.float64).reshape(-1, 3),
            "boxes": np.concatenate([np.zeros((0, 5), np.float32), *self._boxes]),
        }


def _glances(arrays: Arrays, kinds: Sequence[str]) -> Iterator[Glance]:
    """What `as_arrays` was given."""
    place, sighting = 0, 0
    whose, where = arrays["whose"].tolist(), arrays["where"]
    seen, boxes = arrays["seen"].tolist(), arrays["boxes"]
    for index, time, shot, searched, places, news in arrays["frames"].tolist():
        ends = place + int(places), sighting + int(news)
        shown: dict[str, list[Followed]] = {kind: [] for kind in kinds}
        for (kind, track, is_seen), row in zip(
            whose[place : ends[0]], where[place : ends[0]], strict=True
        ):
            one = Followed(track, row[:4], row[4:14].reshape(5, 2), float(row[14]), bool(is_seen))
            shown[kinds[kind]].append(one)
        told: dict[str, list[Sighting]] = {kind: [] for kind in kinds}
        for (kind, track, then), row in zip(
            seen[sighting : ends[1]], boxes[sighting : ends[1]], strict=True
        ):
            told[kinds[int(kind)]].append(Sighting(int(track), then, float(row[4]), row[:4]))
        place, sighting = ends
        yield Glance(
            int(index),
            time,
            {
                kind: Complete(int(shot), tuple(shown[kind]), bool(searched), tuple(told[kind]))
                for kind in kinds
            },
        )


def joined(parts: Iterable[tuple[Range, Arrays]], kinds: Sequence[str]) -> Iterator[Glance]:
    """Yield the glances of ranges in a row, with one number for each track."""
    last: _Known | None = None
    for within, arrays in parts:
        part = list(_glances(arrays, kinds))
        before = [glance for glance in part if glance.index < within.first]
        inside = [glance for glance in part if within.first <= glance.index < within.last]
        if not inside:
            continue
        known = _Known.after(last, part, before)
        inside[0] = _with(inside[0], known.unshared(before))
        for glance in inside:
            yield known.renamed(glance)
        known.shot = inside[-1].shot + known.later
        last = known


def _with(glance: Glance, more: Mapping[str, Sequence[Sighting]]) -> Glance:
    done = {
        kind: replace(one, news=(*more.get(kind, ()), *one.news))
        for kind, one in glance.done.items()
    }
    return replace(glance, done=done)


_Names = dict[tuple[str, int], int]


@dataclass(slots=True)
class _Known:
    """What is known of one range."""

    names: _Names
    """By kind and number in the range: the number in the film."""
    shared: frozenset[tuple[str, int]]
    """The tracks that the range before it has, too."""
    sightings: dict[tuple[str, float], list[tuple[int, NDArray[np.float32]]]]
    """By kind and time: numbers in the film, and boxes."""
    count: int
    """Numbers that are in use."""
    later: int
    """By how much shots in the film have higher numbers."""
    shot: int = 0
    """The last one, in the film."""

    @classmethod
    def after(cls, last: _Known | None, part: Sequence[Glance], before: Sequence[Glance]) -> _Known:
        """Compare a range with the one before it."""
        sightings = list(_sightings(part))
        names = _shared(last, sightings) if last else {}
        shared, count = frozenset(names), last.count if last else 0
        own = {(kind, one.track) for kind, one in sightings}
        for key in sorted(own - shared, key=lambda key: key[1]):
            names[key], count = count, count + 1
        seen = defaultdict(list)
        for kind, one in sightings:
            seen[kind, one.time].append((names[kind, one.track], one.box))
        later = last.shot - before[-1].shot if last and before else 0
        return cls(names, shared, dict(seen), count, later)

    def unshared(self, before: Sequence[Glance]) -> dict[str, list[Sighting]]:
        """What was seen before the range of tracks that the range before it does not have."""
        found = defaultdict(list)
        for kind, one in _sightings(before):
            if (kind, one.track) not in self.shared:
                found[kind].append(one)
        return found

    def renamed(self, glance: Glance) -> Glance:
        done = {
            kind: Complete(
                one.shot + self.later,
                tuple(
                    sorted(
                        (replace(p, track=self.names[kind, p.track]) for p in one.places),
                        key=lambda place: place.track,
                    )
                ),
                one.searched,
                tuple(replace(s, track=self.names[kind, s.track]) for s in one.news),
            )
            for kind, one in glance.done.items()
        }
        return replace(glance, done=done)


def _sightings(part: Iterable[Glance]) -> Iterator[tuple[str, Sighting]]:
    for glance in part:
        for kind, one in glance.done.items():
            for sighting in one.news:
                yield kind, sighting


def _shared(last: _Known, sightings: Sequence[tuple[str, Sighting]]) -> _Names:
    """The tracks of a range that are tracks of the one before, the last sighting first."""
    names: _Names = {}
    taken: set[int] = set()
    for kind, one in sorted(sightings, key=lambda each: -each[1].time):
        near = [each for each in last.sightings.get((kind, one.time), ()) if each[0] not in taken]
        if (kind, one.track) in names or not near:
            continue
        shares = iou(one.box[None], np.stack([box for _, box in near])).ravel()
        if shares.max() >= SHARED:
            names[kind, one.track] = near[int(shares.argmax())][0]
            taken.add(names[kind, one.track])
    return names
