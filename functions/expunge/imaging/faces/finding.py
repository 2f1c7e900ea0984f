"""Run a detector over the passes of a plan, and merge the results into one list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import cv2
import numpy as np

from expunge.imaging.faces.faces import Faces
from expunge.imaging.faces.plans import MAX_ENLARGED, OVERLAP, OVERVIEW, Pass, Plan, passes
from expunge.imaging.faces.suppression import iou, suppressed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from expunge.imaging.faces.faces import Floats
    from expunge.imaging.faces.plans import Part
    from expunge.imaging.stopwatch import Stopwatch

MAX_A_PART = 1_000
"""Most candidates from one run of the network, those with the highest scores."""
LARGE = 4_000_000
"""Images of this many pixels or more release the network's working memory. Later steps need that
memory, and they take so long that the cost for the next image does not matter."""
SURE = 0.5
"""Confidence from which a face counts when the four orientations are compared."""
UPRIGHT = 0.7
"""If a face with its eyes above its mouth has this confidence, the image counts as upright. False
faces in images that are turned on their side stay below it."""
FLOOR = 0.15
"""Lowest score of one pass that counts towards a face's confidence."""
SURE_SIZES = (16.0, 512.0)
"""Range of face heights, in pixels of the network's input, in which a pass is expected to find a
face: there the recall of CenterFace is 0.94 or more."""
SAME = 0.3
"""Intersection over union from which detections of two passes are the same face."""


class Detector(Protocol):
    """A network that finds faces in an image of any size."""

    stride: int
    """The input's sides must be multiples of this many pixels."""

    def blob(self, pixels: NDArray[np.uint8]) -> NDArray[Any]:
        """Convert (H, W, 3) RGB, sides multiples of `stride`, to the network's input."""
        ...

    def infer(self, blob: NDArray[Any], *, release: bool = False) -> list[Floats]:
        """Run the network; ``release`` frees its working memory afterwards."""
        ...

    def decode(
        self, outputs: list[Floats], size: tuple[int, int], threshold: float, most: int
    ) -> Faces:
        """Return faces in pixels of the input; ``size`` is its width and height.

        Overlaps are not suppressed. At most ``most`` faces, those with the highest scores.
        """
        ...


@dataclass(frozen=True, slots=True)
class Found:
    """The faces that a plan found, the most confident first."""

    faces: Faces
    candidates: int
    """Number of detections before suppression."""
    passes: tuple[Pass, ...]

    def enlarged(self, factor: int) -> Found:
        """Scale the result to an image that is ``factor`` times as large."""
        if factor == 1:
            return self
        faces = self.faces.moved((factor, factor), (0, 0))
        planned = tuple(Pass(scan.scale / factor, scan.parts) for scan in self.passes)
        return Found(faces, self.candidates, planned)


def find(
    pixels: NDArray[np.uint8],
    detector: Detector,
    plan: Plan,
    *,
    confidence: float,
    nms_threshold: float,
    watch: Stopwatch,
) -> Found:
    """Find the faces of an image.

    A face's confidence is the mean over the passes that are expected to find a face of its size.
    A detection at only one scale is rarely a face. If a rotated copy of the image shows more
    confident faces, that orientation is searched too.

    Parameters
    ----------
    pixels
        (H, W, 3) RGB.
    confidence, nms_threshold
        0 to 1.
    """
    sizes = _Sizes(pixels)
    found = _upright(sizes, detector, plan, confidence, nms_threshold, watch)
    if plan is Plan.FAST or (plan is Plan.BALANCED and _is_upright(found.faces)):
        return found
    turns = _better_turned(sizes, detector, watch)
    if not turns:
        return found
    turned = _Sizes(np.rot90(pixels, turns))
    more = _upright(turned, detector, plan, confidence, nms_threshold, watch)
    height, width = pixels.shape[:2]
    back = more.faces.turned_back(turns, width, height)
    faces = suppressed(Faces.joined([found.faces, back]), nms_threshold)
    return Found(faces, found.candidates + more.candidates, found.passes + more.passes)


class _Sizes:
    """Cache of an image at several sizes; each is resized from the next larger one."""

    def __init__(self, pixels: NDArray[np.uint8]) -> None:
        self.pixels = pixels
        self._made = [pixels]

    def at(self, width: int, height: int) -> NDArray[np.uint8]:
        larger = (made for made in self._made if made.shape[0] >= height and made.shape[1] >= width)
        source = min(larger, key=lambda made: made.size, default=self.pixels)
        made = _resized(source, width, height)
        self._made.append(made)
        return made


def _is_upright(faces: Faces) -> bool:
    """Whether a face of high confidence has its eyes above its mouth."""
    eyes, mouth = faces.landmarks[:, :2].mean(axis=1), faces.landmarks[:, 3:].mean(axis=1)
    across, down = (mouth - eyes).T
    return bool(((faces.scores >= UPRIGHT) & (down > np.abs(across))).any())


def _better_turned(sizes: _Sizes, detector: Detector, watch: Stopwatch) -> int:
    """Return the anticlockwise quarter turns with the highest sum of scores; 0 for none."""
    height, width = sizes.pixels.shape[:2]
    scale = min(OVERVIEW / max(height, width), MAX_ENLARGED)
    shown = sizes.at(*(_fitting(side * scale, detector.stride) for side in (width, height)))
    evidence = {}
    for turns in range(4):
        seen = np.ascontiguousarray(np.rot90(shown, turns))
        outputs = detector.infer(detector.blob(seen))
        faces = detector.decode(outputs, (seen.shape[1], seen.shape[0]), SURE, MAX_A_PART)
        evidence[turns] = float(suppressed(faces, SAME).scores.sum())
    watch.lap("inference")
    return max(evidence, key=lambda turns: evidence[turns])


def _upright(
    sizes: _Sizes,
    detector: Detector,
    plan: Plan,
    confidence: float,
    nms_threshold: float,
    watch: Stopwatch,
) -> Found:
    height, width = sizes.pixels.shape[:2]
    planned = tuple(passes(plan, width, height))
    floor = min(FLOOR, confidence)
    seen = [
        Faces.joined([_detected(sizes, detector, scan, part, floor, watch) for part in scan.parts])
        for scan in reversed(planned)  # smaller sizes are resized from larger ones
    ][::-1]
    if height * width >= LARGE:
        least = np.zeros((detector.stride, detector.stride, 3), np.uint8)
        detector.infer(detector.blob(least), release=True)
        watch.lap("inference")
    candidates = Faces.joined(seen).clipped(width, height)
    faces = _with_mean_confidence(suppressed(candidates, nms_threshold), planned, seen)
    faces = faces.at(faces.scores >= confidence)
    watch.lap("nms")
    return Found(faces, len(candidates), planned)


def _with_mean_confidence(faces: Faces, planned: tuple[Pass, ...], seen: list[Faces]) -> Faces:
    """Set the faces' confidence over all passes; the most confident come first."""
    heights = faces.sizes[:, 1]
    sums, counts = np.zeros_like(heights), np.zeros_like(heights)
    for scan, found in zip(planned, seen, strict=True):
        low, high = SURE_SIZES
        shown = heights * scan.scale
        expected = (shown >= low) & (shown <= (OVERLAP if scan.tiled else high))
        sums += np.where(expected, _best_match(faces, found), 0)
        counts += expected
    scores = np.where(counts > 0, sums / np.maximum(counts, 1), faces.scores).astype(np.float32)
    order = np.argsort(-scores, kind="stable")
    return Faces(faces.boxes[order], scores[order], faces.landmarks[order])


def _best_match(faces: Faces, found: Faces) -> Floats:
    """Return (N,): the highest score of the same face in ``found``; 0 if it is missing."""
    best = np.zeros(len(faces), np.float32)
    for start in range(0, len(found), 256):  # limits the matrix's size
        some = slice(start, start + 256)
        same = iou(faces.boxes, found.boxes[some]) >= SAME
        best = np.maximum(best, np.where(same, found.scores[some], 0).max(axis=1, initial=0))
    return best


def _detected(
    sizes: _Sizes,
    detector: Detector,
    scan: Pass,
    part: Part,
    floor: float,
    watch: Stopwatch,
) -> Faces:
    width, height = (
        _fitting(side * scan.scale, detector.stride) for side in (part.width, part.height)
    )
    if scan.tiled:
        cut = sizes.pixels[part.y : part.y + part.height, part.x : part.x + part.width]
        shown = _resized(cut, width, height)
    else:
        shown = sizes.at(width, height)
    watch.lap("preprocess")
    blob = detector.blob(shown)
    watch.lap("blob")
    outputs = detector.infer(blob)
    watch.lap("inference")
    faces = detector.decode(outputs, (width, height), floor, MAX_A_PART)
    faces = faces.moved((part.width / width, part.height / height), (part.x, part.y))
    if scan.tiled:
        faces = _whole(faces, part, sizes.pixels.shape[1], sizes.pixels.shape[0])
    watch.lap("postprocess")
    return faces


def _whole(faces: Faces, part: Part, width: int, height: int) -> Faces:
    """Remove faces cut by a tile's inner edge: another pass or tile has them whole."""
    left, top, right, bottom = faces.boxes.T
    cut = (left <= part.x) & (part.x > 0)
    cut |= (top <= part.y) & (part.y > 0)
    cut |= (right >= part.x + part.width) & (part.x + part.width < width)
    cut |= (bottom >= part.y + part.height) & (part.y + part.height < height)
    return faces.at(~cut)


def _fitting(side: float, stride: int) -> int:
    """Return the nearest multiple of the stride."""
    return max(1, round(side / stride)) * stride


def _resized(part: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    smaller = width < part.shape[1] or height < part.shape[0]
    method = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
    part = np.ascontiguousarray(part)  # OpenCV needs a contiguous array; a turned image is not
    return np.asarray(cv2.resize(part, (width, height), interpolation=method), np.uint8)
