"""Look at an image once: bring it, or one tile of it, to a size and run the detector on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import cv2
import numpy as np

from expunge.imaging.faces import levels
from expunge.imaging.faces.faces import Faces
from expunge.imaging.stopwatch import Stopwatch

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from expunge.imaging.faces.faces import Floats
    from expunge.imaging.faces.plans import Part, Pass

MAX_A_PART = 1_000
"""Most candidates from one run of the network, those with the highest scores."""


class Detector(Protocol):
    """A network that finds faces in an image of any size."""

    judges: bool
    """Whether `person` can tell people from animals and things."""
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

    def person(self, outputs: list[Floats]) -> float:
        """Return the change of the log-odds that the input, a find alone, is a person's face."""
        ...


class Sizes:
    """An image at several sizes, each made from the next larger one, with stretched levels."""

    def __init__(self, pixels: NDArray[np.uint8]) -> None:
        self.pixels = pixels
        self.height, self.width = pixels.shape[:2]
        self._levels = levels.table(pixels)
        self._made: list[NDArray[np.uint8]] = []

    def at(self, width: int, height: int) -> NDArray[np.uint8]:
        """Return the whole image at a size."""
        larger = [made for made in self._made if made.shape[0] >= height and made.shape[1] >= width]
        made = (
            _resized(min(larger, key=lambda made: made.size), width, height)
            if larger
            else levels.applied(self._levels, _resized(self.pixels, width, height))
        )
        self._made.append(made)
        return made

    def tile(self, part: Part, width: int, height: int) -> NDArray[np.uint8]:
        """Return a part of the image at a size."""
        cut = self.pixels[part.y : part.y + part.height, part.x : part.x + part.width]
        return levels.applied(self._levels, _resized(cut, width, height))


@dataclass(slots=True)
class Looks:
    """Runs a detector on an image, and counts how long each stage takes."""

    sizes: Sizes
    detector: Detector
    floor: float
    """Lowest score of a candidate."""
    watch: Stopwatch

    def at(self, scan: Pass) -> Faces:
        """Return the candidates of one pass, in pixels of the image; overlaps stay."""
        return Faces.joined([self._part(scan, part) for part in scan.parts])

    def whole(self, scale: float) -> NDArray[np.uint8]:
        """Return the whole image at a scale, with sides that the detector accepts."""
        sizes = self.sizes
        return sizes.at(*(self.fitting(side * scale) for side in (sizes.width, sizes.height)))

    def fitting(self, side: float) -> int:
        """Return the nearest multiple of the detector's stride."""
        return max(1, round(side / self.detector.stride)) * self.detector.stride

    def alone(self, part: Part, scale: float) -> NDArray[np.uint8]:
        """Return a part of the image at a scale, with sides that the detector accepts."""
        return self.sizes.tile(part, *(self.fitting(s * scale) for s in (part.width, part.height)))

    def run(self, shown: NDArray[np.uint8], threshold: float) -> Faces:
        """Return the candidates in pixels of ``shown``."""
        blob = self.detector.blob(np.ascontiguousarray(shown))
        self.watch.lap("blob")
        outputs = self.detector.infer(blob)
        self.watch.lap("inference")
        size = (shown.shape[1], shown.shape[0])
        faces = self.detector.decode(outputs, size, threshold, MAX_A_PART)
        self.watch.lap("postprocess")
        return faces

    def person(self, part: Part, scale: float) -> float:
        """Look at a part alone; see `Detector.person`."""
        shown = self.alone(part, scale)
        self.watch.lap("preprocess")
        change = self.detector.person(self.detector.infer(self.detector.blob(shown)))
        self.watch.lap("inference")
        return change

    def release(self) -> None:
        """Free the network's working memory."""
        least = np.zeros((self.detector.stride, self.detector.stride, 3), np.uint8)
        self.detector.infer(self.detector.blob(least), release=True)
        self.watch.lap("inference")

    def _part(self, scan: Pass, part: Part) -> Faces:
        width, height = (self.fitting(side * scan.scale) for side in (part.width, part.height))
        shown = self.alone(part, scan.scale) if scan.tiled else self.sizes.at(width, height)
        self.watch.lap("preprocess")
        faces = self.run(shown, self.floor)
        faces = faces.moved((part.width / width, part.height / height), (part.x, part.y))
        return _whole(faces, part, self.sizes) if scan.tiled else faces


def _whole(faces: Faces, part: Part, sizes: Sizes) -> Faces:
    """Remove faces cut by a tile's inner edge: another pass or tile has them whole."""
    left, top, right, bottom = faces.boxes.T
    cut = (left <= part.x) & (part.x > 0)
    cut |= (top <= part.y) & (part.y > 0)
    cut |= (right >= part.x + part.width) & (part.x + part.width < sizes.width)
    cut |= (bottom >= part.y + part.height) & (part.y + part.height < sizes.height)
    return faces.at(~cut)


def _resized(part: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    smaller = width < part.shape[1] or height < part.shape[0]
    method = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
    part = np.ascontiguousarray(part)  # OpenCV needs a contiguous array; a turned image is not
    return np.asarray(cv2.resize(part, (width, height), interpolation=method), np.uint8)
