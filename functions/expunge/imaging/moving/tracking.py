"""Follow faces through a moving picture: from frame to frame, and over gaps."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol, TypeVar

import numpy as np

from expunge.imaging.faces.suppression import iou
from expunge.imaging.moving.followed import Followed, boxes_of, distances, visible
from expunge.imaging.moving.motion import STILL, Glimpse, Motion, step
from expunge.imaging.moving.track import HOLD, Complete, Sighting, Tracks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from numpy.typing import NDArray

    from expunge.imaging.faces.faces import Faces

AHEAD = 24
"""Most frames that are known before one is given out."""
AHEAD_BYTES = 192 << 20
"""Most bytes of pixels that `follow` holds; larger frames wait for fewer others."""
GAP = 1.0
"""Seconds over which a face that was lost may be found again."""
SPARSE = 0.5
"""Seconds after which a search is due, whatever the number of frames."""
OPENING = 3
"""Frames at the start of a shot that are all searched: there is nothing to follow into them, and a
face at the edge may leave before the next search."""
SURE = 0.3
"""Score from which one detection is a face. The detector may give less likely ones: they continue
tracks, and several of them at one place are a face, too."""


class Shown(Protocol):
    """What `follow` needs of a frame."""

    @property
    def time(self) -> float:
        """Seconds from the start."""
        ...

    @property
    def pixels(self) -> NDArray[np.uint8]:
        """(H, W, 3) RGB."""
        ...


REACH = 0.6
"""Distance of centres, in face sizes, within which a detection continues a track; it grows by one
a second while the face is not seen."""
ASTRAY = 0.5
"""The same distance from which places that were followed are not believed."""
SAME = 0.3
"""Intersection over union from which two boxes are the same face."""
DOUBLE = 0.5
"""Intersection over union from which a place that was filled in is a face that is seen."""

F = TypeVar("F", bound=Shown)


def follow(
    frames: Iterable[F],
    detect: Callable[[NDArray[np.uint8]], Faces],
    *,
    every: int,
    cuts: bool = True,
    sure: float = SURE,
) -> Iterator[tuple[F, tuple[Followed, ...]]]:
    """Give out each frame with the faces in it, detected or filled in.

    Up to `AHEAD` frames are held, and at most `AHEAD_BYTES` of pixels (but two searches at least).

    Parameters
    ----------
    detect
        Finds faces in (H, W, 3) RGB.
    every
        A search is made in each ``every``-th frame, in the first `OPENING` ones and the last one of
        each shot, and when `SPARSE` seconds have passed.
    cuts
        Look for cuts. No face is followed over one.
    sure
        Score from which one detection is a face; several at one place may be less likely.
    """
    held: deque[F] = deque()
    tracks = Tracks(sure)
    for done in _completed(frames, detect, held, every=every, cuts=cuts):
        frame = held.popleft()
        yield frame, tracks.shown(done, frame.time)


def _completed(
    frames: Iterable[F],
    detect: Callable[[NDArray[np.uint8]], Faces],
    held: deque[F],
    *,
    every: int,
    cuts: bool,
) -> Iterator[Complete]:
    tracker: Tracker | None = None
    for frame in frames:
        if tracker is None:
            ahead = min(AHEAD, max(2 * every, AHEAD_BYTES // max(1, frame.pixels.nbytes)))
            tracker = Tracker(detect, every=every, cuts=cuts, ahead=ahead)
        held.append(frame)
        yield from tracker.add(frame.pixels, frame.time)
    if tracker is not None:
        yield from tracker.finish()


@dataclass(slots=True)
class _Moment:
    """What is known of one frame that was not given out yet."""

    time: float
    glimpse: Glimpse
    camera: Motion
    """From the frame before."""
    places: dict[int, Followed] = field(default_factory=dict)
    """By track."""
    searched: bool = False

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the frame."""
        height, width = self.glimpse.grey.shape
        return width * self.glimpse.factor, height * self.glimpse.factor


class Tracker:
    """Follows faces with a bounded look ahead; frames go in, and their faces come out later.

    Parameters
    ----------
    every
        A search is made in frames whose index is a multiple of it, and as `follow` says.
    ahead
        Frames that are known before one is complete.
    first
        Index of the first frame that comes. If it is not 0, the frame is within a shot that began
        before: then it takes about `GAP` until all is as if the frames before had come, too.
    """

    def __init__(
        self,
        detect: Callable[[NDArray[np.uint8]], Faces],
        *,
        every: int,
        cuts: bool = True,
        ahead: int = AHEAD,
        first: int = 0,
    ) -> None:
        self._detect = detect
        self._every = every
        self._cuts = cuts
        self._ahead = ahead
        self._moments: deque[_Moment] = deque()
        self._first = first
        """Index of the first moment."""
        self._last: dict[int, tuple[int, float]] = {}
        """Index and time at which each track was seen last; of which a place may be left."""
        self._open: set[int] = set()
        """Those that are seen or may be seen again."""
        self._count = 0
        self._searched = 0.0
        """Time of the last search."""
        self._unsearched: NDArray[np.uint8] | None = None
        """The last frame, where it was not searched."""
        self._news: list[Sighting] = []
        self._shot = 0
        self._began = first and first - OPENING
        """Index of the first frame of the shot."""

    def add(self, pixels: NDArray[np.uint8], time: float) -> list[Complete]:
        """Take the next frame; return the faces of those frames that are now complete."""
        glimpse = Glimpse.of(pixels)
        given: list[Complete] = []
        started = not self._moments
        if not started:
            cut = self._advance(glimpse, time)
            if cut:
                given = self.finish()
                self._shot += 1
                self._began = self._first
                started = True
        if started:
            self._moments.append(_Moment(time, glimpse, STILL))
        index = self._first + len(self._moments) - 1
        self._unsearched = pixels
        if started or self._due(index, time):
            self._search(pixels, index)
        while len(self._moments) > self._ahead:
            given.append(self._given())
        return given

    def finish(self) -> list[Complete]:
        """End the shot; return the faces of all frames that are left.

        The shot's last frame is searched too: nothing later tells of a face that entered just now.
        """
        if self._unsearched is not None:
            self._search(self._unsearched, self._first + len(self._moments) - 1)
        given = [self._given() for _ in range(len(self._moments))]
        self._last.clear()
        self._open.clear()
        return given

    def _due(self, index: int, time: float) -> bool:
        if index - self._began < OPENING or index % self._every == 0:
            return True
        return time - self._searched >= SPARSE

    def _advance(self, glimpse: Glimpse, time: float) -> bool:
        """Move all tracks on to a new frame; return whether a cut is before it instead."""
        last = self._moments[-1]
        moving = [last.places[number] for number in self._open if number in last.places]
        moved = step(last.glimpse, glimpse, boxes_of(moving))
        if moved.cut and self._cuts:
            return True
        moment = _Moment(time, glimpse, moved.camera)
        for one, own in zip(moving, moved.own, strict=True):
            moment.places[one.track] = one.moved(own or moved.camera)
        self._moments.append(moment)
        return False

    def _search(self, pixels: NDArray[np.uint8], index: int) -> None:
        moment = self._moments[-1]
        self._searched, moment.searched = moment.time, True
        self._unsearched = None
        self._forget(moment)
        found = self._detect(pixels)
        faces = [
            Followed(-1, box, points, float(score), seen=True)
            for box, points, score in zip(found.boxes, found.landmarks, found.scores, strict=True)
        ]
        for number, face in self._matched(moment, faces):
            self._continue(replace(face, track=number), index)
        self._drop_doubles(moment)
        taken = boxes_of([one for one in moment.places.values() if one.seen])
        fresh = [
            self._begun(face, index)
            for face in faces
            if iou(face.box[None], taken).max(initial=0) < SAME
        ]
        self._back(fresh)

    def _forget(self, moment: _Moment) -> None:
        """Stop following faces that were lost for too long, or whose place left the frame."""
        for number in list(self._open):
            place = moment.places.get(number)
            gone = place is None or not visible(place, *moment.size)
            if gone or moment.time - self._last[number][1] > GAP:
                self._open.remove(number)

    def _matched(self, moment: _Moment, faces: list[Followed]) -> list[tuple[int, Followed]]:
        """Pair tracks with detections, the nearest first."""
        numbers = sorted(self._open)
        if not (numbers and faces):
            return []
        apart = distances([moment.places[number] for number in numbers], faces)
        lost = np.array([moment.time - self._last[number][1] for number in numbers])
        rows, columns = np.nonzero(apart < REACH + lost[:, None])
        chosen: dict[int, int] = {}
        taken: set[int] = set()
        for pair in np.argsort(apart[rows, columns], kind="stable"):
            row, column = int(rows[pair]), int(columns[pair])
            if row not in chosen and column not in taken:
                chosen[row] = column
                taken.add(column)
        return [(numbers[row], faces[column]) for row, column in chosen.items()]

    def _continue(self, face: Followed, index: int) -> None:
        """Set where a track was seen, and correct its places since it was seen before."""
        places = [moment.places for moment in self._moments]
        begin, end = max(self._last[face.track][0] - self._first, 0), index - self._first
        self._close(face.track, begin, end, face)
        places[end][face.track] = face
        self._see(face, index)

    def _see(self, face: Followed, index: int) -> None:
        time = self._moments[-1].time
        self._last[face.track] = index, time
        self._news.append(Sighting(face.track, time, face.score, face.box))

    def _close(self, number: int, begin: int, end: int, face: Followed) -> None:
        """Fill the gap between two sightings.

        The places that were followed from the first are corrected, so that they end at the second.
        Where they went astray, as with an occluder, the two are connected directly.
        """
        moments = [self._moments[at] for at in range(begin, end + 1)]
        reached = moments[-1].places[number]
        astray = distances([reached], [face])[0, 0] > ASTRAY
        ahead, behind = moments[0].places[number], face
        back = [behind]
        for moment in reversed(moments[1:]):
            back.append(back[-1].moved(moment.camera.inverse()))
        back.reverse()
        for step_, moment in enumerate(moments[1:-1], start=1):
            share = step_ / (end - begin)
            ahead = ahead.moved(moment.camera)
            if astray:
                moment.places[number] = ahead.towards(back[step_], share)
            else:
                place = moment.places[number]
                moment.places[number] = replace(
                    place,
                    box=place.box + (face.box - reached.box) * np.float32(share),
                    landmarks=place.landmarks
                    + (face.landmarks - reached.landmarks) * np.float32(share),
                )

    def _begun(self, face: Followed, index: int) -> Followed:
        face = replace(face, track=self._count)
        self._count += 1
        self._open.add(face.track)
        self._moments[-1].places[face.track] = face
        self._see(face, index)
        return face

    def _back(self, faces: list[Followed]) -> None:
        """Fill in where faces were before they were seen first."""
        now = self._moments[-1]
        moments = list(self._moments)
        for later, earlier in zip(moments[:0:-1], moments[-2::-1], strict=True):
            if not faces or now.time - earlier.time > HOLD:
                return
            moved = step(later.glimpse, earlier.glimpse, boxes_of(faces))
            faces = [
                face.moved(own or moved.camera) for face, own in zip(faces, moved.own, strict=True)
            ]
            faces = [face for face in faces if visible(face, *now.size)]
            earlier.places |= {face.track: face for face in faces}

    def _drop_doubles(self, moment: _Moment) -> None:
        """Stop filling in a track where another one is seen."""
        boxes = boxes_of([one for one in moment.places.values() if one.seen])
        for one in list(moment.places.values()):
            if not one.seen and iou(one.box[None], boxes).max(initial=0) >= DOUBLE:
                del moment.places[one.track]

    def _given(self) -> Complete:
        moment = self._moments.popleft()
        index = self._first
        self._first += 1
        places = tuple(place for _, place in sorted(moment.places.items()))
        news, self._news = tuple(self._news), []
        if not index % 256:
            self._tidy()
        return Complete(self._shot, places, moment.searched, news)

    def _tidy(self) -> None:
        """Forget tracks of which no place is left."""
        left = self._open.union(*(moment.places for moment in self._moments))
        self._last = {number: self._last[number] for number in left}
