"""Look through a moving picture once: what is where, in every frame.

Nothing of the frames is kept but places, so memory does not depend on the size of a frame. `looked`
searches, and `surveyed` makes tracks of what it found: a long video is searched in several ranges
at once, see `imaging.moving.joining`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from expunge.errors import ImageTooLarge
from expunge.imaging.faces.faces import Floats
from expunge.imaging.moving.followed import Followed
from expunge.imaging.moving.track import Complete, Tracks
from expunge.imaging.moving.tracking import Tracker
from expunge.imaging.targets.choices import Target

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from expunge.imaging.faces.faces import Faces
    from expunge.imaging.moving.frame import Frame

AHEAD = 60
"""Frames that are known before one is complete; a small grey copy of each is kept."""
MOST_PLACES = 4_000_000
"""Most places over all frames: 150 MB."""
MOMENTS = 8
_CORNERS = np.array([[0, 1], [2, 1], [2, 3], [0, 3]])
"""Of a box, in order."""


@dataclass(slots=True)
class Track:
    """A face, or something else, that was followed through one shot."""

    number: int
    kind: str
    """A target: ``faces``, ``text``, ``plates`` or ``codes``."""
    first: float
    """Seconds from the start of the frames in which it is placed."""
    last: float
    best: Followed
    """Where it was detected with the highest confidence."""
    best_time: float
    frames: int = 0
    """Number of frames in which it is placed, held ones included."""
    detected: int = 0
    """Number of frames in which it was detected."""
    moments: list[tuple[int, Followed]] = field(default_factory=list)
    """Up to `MOMENTS` frames of a face in which it was detected, spread over the track."""
    apart: int = 1
    """Least number of frames from one of them to the next."""


@dataclass(frozen=True, slots=True)
class Places:
    """The tracks in one frame."""

    shot: int
    """From 0."""
    tracks: NDArray[np.int32]
    """(N,): positions in `Survey.tracks`."""
    points: Floats
    """(N, 4, 2): the corners of what is no face; of a face the corners of its box."""


@dataclass(slots=True)
class Survey:
    """What was found in a moving picture."""

    tracks: list[Track] = field(default_factory=list)
    frames: list[Places] = field(default_factory=list)
    searched: int = 0
    """Number of frames in which the detector ran."""
    seconds: float = 0.0
    """The time of the last frame."""

    @property
    def shots(self) -> int:
        """Number of parts between cuts."""
        return self.frames[-1].shot + 1 if self.frames else 0


@dataclass(frozen=True, slots=True)
class Glance:
    """What was found in one frame."""

    index: int
    time: float
    done: dict[str, Complete]
    """By kind."""

    @property
    def shot(self) -> int:
        """From 0."""
        return max((one.shot for one in self.done.values()), default=0)

    @property
    def searched(self) -> bool:
        """Whether a detector ran in it."""
        return any(one.searched for one in self.done.values())


Searches = Mapping[str, "tuple[Callable[[NDArray[np.uint8]], Faces], float]"]
"""By kind: what finds things of it in (H, W, 3) RGB, and the confidence from which one begins a
track."""


def looked(
    frames: Iterable[Frame], searches: Searches, *, every: int, ends: bool = True
) -> Iterator[Glance]:
    """Follow what the searches find; frames come out when enough frames after them are known.

    Parameters
    ----------
    frames
        Frames in a row. If they begin within a film, it takes about `tracking.GAP` until all is as
        if they had begun with it.
    every
        A search is made in frames whose index is a multiple of it, and as `tracking.follow` says.
    ends
        Whether the last frame is that of the film. If not, the last `AHEAD` frames stay away.
    """
    trackers: dict[str, Tracker] = {}
    ready: dict[str, deque[Complete]] = {kind: deque() for kind in searches}
    waiting: deque[tuple[int, float]] = deque()
    for frame in frames:
        if not waiting and not trackers:
            trackers = {
                kind: Tracker(find, every=every, ahead=AHEAD, first=frame.index)
                for kind, (find, _) in searches.items()
            }
        waiting.append((frame.index, frame.time))
        for kind, tracker in trackers.items():
            ready[kind].extend(tracker.add(frame.pixels, frame.time))
        yield from _collected(waiting, ready)
    for kind, tracker in trackers.items():
        ready[kind].extend(tracker.finish() if ends else ())
    yield from _collected(waiting, ready)


def _collected(
    waiting: deque[tuple[int, float]], ready: dict[str, deque[Complete]]
) -> Iterator[Glance]:
    """Take the frames that are complete for every kind."""
    while waiting and all(ready.values()):
        yield Glance(*waiting.popleft(), {kind: done.popleft() for kind, done in ready.items()})


def surveyed(glances: Iterable[Glance], sure: Mapping[str, float]) -> Survey:
    """Make tracks of what was found.

    Parameters
    ----------
    sure
        By kind: the confidence from which something begins a track.

    Raises
    ------
    expunge.errors.ImageTooLarge
        If there are more than `MOST_PLACES` places.
    """
    look = _Look(sure)
    for glance in glances:
        look.add(glance)
    return look.survey


class _Look:
    def __init__(self, sure: Mapping[str, float]) -> None:
        self.survey = Survey()
        self._places = 0
        self._tracks = {kind: Tracks(least) for kind, least in sure.items()}
        self._known: dict[tuple[str, int], int] = {}
        """Positions in `Survey.tracks` by kind and the tracker's numbers."""

    def add(self, glance: Glance) -> None:
        time, survey = glance.time, self.survey
        placed = [
            (self._track(kind, one, time), one)
            for kind, done in glance.done.items()
            for one in self._tracks[kind].shown(done, time)
        ]
        self._count(len(placed))
        survey.searched += glance.searched
        survey.seconds = time
        survey.frames.append(_places(glance.shot, placed))

    def _count(self, more: int) -> None:
        self._places += more
        if self._places > MOST_PLACES:
            raise ImageTooLarge(
                f"more than {MOST_PLACES:,} places of faces in {len(self.survey.frames):,} "
                "frames; send a shorter part of the video"
            )

    def _track(self, name: str, one: Followed, time: float) -> Track:
        tracks = self.survey.tracks
        number = self._known.setdefault((name, one.track), len(tracks))
        if number == len(tracks):
            tracks.append(Track(number, name, time, time, one, time))
        track = tracks[number]
        track.last = time
        track.frames += 1
        track.detected += one.seen
        if one.seen:
            self._saw(track, one, time)
        return track

    def _saw(self, track: Track, one: Followed, time: float) -> None:
        if not track.best.seen or one.score > track.best.score:
            track.best, track.best_time = one, time
        index = len(self.survey.frames)
        if track.moments and index - track.moments[-1][0] < track.apart:
            return
        track.moments.append((index, one))
        if len(track.moments) > MOMENTS:
            track.moments = track.moments[::2]
            track.apart *= 2


def _places(shot: int, placed: list[tuple[Track, Followed]]) -> Places:
    outlines = [
        one.box[_CORNERS] if track.kind == Target.FACES else one.landmarks[:4]
        for track, one in placed
    ]
    return Places(
        shot,
        np.array([track.number for track, _ in placed], np.int32),
        np.array(outlines, np.float32).reshape(-1, 4, 2),
    )
