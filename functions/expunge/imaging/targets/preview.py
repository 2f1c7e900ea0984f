"""Draw what was found and what was hidden on an image, by kind, for people to check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from expunge.imaging.codecs import decode

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from expunge.imaging.source import Source

COLOURS = {
    "faces": (0, 200, 83),
    "text": (41, 121, 255),
    "plates": (213, 0, 249),
    "codes": (255, 82, 82),
    "regions": (255, 171, 0),
}
"""RGB of the outlines, by kind. The studio has the same colours."""
MAX = 2_000
"""Longest side of the preview in pixels; a larger image is reduced."""
UNIT = 600
"""Pixels of the longer side for each pixel of a line's width."""
LEGEND = 26
"""Pixels of the legend's height, for each pixel of a line's width."""


def drawn(source: Source, report: Mapping[str, Any]) -> bytes:
    """Return the image as a PNG: outlines with confidence, masks by thin lines, and a legend."""
    pixels = decode(source).rgb8()
    scale = min(1.0, MAX / max(pixels.shape[:2]))
    canvas = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    sheet = _Sheet(np.ascontiguousarray(canvas), scale)
    for region in report.get("regions", ()):
        sheet.mask(region)
    for face in report["faces"]:
        sheet.face(face)
    for spot in report["found"]:
        sheet.spot(spot)
    whole = np.vstack((sheet.canvas, _legend(sheet, _counts(report))))
    return cv2.imencode(".png", cv2.cvtColor(whole, cv2.COLOR_RGB2BGR))[1].tobytes()


def _counts(report: Mapping[str, Any]) -> dict[str, int]:
    """The number of things by kind; kinds that were looked for in vain, too."""
    counts = dict.fromkeys(report["targets"], 0)
    if "faces" in counts:
        counts["faces"] = report["count"]
    for spot in report["found"]:
        counts[spot["kind"]] += 1
    given = report.get("hidden", {}).get("regions")
    return counts | ({"regions": given} if given else {})


@dataclass(frozen=True, slots=True)
class _Sheet:
    canvas: NDArray[np.uint8]
    scale: float

    @property
    def line(self) -> int:
        """Width of an outline in pixels."""
        return int(max(1, round(max(self.canvas.shape[:2]) / UNIT)))

    def mask(self, region: Mapping[str, Any]) -> None:
        start = (region["x"], region["y"])
        end = (region["x"] + region["width"], region["y"] + region["height"])
        thin = max(1, self.line // 2)
        cv2.rectangle(self.canvas, self._at(start), self._at(end), COLOURS[region["kind"]], thin)

    def face(self, face: Mapping[str, Any]) -> None:
        box, colour = face["box"], COLOURS["faces"]
        start = self._at((box["x1"], box["y1"]))
        cv2.rectangle(self.canvas, start, self._at((box["x2"], box["y2"])), colour, self.line)
        for point in face["landmarks"].values():
            cv2.circle(self.canvas, self._at((point["x"], point["y"])), self.line, colour, -1)
        self._label(f"{face['index']}: {face['confidence']:.2f}", start, colour)

    def spot(self, spot: Mapping[str, Any]) -> None:
        colour = COLOURS[spot["kind"]]
        corners = np.array([self._at(corner) for corner in spot["corners"]], np.int32)
        cv2.polylines(self.canvas, [corners], True, colour, self.line)
        at = self._at((spot["box"]["x1"], spot["box"]["y1"]))
        self._label(f"{spot['confidence']:.2f}", at, colour)

    def _label(self, text: str, at: tuple[int, int], colour: tuple[int, int, int]) -> None:
        cv2.putText(
            self.canvas, text, at, cv2.FONT_HERSHEY_SIMPLEX, 0.4 * self.line, colour, self.line
        )

    def _at(self, point: Iterable[float]) -> tuple[int, int]:
        x, y = point
        return round(x * self.scale), round(y * self.scale)


def _legend(sheet: _Sheet, counts: Mapping[str, int]) -> NDArray[np.uint8]:
    """One line for each kind, in its colour, with the number of things."""
    line, width = sheet.line, sheet.canvas.shape[1]
    row = LEGEND * line
    strip = np.full((row * len(counts), width, 3), 255, np.uint8)
    for number, (kind, count) in enumerate(counts.items()):
        middle = number * row + row // 2
        corner, end = (row // 4, middle - row // 4), (3 * row // 4, middle + row // 4)
        cv2.rectangle(strip, corner, end, COLOURS[kind], -1)
        at = (row, middle + row // 5)
        text = f"{kind}: {count}"
        cv2.putText(strip, text, at, cv2.FONT_HERSHEY_SIMPLEX, 0.55 * line, (0, 0, 0), line)
    return strip
