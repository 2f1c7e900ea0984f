"""Look through a whole moving picture once: what is where, in every frame.

Nothing of the frames is kept but places, so memory does not depend on the size of a frame.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from expunge.errors import ImageTooLarge
from expunge.imaging.faces.faces import Floats
from expunge.imaging.moving.followed import Followed
from expunge.imaging.moving.tracking import Complete, Tracker
from expunge.imaging.targets.choices import Target

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from expunge.imaging.faces.faces import Faces
    from expunge.imaging.moving.frame import Frame
    from expunge.imaging.progress import Progress

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


@dataclass(slots=True)
class _Kind:
    tracker: Tracker
    ready: deque[Complete] = field(default_factory=deque)
    known: dict[int, int] = field(default_factory=dict)
    """Positions in `Survey.tracks` by the tracker's numbers."""


def surveyed(
    frames: Iterable[Frame],
    searches: Mapping[str, tuple[Callable[[NDArray[np.uint8]], Faces], float]],
    *,
    every: int,
    cuts: bool = True,
    progress: Progress,
    total: float,
) -> Survey:
    """Follow what the searches find.

    Parameters
    ----------
    searches
        By kind: what finds things of it in (H, W, 3) RGB, and the confidence from which one
        begins a track.
    every
        A search is made in each ``every``-th frame, and in the first ones after each cut.
    progress, total
        Told which part of ``total`` seconds is done.

    Raises
    ------
    expunge.errors.ImageTooLarge
        If there are more than `MOST_PLACES` places.
    """
    look = _Look(searches, every=every, cuts=cuts)
    for frame in frames:
        look.add(frame)
        progress(min(frame.time / total, 1.0) if total > 0 else 0.0)
    return look.finished()


class _Look:
    def __init__(
        self,
        searches: Mapping[str, tuple[Callable[[NDArray[np.uint8]], Faces], float]],
        *,
        every: int,
        cuts: bool,
    ) -> None:
        self._survey = Survey()
        self._times: deque[float] = deque()
        self._places = 0
        self._kinds = {
            kind: _Kind(Tracker(find, every=every, cuts=cuts, sure=sure, ahead=AHEAD))
            for kind, (find, sure) in searches.items()
        }

    def add(self, frame: Frame) -> None:
        self._times.append(frame.time)
        self._survey.seconds = frame.time
        for kind in self._kinds.values():
            kind.ready.extend(kind.tracker.add(frame.pixels, frame.time))
        self._collect()

    def finished(self) -> Survey:
        for kind in self._kinds.values():
            kind.ready.extend(kind.tracker.finish())
        self._collect()
        trackers = [kind.tracker for kind in self._kinds.values()]
        self._survey.searched = max((one.searches for one in trackers), default=0)
        return self._survey

    def _collect(self) -> None:
        """Take the frames that are complete for every kind."""
        while self._times and all(kind.ready for kind in self._kinds.values()):
            time = self._times.popleft()
            done = {name: kind.ready.popleft() for name, kind in self._kinds.items()}
            placed = [
                (self._track(name, self._kinds[name], one, time), one)
                for name, frame in done.items()
                for one in frame.faces
            ]
            self._count(len(placed))
            shot = max((frame.shot for frame in done.values()), default=0)
            self._survey.frames.append(_places(shot, placed))

    def _count(self, more: int) -> None:
        self._places += more
        if self._places > MOST_PLACES:
            raise ImageTooLarge(
                f"more than {MOST_PLACES:,} places of faces in {len(self._survey.frames):,} "
                "frames; send a shorter part of the video"
            )

    def _track(self, name: str, kind: _Kind, one: Followed, time: float) -> Track:
        tracks = self._survey.tracks
        if one.track not in kind.known:
            kind.known[one.track] = len(tracks)
            tracks.append(Track(len(tracks), name, time, time, one, time))
        track = tracks[kind.known[one.track]]
        track.last = time
        track.frames += 1
        track.detected += one.seen
        if one.seen:
            self._saw(track, one, time)
        return track

    def _saw(self, track: Track, one: Followed, time: float) -> None:
        if not track.best.seen or one.score > track.best.score:
            track.best, track.best_time = one, time
        index = len(self._survey.frames)
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
