"""Swaps in moving pictures: flicker, frames left out, CPU time of each stage, and memory."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from io import BytesIO

import av
import cv2
import numpy as np
from rich.console import Console

from expunge import models
from expunge.imaging.faces.centerface import CenterFace
from expunge.imaging.faces.choices import DESCRIPTOR, FACE_MESH
from expunge.imaging.faces.descriptor import loaded as describer
from expunge.imaging.faces.faces import Faces
from expunge.imaging.faces.finding import find
from expunge.imaging.faces.mesh import mesh
from expunge.imaging.faces.plans import Plan
from expunge.imaging.moving.video.codecs import ENCODERS, VP9
from expunge.imaging.stopwatch import Stopwatch
from expunge.imaging.swap.cast import cast
from expunge.imaging.swap.drawn import drawn
from expunge.imaging.swap.moving import Done, Part, changed
from expunge.imaging.swap.pose import yaw
from expunge.imaging.swap.refusal import TURNED
from expunge.imaging.swap.source import SourceFace
from tests.benchmarks.sequences import RATE, Film, halves, sequences
from tests.photographs import Photograph

SMALLEST = 40
"""Least height in pixels of a face that counts for flicker."""
AIM = 1.15
"""Most flicker in faces, by the film's own."""


@dataclass
class Result:
    """What one sequence gave."""

    kind: str
    frames: int
    swapped: int
    gaps: int
    """Frames without the swap between two with it, while the face has a place."""
    before: float
    after: float
    """Mean change of a pixel of the face from frame to frame, after the motion."""
    coded: float
    """The same of the result after it was encoded, as results are."""
    seconds: dict[str, float]


class Swapper:
    """The stages, with the networks loaded."""

    def __init__(self) -> None:
        self.detector = CenterFace(models.installed("centerface-int8").read_bytes())
        self.finder = mesh.loaded(models.installed(FACE_MESH))
        self.describer = describer(models.installed(DESCRIPTOR))

    def detect(self, pixels: np.ndarray, plan: Plan = Plan.FAST, least: float = 0.25) -> Faces:
        return find(
            pixels, self.detector, plan, confidence=least, nms_threshold=0.3, watch=Stopwatch()
        ).faces

    def source(self, photograph: Photograph) -> SourceFace | None:
        """The largest face of a photograph, if it is sure and frontal."""
        image = cv2.cvtColor(cv2.imread(str(photograph.path)), cv2.COLOR_BGR2RGB)
        faces = self.detect(image, Plan.BALANCED, 0.5)
        if not len(faces):
            return None
        largest = int(faces.sizes.prod(axis=1).argmax())
        found = self.finder.find(image, faces.boxes[largest], faces.landmarks[largest])
        fit = found.confidence > 0.9 and abs(yaw(found.points)) < 0.15
        return SourceFace.of(image, found) if fit else None

    def swap(self, one: Film, face: SourceFace) -> Result | None:
        """Replace the largest face of the first frame; ``None`` where there is none to replace."""
        clock = _Clock()
        seen = cast(
            one.frames, self.detect, times=[0.0],
            number=lambda pixels: self.detect(pixels, Plan.BALANCED, 0.5),
            describe=None,
        )  # fmt: skip
        clock.lap("search")
        moment = seen.moments[0.0]
        heights = moment.faces.sizes[:, 1]
        if not len(heights) or heights.max() < SMALLEST:
            return None
        track = moment.tracks[int(heights.argmax())]
        if track is None:
            return None
        with drawn(one.frames, seen, [track], self.finder) as meshes:
            clock.lap("mesh")
            own = yaw(face.level.points)
            if not meshes.settle(track, own - TURNED, own + TURNED):
                return None
            done = Done()
            made = list(changed(one.frames, meshes, {track: 0}, {0: Part(face)}, done))
            clock.lap("swap")
            areas = [
                [face.points for _, face, _ in meshes.at(index)] for index in range(len(one.frames))
            ]
        placed = [track in frame.tracks for frame in seen.frames]
        film, result = ([frame.pixels for frame in some] for some in (one.frames, made))
        before, after = flicker(film, result, areas)
        _, coded = flicker(film, list(encoded(result)), areas)
        shown = [bool(area) for area in areas]
        return Result(
            one.kind, len(made), sum(shown), gaps(shown, placed), before, after, coded, clock.laps
        )


class _Clock:
    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = time.process_time()

    def lap(self, name: str) -> None:
        now = time.process_time()
        self.laps[name] = now - self._last
        self._last = now


def gaps(shown: Sequence[bool], placed: Sequence[bool]) -> int:
    """Frames without the swap between two with it, while the face has a place."""
    at = np.flatnonzero(shown)
    if not len(at):
        return 0
    inner = slice(at[0], at[-1] + 1)
    return int((~np.array(shown[inner]) & np.array(placed[inner])).sum())


def encoded(frames: Sequence[np.ndarray]) -> Iterator[np.ndarray]:
    """The frames as a viewer of the result gets them."""
    file, encoder = BytesIO(), ENCODERS[VP9]
    with av.open(file, "w", format="mp4") as made:
        stream = made.add_stream(encoder.name, rate=RATE, options=encoder.settings(None))
        stream.height, stream.width = frames[0].shape[:2]
        stream.pix_fmt, stream.time_base = "yuv420p", Fraction(1, RATE)
        for pixels in frames:
            made.mux(stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels))))
        made.mux(stream.encode(None))
    file.seek(0)
    with av.open(file) as read:
        for frame in read.decode(video=0):
            yield frame.to_ndarray(format="rgb24")


def flicker(
    before: Sequence[np.ndarray], after: Sequence[np.ndarray], areas: Sequence[list[np.ndarray]]
) -> tuple[float, float]:
    """Mean change in the faces from a frame to the next, after the motion of the first pictures.

    Parameters
    ----------
    areas
        Of each frame, the (N, 2+) points of each face; both pictures are compared inside of them.
    """
    flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    sums, count = np.zeros(2), 0
    for index in range(len(before) - 1):
        if not areas[index] or not areas[index + 1]:
            continue
        mask = np.zeros(before[index].shape[:2], np.uint8)
        for points in areas[index]:
            cv2.fillConvexPoly(mask, cv2.convexHull(points[:, :2].astype(np.int32)), 1)
        x, y, width, height = cv2.boundingRect(mask)
        area = slice(max(y - 16, 0), y + height + 16), slice(max(x - 16, 0), x + width + 16)
        grey = [cv2.cvtColor(one[area], cv2.COLOR_RGB2GRAY) for one in before[index : index + 2]]
        if min(grey[0].shape) < 24:
            continue
        moved = flow.calc(grey[0], grey[1], None)
        rows, columns = np.mgrid[: grey[0].shape[0], : grey[0].shape[1]].astype(np.float32)
        inside = mask[area] > 0
        for number, pictures in enumerate((before, after)):
            later = cv2.remap(
                pictures[index + 1][area], columns + moved[..., 0], rows + moved[..., 1],
                cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE,
            )  # fmt: skip
            apart = np.abs(later.astype(np.float32) - pictures[index][area].astype(np.float32))
            sums[number] += apart[inside].sum()
        count += 3 * int(inside.sum())
    return tuple(sums / max(count, 1))  # type: ignore[return-value]


def results(photographs: Sequence[Photograph], kinds: Sequence[str] = ()) -> Iterator[Result]:
    """Each sequence with the face of the next photograph that has a fit one."""
    swapper = Swapper()
    faces = [face for face in map(swapper.source, photographs) if face is not None]
    for number, one in enumerate(sequences(photographs)):
        if kinds and one.kind not in kinds:
            continue
        result = swapper.swap(one, faces[number % len(faces)])
        if result is not None:
            yield result


def table(found: Sequence[Result]) -> Iterator[str]:
    """One line for each kind, and one for all."""
    yield "kind       videos  frames swapped  gaps     in    out  ratio  coded  over"
    kinds = sorted({one.kind for one in found})
    for kind in [*kinds, "all"]:
        own = [one for one in found if kind in (one.kind, "all")]
        weights = [one.swapped for one in own]
        sums = np.array([(one.before, one.after, one.coded) for one in own])
        before, after, coded = np.average(sums, axis=0, weights=weights)
        yield (
            f"{kind:10} {len(own):6} {sum(one.frames for one in own):7} {sum(weights):7} "
            f"{sum(one.gaps for one in own):5} {before:6.2f} {after:6.2f} {after / before:6.3f} "
            f"{coded / before:6.3f} {sum(one.coded > AIM * one.before for one in own):5}"
        )
    frames = sum(one.frames for one in found)
    for stage in ("search", "mesh", "swap"):
        spent = sum(one.seconds[stage] for one in found)
        yield f"{stage}: {1e3 * spent / frames:.1f} CPU ms a frame"
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield f"peak of the process, with all frames of a film held: {peak:.0f} MB"


def run(console: Console) -> None:
    """Report on the half of the photographs that nothing was tuned with."""
    cv2.setNumThreads(1)
    for line in table(list(results(halves()[1]))):
        console.print(line)
