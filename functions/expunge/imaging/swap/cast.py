"""Look through a moving picture once: whose face is where, in every frame.

Of the frames only places and descriptors are kept, and descriptors as long as the work lasts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from expunge.errors import ImageTooLarge
from expunge.imaging.faces.faces import Faces, Floats
from expunge.imaging.faces.suppression import iou
from expunge.imaging.moving.tracking import follow

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from expunge.imaging.faces.recognition import Limits
    from expunge.imaging.moving.followed import Followed
    from expunge.imaging.moving.frame import Frame

    Detect = Callable[[NDArray[np.uint8]], Faces]
    Describe = Callable[[NDArray[np.uint8], Floats], Floats | None]

EVERY = 12
"""Frames from one search to the next; the mesh follows a face between them."""
ANOTHER = 0.4
"""Distance of descriptors from which a face that is seen beside a person is somebody else's, not a
second track of the same face."""
MATCHED = 0.3
"""Intersection over union from which a face that was named is a track's."""
MOST_PLACES = 1_000_000
"""Most places over all frames: 60 MB."""


@dataclass(frozen=True, slots=True)
class Placed:
    """The faces in one frame."""

    tracks: NDArray[np.int32]
    """(N,)"""
    points: Floats
    """(N, 7, 2): two corners of the box, then five landmarks."""


@dataclass(frozen=True, slots=True)
class Moment:
    """The faces at a time at which somebody was named."""

    faces: Faces
    """As `faces` numbers those of a still image."""
    tracks: tuple[int | None, ...]
    """The track of each; ``None`` where none was followed."""


@dataclass(slots=True)
class Cast:
    """Everybody in a moving picture."""

    frames: list[Placed] = field(default_factory=list)
    moments: dict[float, Moment] = field(default_factory=dict)
    """By the times that were asked for; a time after the end is missing."""
    spans: dict[int, tuple[int, int]] = field(default_factory=dict)
    """First and last frame of each track."""
    areas: dict[int, float] = field(default_factory=dict)
    """Pixels of each track's boxes, over all frames."""
    descriptors: dict[int, list[Floats]] = field(default_factory=dict)
    seconds: float = 0.0
    """The time of the last frame."""

    def people(self, named: Sequence[int], limits: Limits) -> dict[int, int]:
        """Return which tracks show the people of some tracks, as positions in ``named``.

        Two tracks may be one person if the median distance of their descriptors is within
        ``limits``.

        A track goes to the nearest person, the surest track first, and nobody is twice in a frame.
        A face that is seen beside them is a person, too: what is nearer to that one is not theirs.
        """
        known = [*named, *self._beside(named)]
        found = {track: person for person, track in enumerate(known)}
        near = self._near(enumerate(named), self.descriptors.keys() - set(known), limits)
        beside = list(enumerate(known))[len(named) :]
        near += self._near(beside, {track for _, track, _ in near}, limits)
        for _, track, person in sorted(near):
            others = [one for one, who in found.items() if who == person]
            if track not in found and not any(self._together(track, one) for one in others):
                found[track] = person
        return {track: person for track, person in found.items() if person < len(named)}

    def _near(
        self, references: Iterable[tuple[int, int]], tracks: Collection[int], limits: Limits
    ) -> list[tuple[float, int, int]]:
        """Distance, track and person, where they may belong together."""
        least = {
            track: float(np.median(limits.at(np.stack(made))))
            for track, made in self.descriptors.items()
        }
        return [
            (distance, track, person)
            for person, reference in references
            for track in tracks
            if reference in least
            and (distance := self._apart(reference, track)) < min(least[reference], least[track])
        ]

    def _beside(self, named: Sequence[int]) -> list[int]:
        """Other people's tracks that share frames with those of some."""
        return [
            track
            for track in self.descriptors
            if track not in named
            and any(self._together(track, one) for one in named)
            and all(self._apart(track, one) >= ANOTHER for one in named)
        ]

    def _apart(self, one: int, other: int) -> float:
        """The median distance of two tracks' descriptors; infinite where one has none."""
        first, second = self.descriptors.get(one, []), self.descriptors.get(other, [])
        if not first or not second:
            return float("inf")
        pairs = np.stack(first)[:, None] - np.stack(second)[None]
        return float(np.median(np.linalg.norm(pairs, axis=2)))

    def _together(self, one: int, other: int) -> bool:
        (first, last), (begin, end) = self.spans[one], self.spans[other]
        return first <= end and begin <= last


def cast(
    frames: Iterable[Frame],
    detect: Detect,
    *,
    times: Iterable[float],
    number: Detect,
    describe: Describe | None,
) -> Cast:
    """Follow all faces, and keep what is asked for.

    Parameters
    ----------
    detect
        Finds faces in (H, W, 3) RGB, in each `EVERY`-th frame and the first ones of a shot.
    times, number
        At each of these times in seconds, ``number`` finds the faces in the order of their
        indexes. The frame is the one that is shown then.
    describe
        Makes a descriptor of a face with (5, 2) landmarks, or ``None`` of one that cannot be
        compared. Without it, nobody is followed over a cut.

    Raises
    ------
    expunge.errors.ImageTooLarge
        If there are more than `MOST_PLACES` places.
    """
    look = _Look(detect, number, describe, sorted(set(times)))
    for frame, places in follow(frames, detect, every=EVERY):
        look.add(frame, places)
    return look.finished()


class _Look:
    def __init__(
        self, detect: Detect, number: Detect, describe: Describe | None, times: list[float]
    ) -> None:
        self._detect, self._number, self._describe = detect, number, describe
        self._times = times
        self._cast = Cast()
        self._last: tuple[Frame, tuple[Followed, ...]] | None = None
        self._seen: dict[int, int] = {}
        """How often each track was detected."""
        self._next: dict[int, int] = {}
        """At which of these times a descriptor is made: a few, spread over the track."""
        self._count = 0

    def add(self, frame: Frame, places: tuple[Followed, ...]) -> None:
        for time in self._due(frame.time):
            self._name(time)
        self._last = frame, places
        self._place(places)
        for one in places:
            if one.seen and self._describe is not None:
                self._saw(frame, one, self._describe)

    def finished(self) -> Cast:
        if self._last is not None:
            self._cast.seconds = self._last[0].time
            for time in self._times:
                self._name(time)
        return self._cast

    def _due(self, now: float) -> Iterator[float]:
        """The times that are over before ``now``, whose frame was the last one."""
        while self._times and self._last is not None and self._times[0] < now:
            yield self._times.pop(0)

    def _name(self, time: float) -> None:
        if self._last is None:
            return
        frame, places = self._last
        faces = self._number(frame.pixels)
        boxes = np.array([one.box for one in places], np.float32).reshape(-1, 4)
        tracks: list[int | None] = []
        for box in faces.boxes:
            shares = iou(box[None], boxes).ravel()
            best = int(shares.argmax()) if len(shares) else -1
            tracks.append(places[best].track if best >= 0 and shares[best] >= MATCHED else None)
        self._cast.moments[time] = Moment(faces, tuple(tracks))

    def _place(self, places: tuple[Followed, ...]) -> None:
        index = len(self._cast.frames)
        self._count += len(places)
        if self._count > MOST_PLACES:
            raise ImageTooLarge(
                f"more than {MOST_PLACES:,} places of faces in {index + 1:,} frames; send a "
                "shorter part of the video"
            )
        for one in places:
            first, _ = self._cast.spans.get(one.track, (index, index))
            self._cast.spans[one.track] = first, index
            width, height = (one.box[2:] - one.box[:2]).tolist()
            self._cast.areas[one.track] = self._cast.areas.get(one.track, 0.0) + width * height
        points = [np.concatenate((one.box.reshape(2, 2), one.landmarks)) for one in places]
        self._cast.frames.append(
            Placed(
                np.array([one.track for one in places], np.int32),
                np.array(points, np.float32).reshape(-1, 7, 2),
            )
        )

    def _saw(self, frame: Frame, one: Followed, describe: Describe) -> None:
        count = self._seen[one.track] = self._seen.get(one.track, 0) + 1
        if count < self._next.get(one.track, 0):
            return
        made = describe(frame.pixels, one.landmarks)
        if made is not None:
            self._cast.descriptors.setdefault(one.track, []).append(made)
            self._next[one.track] = 2 * count
