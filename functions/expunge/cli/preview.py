"""Pictures to look at: what a removal did, and where faces were seen."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from expunge.cli.files import FileTask
    from expunge.operations.outcome import Outcome

    Pixels = NDArray[np.uint8]

AROUND = 1.0
"""Of a region's size, shown on every side of it."""
GAIN = 4
"""By which differences are made visible."""
GAP = 8
MIN_SIDE = 256


@dataclass(frozen=True, slots=True)
class Boxes:
    """Draws the faces that were found into a PNG, or into a folder for several."""

    path: Path

    def __call__(self, task: FileTask, before: bytes, outcome: Outcome) -> None:
        from expunge.imaging.faces.preview import drawn
        from expunge.imaging.source import Source

        path = self.path
        if path.suffix.lower() != ".png":
            path.mkdir(parents=True, exist_ok=True)
            path = path / f"{task.source.stem}.png"
        path.write_bytes(drawn(Source.of(before), outcome.report))


def sheet_beside(task: FileTask, before: bytes, outcome: Outcome) -> None:
    """Write ``NAME-preview.png`` beside the result, where anything changed."""
    if not outcome.report["changed"]:
        return
    from PIL import Image

    from expunge.imaging.codecs import decode
    from expunge.imaging.source import Source

    after = outcome.image or before
    pictures = [decode(Source.of(data)).rgb8() for data in (before, after)]
    regions = [mark["region"] for mark in outcome.report["marks"]]
    target = task.target.with_name(f"{task.source.stem}-preview.png")
    Image.fromarray(sheet(pictures[0], pictures[1], regions)).save(target)


def sheet(before: Pixels, after: Pixels, regions: list[list[int]]) -> Pixels:
    """One row a region: before, after, the difference four times as strong on grey."""
    import cv2
    import numpy as np

    rows = []
    for x, y, width, height in regions:
        dx, dy = round(AROUND * width), round(AROUND * height)
        place = slice(max(0, y - dy), y + height + dy), slice(max(0, x - dx), x + width + dx)
        old, new = before[place].astype(int), after[place].astype(int)
        changed = np.clip(128 + GAIN * (new - old), 0, 255)
        scale = max(1, MIN_SIDE // max(old.shape[:2]))
        panels = [
            cv2.resize(
                p.astype(np.uint8), None, fx=scale, fy=scale, interpolation=cv2.INTER_NEAREST
            )
            for p in (old, new, changed)
        ]
        gap = np.full((panels[0].shape[0], GAP, 3), 255, np.uint8)
        rows.append(np.hstack([panels[0], gap, panels[1], gap, panels[2]]))
    wide = max(row.shape[1] for row in rows)
    return np.vstack(
        [
            np.pad(row, ((0, GAP), (0, wide - row.shape[1]), (0, 0)), constant_values=255)
            for row in rows
        ]
    )
