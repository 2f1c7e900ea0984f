"""Which lines of text look like number plates: one line, on a plain field with a rim.

Nothing is read, and nothing knows vehicles. A house number, a street sign or a name tag of the
same shape counts too, so these are called *plate-like text*.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from expunge.imaging.targets.choices import Target
from expunge.imaging.targets.spots import grown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from expunge.imaging.targets.spots import Corners, Spot

ASPECT = (1.5, 9.0)
"""Width over height of the text of a plate: three characters to a long European one."""
HIGHEST = 0.25
"""Most height of a plate's text, as a fraction of the image's shorter side."""
UNIT = 24
"""Pixels to which the text's height is brought."""
REACH = 1.0
"""Distance from the text in which the rim is sought, in heights of the text."""
STEP = 5
"""Rows over which a step of brightness is taken, so that a rim may lean a little."""
AGREEING = 75
"""Percent of the columns that have at least this step: tops of letters are no line."""
RIM = (0.1, 0.3)
"""Least step of brightness at the rim, in standard deviations of the text: on the weakest of the
four sides, and on the next one. Tuned on 37 photographs of American cars."""
SURE = 0.8
"""Step on the second weakest side from which a line counts as a plate for sure."""
INK = 6.0
"""Least standard deviation of the text's brightness, of 255."""
ADDED = 0.25
"""Margin around a plate's text, in heights of the text."""


def plates(pixels: NDArray[np.uint8], lines: Iterable[Spot]) -> list[Spot]:
    """Return the lines that look like number plates, grown to the field around them.

    Parameters
    ----------
    pixels
        (H, W, 3) RGB.
    """
    found = []
    for line in lines:
        sure = likeness(pixels, line.corners)
        if sure:
            corners = grown(line.corners, ADDED * line.height)
            confidence = sure * line.confidence
            found.append(
                replace(line, target=Target.PLATES, corners=corners, confidence=confidence)
            )
    return found


def likeness(pixels: NDArray[np.uint8], corners: Corners) -> float:
    """Return how much a line of text looks like a plate, from 0 to 1."""
    (x, y), (wide, tall), angle = cv2.minAreaRect(corners)
    if wide < tall:
        wide, tall, angle = tall, wide, angle + 90
    angle = (angle + 90) % 180 - 90
    fits = tall > 0 and ASPECT[0] <= wide / tall <= ASPECT[1]
    if not fits or abs(angle) > 45 or tall > HIGHEST * min(pixels.shape[:2]):
        return 0.0
    patch = _level(pixels, (x, y), (wide, tall), angle)
    return _rimmed(patch)


def _level(
    pixels: NDArray[np.uint8],
    centre: tuple[float, float],
    size: tuple[float, float],
    angle: float,
) -> NDArray[np.float32]:
    """Return the brightness of a line and its surroundings, level, with text `UNIT` high."""
    reach = 2 * REACH * size[1]
    around = cv2.boxPoints((centre, (size[0] + reach, size[1] + reach), angle))
    wide, tall = round((size[0] / size[1] + 2 * REACH) * UNIT), round((1 + 2 * REACH) * UNIT)
    target = np.array(((0, 0), (wide, 0), (wide, tall), (0, tall)), np.float32)
    matrix = cv2.getPerspectiveTransform(around[[1, 2, 3, 0]], target)
    patch = cv2.warpPerspective(pixels, matrix, (wide, tall), borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.cvtColor(patch, cv2.COLOR_RGB2GRAY), np.float32)


def _rimmed(patch: NDArray[np.float32]) -> float:
    margin = round(REACH * UNIT)
    text = patch[margin:-margin, margin:-margin]
    ink = float(text.std())
    if ink < INK:
        return 0.0
    sides = (patch[:, margin:-margin], patch[::-1, margin:-margin])
    rims = sorted(_rim(side, margin) / ink for side in (*sides, *_upright(patch, margin)))
    return min(1.0, rims[1] / SURE) if rims[0] >= RIM[0] and rims[1] >= RIM[1] else 0.0


def _upright(
    patch: NDArray[np.float32], margin: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The left and the right side, as if they were above the text."""
    turned = patch[margin:-margin].T
    return turned, turned[::-1]


def _rim(side: NDArray[np.float32], margin: int) -> float:
    """The largest step of brightness above the text that most columns share."""
    rows = side[: margin + UNIT // 8 + STEP // 2 + 1]
    steps = rows[STEP:] - rows[:-STEP]
    brighter = np.percentile(steps, 100 - AGREEING, axis=1).max()
    darker = np.percentile(-steps, 100 - AGREEING, axis=1).max()
    return float(max(brighter, darker))
