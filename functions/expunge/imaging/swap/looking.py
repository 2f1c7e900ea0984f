"""Look at a face once: where its skin is, what covers it, and what makes a swap hard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from expunge.imaging.faces.faces import Floats
from expunge.imaging.swap import mouth_cover
from expunge.imaging.swap.anatomy import CHIN_TIP
from expunge.imaging.swap.skin import CELLS, UNLIKE, Cover, Parts, Tone, cover, lab, skin_tone

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray


BRIDGE = (168, 6, 197, 195)
"""Points down the bridge of the nose, which the rims of glasses cross."""
UNDER_EYES = (
    (145, 23, 230, 119), (374, 253, 450, 348), (144, 24, 229, 118), (373, 254, 449, 347),
)  # fmt: skip
"""Points from the lower lids to the cheeks, which the lower rims cross."""
CHEEKS = (50, 280, 117, 346, 101, 330)
ON_BRIDGE, ON_CHEEKS, BRIDGED = 0.1, 0.5, 0.25
"""Least bends of brightness, by the cheeks' own, that say glasses: on the bridge, with the sum of
the two largest below the eyes; and on the bridge alone, as thin rims bend little below the eyes."""
BEARDED = 0.03
"""Least part of the skin below the nose that is unlike the rest, on both sides: a coloured light
is on one."""


@dataclass(frozen=True, slots=True)
class Look:
    """What is seen of one face."""

    covered: Cover
    skin: Floats
    """(rows, columns) of the covered field: 1 where skin is."""
    mouth_cover: float
    """`mouth_cover.evidence`, or its mean over a few frames."""
    glasses: bool
    beard: bool

    @classmethod
    def at(
        cls,
        pixels: NDArray[np.uint8],
        points: Floats,
        *,
        bright: bool = False,
        steadied: Callable[[float], float] = float,
    ) -> Look:
        """Look at (H, W, 3) RGB with the (478, 3) mesh in it.

        Parameters
        ----------
        bright
            Also count what is brighter than skin as a cover.
        steadied
            Makes the evidence of a cover over the mouth steady over the frames of a film.
        """
        height, width = pixels.shape[:2]
        scale = min(1.0, CELLS / max(height, width))
        size = max(1, round(width * scale)), max(1, round(height * scale))
        small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA) if scale < 1 else pixels
        factors = np.array((size[0] / width, size[1] / height, scale), np.float32)
        cells = points * factors
        colours, parts = lab(np.asarray(small, np.uint8)), Parts.of(cells, (size[1], size[0]))
        evidence = steadied(mouth_cover.evidence(colours, parts, cells))
        hidden, own = None, skin_tone(colours, parts)
        if evidence > mouth_cover.HIDDEN:
            hidden = mouth_cover.hidden_part(colours, parts, cells)
            own = Tone.of(colours, mouth_cover.around_eyes(parts, cells))
        away = None if own is None else own.deviations(colours, bright=bright)
        return cls(
            cover(away, parts, hidden),
            (parts.skin if hidden is None else parts.skin & ~hidden).astype(np.float32),
            evidence,
            _glasses(colours[..., 0], cells),
            _beard(colours, parts, cells),
        )


def _glasses(brightness: Floats, cells: Floats) -> bool:
    cheeks = max(float(np.median(_sampled(brightness, cells[list(CHEEKS), :2]))), 10.0)
    bridge, *under = (
        _bend(brightness, cells[list(line), :2]) / cheeks for line in (BRIDGE, *UNDER_EYES)
    )
    return bridge > BRIDGED or (bridge > ON_BRIDGE and sum(sorted(under)[-2:]) > ON_CHEEKS)


def _bend(brightness: Floats, line: Floats, count: int = 24) -> float:
    """The largest second difference of brightness along a line."""
    steps = np.linalg.norm(np.diff(line, axis=0), axis=1)
    along = np.concatenate(([0], np.cumsum(steps)))
    at = np.linspace(0, along[-1], count)
    points = np.stack([np.interp(at, along, line[:, axis]) for axis in (0, 1)], axis=1)
    seen = _sampled(brightness, points.astype(np.float32))
    return float(np.abs(seen[4:] - 2 * seen[2:-2] + seen[:-4]).max())


def _sampled(field: Floats, points: Floats) -> Floats:
    x, y = (points - np.float32(0.5)).T
    made = cv2.remap(field, x[None], y[None], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(made[0], np.float32)


def _beard(colours: Floats, parts: Parts, cells: Floats) -> bool:
    """Whether the skin around the mouth and below is of another colour than the cheeks."""
    base = parts.height_of(cells[mouth_cover.NOSE_BASE, :2])
    tone = skin_tone(colours, parts, above=base)
    if tone is None:
        return False
    unlike = tone.deviations(colours, bright=False) > UNLIKE
    below = parts.skin & (parts.height < base)
    halves = (below & half for half in _halves(cells, below.shape))
    return all(half.any() and float(unlike[half].mean()) > BEARDED for half in halves)


def _halves(cells: Floats, shape: tuple[int, int]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """(rows, columns) each: the sides of the line from the nose to the chin."""
    (x, y), (end_x, end_y) = cells[mouth_cover.NOSE_BASE, :2], cells[CHIN_TIP, :2]
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    side = (columns - x) * (end_y - y) - (rows - y) * (end_x - x)
    return side > 0, side <= 0
