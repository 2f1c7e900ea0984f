"""Moments of a moving picture before and after, one row each, for people to compare."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import cv2
import numpy as np

from expunge.imaging import moving

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from expunge.imaging.source import Source

MOMENTS = 6
"""At most, evenly spread over the length."""
WIDE = 480
"""Most pixels of the longer side of a frame."""
GAP = 8
CAPTION = 22


def drawn(before: Source, after: Source) -> NDArray[np.uint8]:
    """Return a picture (height, width, 3), RGB, of a film and what was made of it.

    Raises
    ------
    expunge.errors.ExpungeError
        As `expunge.imaging.moving.frames`.
    """
    times = _times(moving.facts(before).seconds)
    rows = [
        _row(time, old, new)
        for time, old, new in zip(times, _at(before, times), _at(after, times), strict=False)
    ]
    return np.vstack(rows)


def _times(seconds: float) -> list[float]:
    """The middles of `MOMENTS` spans of equal length."""
    return [seconds * (2 * number + 1) / (2 * MOMENTS) for number in range(MOMENTS)]


def _at(source: Source, times: Sequence[float]) -> Iterator[NDArray[np.uint8]]:
    """The frame that is shown at each time; the last one at times after it."""
    with closing(moving.frames(source)) as frames:
        shown, following = next(frames), next(frames, None)
        for time in times:
            while following is not None and following.time <= time:
                shown, following = following, next(frames, None)
            yield _small(shown.pixels)


def _small(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = pixels.shape[:2]
    scale = min(1.0, WIDE / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return cv2.resize(pixels[..., :3], size, interpolation=cv2.INTER_AREA).astype(np.uint8)


def _row(time: float, old: NDArray[np.uint8], new: NDArray[np.uint8]) -> NDArray[np.uint8]:
    gap = np.full((old.shape[0], GAP, 3), 255, np.uint8)
    pictures = np.hstack([old, gap, new])
    caption = np.full((CAPTION, pictures.shape[1], 3), 255, np.uint8)
    words, font = f"{time:.2f} s", cv2.FONT_HERSHEY_SIMPLEX
    cv2.putText(caption, words, (4, CAPTION - 6), font, 0.5, (0, 0, 0), 1, cv2.LINE_AA)
    return np.vstack([caption, pictures])
