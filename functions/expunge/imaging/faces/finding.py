"""Run a detector over the passes of a plan, and merge the results into one list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from expunge.imaging.faces import doubt, leaning
from expunge.imaging.faces.confidence import SAME, combined
from expunge.imaging.faces.faces import Faces
from expunge.imaging.faces.looking import Detector, Looks, Sizes
from expunge.imaging.faces.plans import (
    GLANCE_ALONE,
    MAX_ENLARGED,
    NATIVE,
    OVERVIEW,
    SMALL,
    Part,
    Pass,
    Plan,
    closer,
    passes,
)
from expunge.imaging.faces.suppression import suppressed
from expunge.imaging.stopwatch import Stopwatch

if TYPE_CHECKING:
    from numpy.typing import NDArray


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
ASKING = 0.2
"""Score from which a small candidate asks for a closer look."""
CLEAR = 0.3
"""Least score of every candidate in a glance that settles the search, and of one in a small turned
copy that asks for larger ones."""
TALL = 32.0
"""Least height of each, in pixels of the network's input. Of 166 small tuning photographs a glance
settles 40, and no face is lost in them."""


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
        planned = tuple(Pass(scan.scale / factor, scan.parts, scan.tiled) for scan in self.passes)
        return Found(faces, self.candidates, planned)


def find(
    pixels: NDArray[np.uint8],
    detector: Detector,
    plan: Plan,
    *,
    confidence: float,
    nms_threshold: float,
    watch: Stopwatch,
    doubting: bool = True,
) -> Found:
    """Find the faces of an image.

    A face's confidence is taken over the passes that are expected to find a face of its size. If a
    rotated copy of the image shows more confident faces, that orientation is searched too.

    Parameters
    ----------
    pixels
        (H, W, 3) RGB.
    confidence, nms_threshold
        0 to 1.
    doubting
        Whether unsure finds are looked at again (`doubt`). Where faces are followed from frame to
        frame, the unsure ones are what a track hangs by.
    """
    search = _Search(detector, plan, confidence, nms_threshold, watch, doubting)
    sizes = Sizes(pixels)
    found = search.leaning(sizes, search.upright(sizes))
    if plan is Plan.FAST or (plan is Plan.BALANCED and _is_upright(found.faces)):
        return found
    turns = search.better_turned(sizes)
    if not turns:
        return found
    more = search.upright(Sizes(np.rot90(pixels, turns)))
    back = more.faces.turned_back(turns, sizes.width, sizes.height)
    faces = suppressed(Faces.joined([found.faces, back]), nms_threshold)
    return Found(faces, found.candidates + more.candidates, found.passes + more.passes)


@dataclass(frozen=True, slots=True)
class _Search:
    detector: Detector
    plan: Plan
    confidence: float
    nms_threshold: float
    watch: Stopwatch
    doubting: bool

    def upright(self, sizes: Sizes) -> Found:
        """Find the faces of an image in the orientation that it has."""
        looks = Looks(sizes, self.detector, min(FLOOR, self.confidence), self.watch)
        planned, seen = self._looked(looks)
        nearer = self._closer(sizes, planned[-1], seen[-1])
        if nearer is not None:
            planned.append(nearer)
            seen.append(looks.at(nearer))
        candidates = Faces.joined(seen).clipped(sizes.width, sizes.height)
        faces = combined(suppressed(candidates, self.nms_threshold), planned, seen)
        faces = faces.at(faces.scores >= self.confidence)
        self.watch.lap("nms")
        if self.doubting:
            faces = doubt.judged(faces, looks)
            faces = faces.at(faces.scores >= self.confidence)
        if sizes.height * sizes.width >= LARGE:
            looks.release()
        return Found(faces, len(candidates), tuple(planned))

    def _looked(self, looks: Looks) -> tuple[list[Pass], list[Faces]]:
        """Look at the image in the plan's passes, or in the first alone if that settles it."""
        planned = passes(self.plan, looks.sizes.width, looks.sizes.height)
        early: list[Faces] = []
        if self.plan is Plan.BALANCED and planned[0].scale >= NATIVE:
            early = [looks.at(planned[0])]
            if _settles(early[0], planned[0].scale):
                return planned[:1], early
        # Smaller sizes are made from larger ones.
        rest = [looks.at(scan) for scan in reversed(planned[len(early) :])]
        return planned, early + rest[::-1]

    def leaning(self, sizes: Sizes, found: Found) -> Found:
        """Add the faces that a copy turned by 45° shows, if faces lean to one side."""
        side = 0 if self.plan is Plan.FAST else leaning.side_of(found.faces)
        if not side:
            return found
        looks = Looks(sizes, self.detector, self.confidence, self.watch)
        scale = min(leaning.scale(sizes.width, sizes.height), MAX_ENLARGED)
        shown = looks.whole(scale)
        height, width = shown.shape[:2]
        turned = leaning.turned(shown, side, self.detector.stride)
        self.watch.lap("preprocess")
        more = looks.run(turned, self.confidence)
        back = leaning.turned_back(more, side, len(turned), (width, height))
        back = back.moved((sizes.width / width, sizes.height / height))
        back = back.clipped(sizes.width, sizes.height)
        faces = suppressed(Faces.joined([found.faces, back]), self.nms_threshold)
        self.watch.lap("nms")
        whole = (Part(0, 0, sizes.width, sizes.height),)
        return Found(faces, found.candidates + len(more), (*found.passes, Pass(scale, whole)))

    def better_turned(self, sizes: Sizes) -> int:
        """Return the anticlockwise quarter turns with the highest sum of scores; 0 for none.

        `Plan.BALANCED` asks smaller copies first: of 146 tuning photographs with faces, two show
        none above `CLEAR` there.
        """
        looks = Looks(sizes, self.detector, SURE, self.watch)
        longer = max(sizes.height, sizes.width)
        if self.plan is Plan.BALANCED:
            small = looks.whole(min(GLANCE_ALONE / longer, MAX_ENLARGED))
            if not any(len(looks.run(np.rot90(small, turns), CLEAR)) for turns in (1, 2, 3)):
                return 0
        shown = looks.whole(min(OVERVIEW / longer, MAX_ENLARGED))
        evidence = {}
        for turns in range(4):
            faces = looks.run(np.rot90(shown, turns), SURE)
            evidence[turns] = float(suppressed(faces, SAME).scores.sum())
        return max(evidence, key=lambda turns: evidence[turns])

    def _closer(self, sizes: Sizes, finest: Pass, seen: Faces) -> Pass | None:
        """The closer look that the finest pass's small candidates ask for."""
        small = (seen.scores >= ASKING) & (seen.sizes[:, 1] * finest.scale < SMALL)
        return closer(
            self.plan, sizes.width, sizes.height, finest.scale, seen.boxes[small].tolist()
        )


def _settles(seen: Faces, scale: float) -> bool:
    """Whether a glance shows a sure face, and none that is small or unsure."""
    if not (seen.scores >= UPRIGHT).any():
        return False
    tall = seen.sizes[:, 1] * scale >= TALL
    return bool((tall & (seen.scores >= CLEAR)).all())


def _is_upright(faces: Faces) -> bool:
    """Whether a face of high confidence has its eyes above its mouth."""
    eyes, mouth = faces.landmarks[:, :2].mean(axis=1), faces.landmarks[:, 3:].mean(axis=1)
    across, down = (mouth - eyes).T
    return bool(((faces.scores >= UPRIGHT) & (down > np.abs(across))).any())
