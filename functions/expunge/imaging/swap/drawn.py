"""The meshes of some faces in all frames of a moving picture, in a temporary file.

In memory they would take 3 kB for each face and frame.
"""

from __future__ import annotations

import tempfile
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from expunge.errors import ImageTooLarge
from expunge.imaging.faces.mesh.mesh import Mesh
from expunge.imaging.faces.mesh.topology import POINTS
from expunge.imaging.swap import sharpness
from expunge.imaging.swap.film_motion import Similarity, motion, to_one
from expunge.imaging.swap.pose import yaw
from expunge.imaging.swap.steadying import REACH, held, steady

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Self

    from numpy.typing import NDArray

    from expunge.imaging.data import Data
    from expunge.imaging.faces.faces import Floats
    from expunge.imaging.faces.mesh.mesh import MeshFinder
    from expunge.imaging.moving.frame import Frame
    from expunge.imaging.swap.cast import Cast

SURE = 0.5
"""Confidence from which a mesh is one of a face."""
ASTRAY = 0.5
"""Distance of a mesh from the middle of its box, in sides of the box, at which it is another's."""
MOST = 100_000
"""Most meshes of one picture: 290 MB of the temporary file."""
LEAST_MOVED = 5
"""Frames from which the motion of the picture must be known for it to count."""
WARM = 8
"""Frames before a range in which its faces are followed, too."""
_RECORD = np.dtype(
    [
        ("box", "<f4", 4),
        ("origin", "<f4", 3),
        ("blur", "<f4"),
        ("motion", "<c8", 2),
        ("points", "<f2", (POINTS, 3)),
    ]
)
"""``origin`` is x, y and the size that points are relative to. Half floats err by 0.05 pixels in a
face of 200, the network by one. ``motion`` is the turn and shift of the face's picture since the
frame before; its turn is 0 where that is not known."""


@dataclass(slots=True)
class _Course:
    """One track: the frames in which it has a mesh, in order."""

    frames: list[int] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    """Numbers of records in the file."""
    sure: list[bool] = field(default_factory=list)
    turned: list[float] = field(default_factory=list)
    """`pose.yaw` of each."""


class Drawn:
    """Meshes by track and frame. Close it, or use it in a ``with`` statement."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `__exit__`
        self._count = 0
        self._others: list[Data] = []
        """Records of ranges that were drawn apart."""
        self._firsts: list[int] = []
        """The number of the first record of each."""
        self._courses: dict[int, _Course] = {}
        self._spans: dict[int, tuple[int, int]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    @property
    def binary(self) -> BinaryIO:
        """The records of all meshes, in the order of `rows`."""
        return self._file

    def rows(self) -> NDArray[np.float64]:
        """(N, 4): track, frame, whether it is sure, and turn of each mesh, for `attach`."""
        rows = np.zeros((self._count, 4))
        for track, one in self._courses.items():
            columns = (np.full(len(one.places), track), one.frames, one.sure, one.turned)
            rows[one.places] = np.stack(columns, axis=1)
        return rows

    def attach(self, rows: NDArray[np.float64], records: Data) -> None:
        """Take over the meshes of a range that was drawn apart; ranges come in order.

        Raises
        ------
        expunge.errors.ImageTooLarge
            If there are more than `MOST`.
        ValueError
            If records are missing.
        """
        if len(records) != len(rows) * _RECORD.itemsize:
            raise ValueError("records and rows differ in number")
        self._others.append(records)
        self._firsts.append(self._count)
        for track, frame, sure, turned in rows.tolist():
            self._note(int(track), int(frame), sure=bool(sure), turned=turned)

    def _note(self, track: int, frame: int, *, sure: bool, turned: float) -> None:
        if self._count >= MOST:
            raise ImageTooLarge(
                f"more than {MOST:,} faces over all frames; send a shorter part of the video"
            )
        course = self._courses.setdefault(track, _Course())
        course.frames.append(frame)
        course.places.append(self._count)
        course.sure.append(sure)
        course.turned.append(turned)
        self._count += 1

    def add(
        self,
        track: int,
        frame: int,
        box: Floats,
        mesh: Mesh,
        blur: float,
        motion: Similarity | None = None,
    ) -> None:
        """Keep a mesh, how blurred the face is, and how its picture moved since the frame before.

        Those of one track come in the order of frames.

        Raises
        ------
        expunge.errors.ImageTooLarge
            If there are more than `MOST`.
        """
        origin = np.append(mesh.points[:, :2].mean(axis=0), max(_size(mesh.points), 1.0))
        record = np.zeros((), _RECORD)
        record["box"], record["origin"], record["blur"] = box, origin, blur
        record["motion"] = (0, 0) if motion is None else (motion.turn, motion.shift)
        record["points"] = (mesh.points - (*origin[:2], 0)) / origin[2]
        self._file.seek(self._count * _RECORD.itemsize)
        self._file.write(record.tobytes())
        sure = bool(mesh.confidence >= SURE)
        self._note(track, frame, sure=sure, turned=yaw(mesh.points) if sure else np.inf)

    def settle(self, track: int, least: float, most: float) -> int:
        """Choose the frames of a track that are changed; return their number.

        They begin with the first sure mesh whose `pose.yaw` is between two bounds, and end with
        the last, so that no frame between two changed ones stays unchanged.
        """
        course = self._courses.get(track, _Course())
        good = [
            at
            for at, (sure, turned) in enumerate(zip(course.sure, course.turned, strict=True))
            if sure and least <= turned <= most
        ]
        if not good:
            self._spans.pop(track, None)
            return 0
        self._spans[track] = good[0], good[-1]
        return good[-1] - good[0] + 1

    def at(self, frame: int) -> Iterator[tuple[int, Mesh, float]]:
        """The faces that are changed in a frame: track, steady mesh and steady blur."""
        for track, (first, last) in self._spans.items():
            course = self._courses[track]
            at = int(np.searchsorted(course.frames, frame))
            if first <= at <= last and course.frames[at] == frame:
                points, blur = self._steady(course, at, first, last)
                yield track, Mesh(points, 1.0), blur

    def _steady(self, course: _Course, at: int, first: int, last: int) -> tuple[Floats, float]:
        if not course.sure[at]:
            return self._between(course, at)
        near = [
            place
            for place in range(max(first, at - REACH), min(last, at + REACH) + 1)
            if course.sure[place] and course.frames[place] - course.frames[at] == place - at
        ]
        records = [self._record(course.places[place]) for place in near]
        points = np.stack([_whole(record) for record in records])
        own = near.index(at)
        blurs = np.array([record["blur"] for record in records])
        later, motions = np.array(near) - at, None
        known = to_one([_motion(record) for record in records], own)
        if len(known) >= LEAST_MOVED:
            points, later = points[list(known)], later[list(known)]
            motions = list(known.values())
        return held(points, later, motions), steady(blurs, own)

    def _between(self, course: _Course, at: int) -> tuple[Floats, float]:
        """A mesh that is not sure, made of the sure ones before and after it, by their boxes."""
        before = next(place for place in range(at, -1, -1) if course.sure[place])
        after = next(place for place in range(at, len(course.sure)) if course.sure[place])
        share = (course.frames[at] - course.frames[before]) / (
            course.frames[after] - course.frames[before]
        )
        ends = [self._record(course.places[place]) for place in (before, after)]
        shapes = [_in_box(_whole(record), record["box"]) for record in ends]
        shape = shapes[0] + (shapes[1] - shapes[0]) * np.float32(share)
        blurs = [float(record["blur"]) for record in ends]
        points = _out_of_box(shape, self._record(course.places[at])["box"])
        return points, blurs[0] + (blurs[1] - blurs[0]) * share

    def _record(self, place: int) -> NDArray[np.void]:
        number = bisect_right(self._firsts, place) - 1
        if number < 0:
            self._file.seek(place * _RECORD.itemsize)
            read = self._file.read(_RECORD.itemsize)
        else:
            at = (place - self._firsts[number]) * _RECORD.itemsize
            read = self._others[number][at : at + _RECORD.itemsize]
        record: NDArray[np.void] = np.frombuffer(read, _RECORD)[0]
        return record


def drawn(
    frames: Iterable[Frame],
    seen: Cast,
    tracks: Iterable[int],
    finder: MeshFinder,
    since: int = 0,
) -> Drawn:
    """Follow the meshes of some tracks from frame to frame; the caller closes the result.

    Parameters
    ----------
    frames
        Frames in a row; those before ``since`` are only there to follow faces into the others.
        After `WARM` of them, meshes are as if all frames before had been followed, but for less
        than the network errs: 0.13 pixels at most in a face of 65, measured.
    """
    wanted, made = np.array(sorted(tracks), np.int32), Drawn()
    ends = max((seen.spans[track][1] for track in wanted.tolist()), default=-1)
    last: dict[int, tuple[Floats, Mesh]] = {}
    former: Frame | None = None
    try:
        for frame in frames:
            if frame.index > ends:
                break
            placed, before = seen.frames[frame.index], last
            last = {
                track: _one(frame, points, last.get(track), finder)
                for track, points in zip(placed.tracks.tolist(), placed.points, strict=True)
                if track in wanted
            }
            for track, (box, mesh) in last.items() if frame.index >= since else ():
                blur = sharpness.blur(frame.pixels, mesh.points)
                moved = _moved(former, frame, before.get(track), mesh)
                made.add(track, frame.index, box, mesh, blur, moved)
            former = frame
    except BaseException:
        made.__exit__()
        raise
    return made


def _moved(
    former: Frame | None, frame: Frame, last: tuple[Floats, Mesh] | None, mesh: Mesh
) -> Similarity | None:
    """How a face's picture moved since the frame before, where both meshes are sure."""
    if former is None or last is None or min(last[1].confidence, mesh.confidence) < SURE:
        return None
    return motion(former.pixels, frame.pixels, last[1].points, mesh.points)


def _one(
    frame: Frame, points: Floats, last: tuple[Floats, Mesh] | None, finder: MeshFinder
) -> tuple[Floats, Mesh]:
    """A face's box and mesh: followed from the frame before, or else found in the box."""
    box = points[:2].reshape(4)
    if last is not None and last[1].confidence >= SURE:
        before, mesh = last
        shift = (box[:2] + box[2:] - before[:2] - before[2:]) / 2
        start = Mesh(mesh.points + np.append(shift, 0).astype(np.float32), mesh.confidence)
        followed = finder.follow(frame.pixels, start)
        if followed.confidence >= SURE and not _astray(followed, box):
            return box, followed
    mesh = finder.find(frame.pixels, box, points[2:])
    return box, Mesh(mesh.points, 0.0) if _astray(mesh, box) else mesh


def _astray(mesh: Mesh, box: Floats) -> bool:
    apart = mesh.points[:, :2].mean(axis=0) - (box[:2] + box[2:]) / 2
    return bool((np.abs(apart) > ASTRAY * np.maximum(box[2:] - box[:2], 1)).any())


def _motion(record: NDArray[np.void]) -> Similarity | None:
    """Since the frame before, if that is known."""
    turn, shift = record["motion"].tolist()
    return Similarity(turn, shift) if turn else None


def _whole(record: NDArray[np.void]) -> Floats:
    x, y, size = record["origin"]
    return np.asarray(record["points"].astype(np.float32) * size + (x, y, 0), np.float32)


def _in_box(points: Floats, box: Floats) -> Floats:
    """Points relative to a box: 0 at its centre, z by its width, too."""
    middle, sides = (box[:2] + box[2:]) / 2, np.maximum(box[2:] - box[:2], 1)
    return np.asarray((points - (*middle, 0)) / (*sides, sides[0]), np.float32)


def _out_of_box(points: Floats, box: Floats) -> Floats:
    middle, sides = (box[:2] + box[2:]) / 2, np.maximum(box[2:] - box[:2], 1)
    return np.asarray(points * (*sides, sides[0]) + (*middle, 0), np.float32)


def _size(points: Floats) -> float:
    return float(np.ptp(points[:, :2], axis=0).max())
