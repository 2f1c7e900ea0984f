"""Draw detected faces and mask regions on an image, for people to check."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from expunge.imaging.codecs import decode

if TYPE_CHECKING:
    from expunge.imaging.source import Source

BOX = (0, 200, 83)
"""RGB of a face's box and landmarks."""
REGION = (255, 171, 0)
"""RGB of a mask's region."""
MAX = 2_000
"""Longest side of the preview in pixels; a larger image is reduced."""


def drawn(source: Source, report: dict[str, Any]) -> bytes:
    """Return the image as a PNG, with the report's faces and regions drawn on it."""
    pixels = decode(source).rgb8()
    scale = min(1.0, MAX / max(pixels.shape[:2]))
    canvas = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    canvas = np.ascontiguousarray(canvas)
    line = max(1, round(max(canvas.shape[:2]) / 600))
    for region in report.get("regions", ()):
        corner = (region["x"] + region["width"], region["y"] + region["height"])
        _rectangle(canvas, (region["x"], region["y"]), corner, scale, REGION, line)
    for face in report["faces"]:
        box = face["box"]
        _rectangle(canvas, (box["x1"], box["y1"]), (box["x2"], box["y2"]), scale, BOX, line)
        for point in face["landmarks"].values():
            cv2.circle(canvas, _at((point["x"], point["y"]), scale), line, BOX, -1)
        label = f"{face['index']}: {face['confidence']:.2f}"
        at = _at((box["x1"], box["y1"]), scale)
        cv2.putText(canvas, label, at, cv2.FONT_HERSHEY_SIMPLEX, 0.4 * line, BOX, line)
    return cv2.imencode(".png", cv2.cvtColor(canvas, cv2.COLOR_RGB2BGR))[1].tobytes()


def _rectangle(
    canvas: np.ndarray[Any, Any],
    start: tuple[float, float],
    end: tuple[float, float],
    scale: float,
    colour: tuple[int, int, int],
    line: int,
) -> None:
    cv2.rectangle(canvas, _at(start, scale), _at(end, scale), colour, line)


def _at(point: tuple[float, float], scale: float) -> tuple[int, int]:
    return round(point[0] * scale), round(point[1] * scale)
