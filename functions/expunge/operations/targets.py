"""Look for text, plates and codes, and choose which of them to hide."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from expunge import models
from expunge.imaging.codes.finding import find as find_codes
from expunge.imaging.faces.selection import SAME, as_boxes
from expunge.imaging.faces.suppression import iou
from expunge.imaging.targets.choices import READ_BY_NETWORK, Target
from expunge.imaging.targets.spots import uncovered
from expunge.imaging.text.finding import FINEST
from expunge.imaging.text.finding import find as find_lines
from expunge.imaging.text.network import loaded
from expunge.imaging.text.plates import plates
from expunge.operations.options.areas import corners

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from expunge.imaging.codecs import Reduced
    from expunge.imaging.faces.selection import Box
    from expunge.imaging.stopwatch import Stopwatch
    from expunge.imaging.targets.spots import Corners, Spot
    from expunge.operations.options.faces import FacesOptions

CONFIDENCE = 0.5
"""Least confidence in a line of text, as PaddleOCR's own pipeline has it."""
INSIDE = 0.45
"""Share of a line that a code or a plate covers, from which it is not listed as text, too."""
MAX_READ = 50_000
"""Most bytes of what codes say in one report: the record store takes 400 kB."""
MAX_LISTED = 500
"""Most spots in the list of one report; the counts have all."""


def side(options: FacesOptions) -> int:
    """Pixels of the longer side that the search needs; 0 if it looks for faces alone."""
    return FINEST[options.plan] if options.sought - {Target.FACES} else 0


def ready(options: FacesOptions) -> None:
    """Load what the search needs.

    Raises
    ------
    expunge.errors.ModelMissing
        If the text detector is needed and not installed.
    """
    if options.sought & READ_BY_NETWORK:
        loaded(models.installed(models.TEXT))


def look(seen: Reduced, options: FacesOptions, watch: Stopwatch) -> list[Spot]:
    """Find what the options ask for beside faces, in pixels of the displayed image."""
    found: list[Spot] = []
    if Target.CODES in options.sought:
        found += find_codes(seen.pixels)
        watch.lap("codes")
    if options.sought & READ_BY_NETWORK:
        found += _read(seen, options, found)
        watch.lap("text")
    spots = [_enlarged(spot, seen.factor) for spot in found]
    return [spots[number] for number in within([spot.box for spot in spots], options)]


def _read(seen: Reduced, options: FacesOptions, codes: Sequence[Spot]) -> list[Spot]:
    reader = loaded(models.installed(models.TEXT))
    lines = find_lines(seen.pixels, reader, options.plan, confidence=CONFIDENCE)
    reader.release()
    least = options.min_text_height / seen.factor
    lines = uncovered([line for line in lines if line.height >= least], codes, INSIDE)
    marked = plates(seen.pixels, lines) if Target.PLATES in options.sought else []
    if Target.TEXT not in options.sought:
        return marked
    return [*marked, *uncovered(lines, marked, INSIDE)]


def _enlarged(spot: Spot, factor: int) -> Spot:
    return replace(spot, corners=spot.corners * np.float32(factor))


def within(boxes: Sequence[Sequence[float]], options: FacesOptions) -> list[int]:
    """Indices of boxes with their centre in one of the regions of ``within``; all without it."""
    if options.within is None:
        return list(range(len(boxes)))
    areas = [polygon(area) for area in options.within]
    return [number for number, box in enumerate(boxes) if _is_inside(box, areas)]


def _is_inside(box: Sequence[float], areas: Sequence[Corners]) -> bool:
    middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    return any(cv2.pointPolygonTest(area, middle, measureDist=False) >= 0 for area in areas)


def polygon(area: tuple[float, ...]) -> Corners:
    """An area of the options as a polygon."""
    return np.array(corners(area), np.float32)


def named(spots: Sequence[Spot], wanted: Collection[int | Box]) -> tuple[set[int], set[Box]]:
    """The indices of spots that boxes name, and the boxes that name one."""
    boxes = [one for one in wanted if not isinstance(one, int)]
    same = iou(as_boxes([spot.box for spot in spots]), as_boxes(boxes)) >= SAME
    rows, columns = np.nonzero(same)
    return set(rows.tolist()), {boxes[column] for column in columns.tolist()}


def described(spots: Sequence[Spot], options: FacesOptions) -> dict[str, Any]:
    """The part of a report on what was found beside faces."""
    listed = [_spot(spot) for spot in spots[:MAX_LISTED]]
    if options.read:
        _read_out(listed, spots)
    return {
        "targets": sorted(options.sought),
        "found": listed,
        "found_count": len(spots),
    }


def _spot(spot: Spot) -> dict[str, Any]:
    box = (round(side, 2) for side in spot.box)
    facts: dict[str, Any] = {
        "kind": spot.target.value,
        "box": dict(zip(("x1", "y1", "x2", "y2"), box, strict=True)),
        "corners": [[round(x, 1), round(y, 1)] for x, y in spot.corners.tolist()],
        "confidence": round(spot.confidence, 4),
    }
    if spot.target is Target.CODES:
        facts |= {"symbology": spot.symbology, "decoded": spot.content is not None}
    return facts


def _read_out(listed: Sequence[dict[str, Any]], spots: Sequence[Spot]) -> None:
    """Add what codes say, as far as a report has space for it; the rest stays ``None``."""
    left = MAX_READ
    for facts, spot in zip(listed, spots, strict=False):
        if spot.target is Target.CODES:
            size = len((spot.content or "").encode())
            facts["content"] = spot.content if size <= left else None
            left -= size if size <= left else 0
