"""Tell whether a label is only a part of a longer one, whose rest a removal would leave.

«AI生成» is also the end of «千问AI生成» and of other tools' labels. Strokes beside, above or below
a found label that are as high, as thick and as bright as its own belong to the same writing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from expunge.imaging.marks.box import Box
from expunge.imaging.marks.plane import of_luma

if TYPE_CHECKING:
    from expunge.imaging.marks.arrays import Flags, Floats, Seen
    from expunge.imaging.marks.box import Window
    from expunge.imaging.marks.fitting import Fit

CONTINUES = "the same writing continues beside it, so this is a part of an unknown label"
HEIGHT = 24.0
"""Height in pixels to which a larger label is reduced here."""
ASIDE, ALONG = 2.4, 1.9
"""Searched distance beside the label, and above and below it, in its heights."""
STROKE = 0.36
"""Width in heights of the label that no stroke reaches."""
CONTRAST = 10.0
"""Grey levels by which the label's own strokes must exceed their surroundings."""
ALIKE = 0.6
"""Least contrast of a stroke, relative to the label's strokes."""
SHADE = 0.3
"""Largest difference in brightness, in contrasts of the label."""
JOINED = 0.14
"""Distance in heights at which strokes belong to one letter."""
SIMILAR = (0.55, 1.3)
"""Range of heights of a letter, relative to the label's."""
SMALLER = (0.2, 1.3)
"""The same on a line above or below words that are a guess."""
STEPS = (0.7, 1.5)
"""Range of a stroke's step in the log plane, relative to the label's."""
FILLED = (0.12, 0.75)
"""Range of the share of its box that a letter's strokes fill."""
LEVEL = 0.25
"""Largest vertical offset of a letter on the label's line, in heights."""
GAP = 1.0
"""Largest gap to the next letter, or to the next line, in heights."""
SHORTEST = 1.2
"""Least width of letters above or below the label that are a line of it, in heights."""
CROWDED = 0.07
"""Share of the pixels beside an unknown typeface that may look like its ink."""


def continues(pixels: Seen, fit: Fit, *, known: bool) -> bool:
    """Whether more letters of the same ink stand on the label's line, or above or below it.

    Parameters
    ----------
    pixels
        The image, ``(h, w, 3)``, uint8.
    fit
        The label's place and opacity in the image.
    known
        Whether the label is one of a tool's own. Of others, the words are only a guess, so they
        also stop where the image beside them looks like more ink.
    """
    box, shrink = fit.box, min(1.0, HEIGHT / fit.box.height)
    window = _around(box, pixels.shape[1], pixels.shape[0])
    luma = cv2.cvtColor(np.ascontiguousarray(pixels[window.slices]), cv2.COLOR_RGB2GRAY)
    ink = fit.layers(window).ink
    if shrink < 1:
        size = max(1, round(window.width * shrink)), max(1, round(window.height * shrink))
        luma, ink = (cv2.resize(p, size, interpolation=cv2.INTER_AREA) for p in (luma, ink))
    own = Box(
        (box.x - window.left) * shrink,
        (box.y - window.top) * shrink,
        box.width * shrink,
        box.height * shrink,
    )
    alike = _alike(luma, ink, own, known=known)
    letters = _letters(alike, own, SIMILAR)
    below = letters if known else _letters(alike, own, SMALLER)
    if _on_line(letters, own) or _on_another(below, own):
        return True
    return not known and _crowded(alike, own)


def _around(box: Box, width: int, height: int) -> Window:
    """Return the pixels in which the rest of a label can be."""
    across, along = ASIDE * box.height, ALONG * box.height
    wide = Box(box.x - across, box.y - along, box.width + 2 * across, box.height + 2 * along)
    return wide.window().within(width, height)


def _alike(luma: Floats, ink: Floats, own: Box, *, known: bool) -> Flags:
    """Return the pixels outside the label that look like its strokes.

    Beside a translucent label whose words are a guess, the image may be of another brightness;
    so a stroke that has the label's own step in the log plane is alike, too.
    """
    side = 2 * round(STROKE * own.height / 2) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (side, side))
    height = cv2.morphologyEx(luma, cv2.MORPH_TOPHAT, kernel)
    strokes = ink > 0.8 * ink.max()
    contrast, shade = float(np.median(height[strokes])), float(np.median(luma[strokes]))
    if contrast < CONTRAST:
        return np.zeros(luma.shape, bool)
    close = np.abs(luma.astype(np.float32) - shade) < SHADE * contrast + CONTRAST
    alike: Flags = (height > ALIKE * contrast) & close
    if not known:
        step = cv2.morphologyEx(of_luma(luma), cv2.MORPH_TOPHAT, kernel)
        least, most = (float(np.median(step[strokes])) * by for by in STEPS)
        alike |= (height > CONTRAST) & (step > least) & (step < most)
    alike[own.window(1).within(luma.shape[1], luma.shape[0]).slices] = False
    return alike


def _letters(alike: Flags, own: Box, similar: tuple[float, float]) -> Floats:
    """Return the boxes of letters like the label's: left, top, width and height."""
    near = 2 * round(JOINED * own.height / 2) + 1
    joined = cv2.morphologyEx(
        alike.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((near, near), np.uint8)
    )
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    filled = np.bincount(labels.ravel(), alike.ravel(), count)[1:]
    boxes: Floats = stats[1:, :4].astype(float)
    share, tall = filled / (boxes[:, 2] * boxes[:, 3]), boxes[:, 3] / own.height
    fits = (share > FILLED[0]) & (share < FILLED[1]) & (tall > similar[0]) & (tall < similar[1])
    letters: Floats = boxes[fits]
    return letters


def _crowded(alike: Flags, own: Box) -> bool:
    """Whether the pixels of the label's line, beside it, look like more of its ink."""
    gap = GAP * own.height
    line = Box(own.x - gap, own.y, own.width + 2 * gap, own.height)
    beside = alike[line.window().within(alike.shape[1], alike.shape[0]).slices]
    area = max(1.0, beside.size - own.width * own.height)
    return float(beside.sum()) / area > CROWDED


def _on_line(letters: Floats, own: Box) -> bool:
    centre = letters[:, 1] + letters[:, 3] / 2
    level = np.abs(centre - own.centre[1]) < LEVEL * own.height
    gap = np.maximum(own.x - letters[:, 0] - letters[:, 2], letters[:, 0] - own.x - own.width)
    return bool((level & (gap < GAP * own.height)).any())


def _on_another(letters: Floats, own: Box) -> bool:
    gap = np.maximum(own.y - letters[:, 1] - letters[:, 3], letters[:, 1] - own.y - own.height)
    over = (letters[:, 0] < own.x + own.width) & (letters[:, 0] + letters[:, 2] > own.x)
    near = letters[over & (gap > -LEVEL * own.height) & (gap < GAP * own.height)]
    middle = near[:, 1] + near[:, 3] / 2
    aligned = np.abs(middle[:, None] - middle) < LEVEL * own.height
    return bool(len(near)) and float((aligned @ near[:, 2]).max()) > SHORTEST * own.height
