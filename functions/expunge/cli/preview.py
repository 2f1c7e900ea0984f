"""Preview images: the effect of a removal, and outlines of what was found, by kind."""

from __future__ import annotations

import io
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from expunge.imaging.data import FileData

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from expunge.cli.destination import FileTask
    from expunge.imaging.source import Source
    from expunge.operations.outcome import Outcome

    Pixels = NDArray[np.uint8]

MARGIN = 1.0
"""Shown on every side of a region, as a fraction of its size."""
GAIN = 4
"""Factor that makes differences visible."""
GAP = 8
"""Pixels between panels."""
OVERVIEW = 800
"""Most pixels of the longer side of a whole picture."""
BOX = (0, 200, 83)
"""Colour of the boxes, as in other previews."""
MIN_SIDE = 256
"""Pixels; panels are enlarged by the largest whole factor that keeps both sides within this."""


@dataclass(frozen=True, slots=True)
class Boxes:
    """Writes the image with outlines of what was found, as a PNG file or into a folder.

    Of a moving picture it is a sheet of its tracks.
    """

    path: Path

    def __call__(self, task: FileTask, before: bytes, outcome: Outcome) -> None:
        path = self.path
        if path.suffix.lower() != ".png":
            path.mkdir(parents=True, exist_ok=True)
            path = path / f"{task.stem}.png"
        with ExitStack() as opened:
            path.write_bytes(_drawn(_source(before, task.source, opened), outcome))


def _drawn(source: Source, outcome: Outcome) -> bytes:
    from expunge.imaging.moving import preview as tracks
    from expunge.imaging.provenance.own_label import kept
    from expunge.imaging.targets.preview import drawn

    draw = tracks.drawn if outcome.report.get("moving") else drawn
    return kept(source, draw(source, outcome.report))[0]


def sheet_beside(task: FileTask, before: bytes, outcome: Outcome) -> None:
    """Write ``NAME-preview.png`` beside the result, if the image changed."""
    if not outcome.report["changed"]:
        return
    from PIL import Image

    from expunge.imaging.codecs import decode
    from expunge.imaging.provenance.own_label import kept
    from expunge.imaging.source import Source

    source = Source.of(before)
    pictures = [decode(each).rgb8() for each in (source, Source.of(outcome.image or before))]
    regions = [mark["region"] for mark in outcome.report["marks"]]
    assert task.target is not None  # the command refuses a preview beside standard output
    target = task.target.with_name(f"{task.stem}-preview.png")
    file = io.BytesIO()
    Image.fromarray(sheet(pictures[0], pictures[1], regions)).save(file, "PNG")
    target.write_bytes(kept(source, file.getvalue())[0])


def swaps_beside(task: FileTask, before: bytes, outcome: Outcome) -> None:
    """Write ``NAME-preview.png``: before with numbered faces, after, and each new face.

    Of a moving picture it shows moments before and after.
    """
    if outcome.report["changed"] is False:
        return
    from PIL import Image

    from expunge.imaging.moving import is_moving, strip
    from expunge.imaging.provenance.own_label import kept

    assert task.target is not None  # the command refuses a preview beside standard output
    target = task.target.with_name(f"{task.stem}-preview.png")
    with ExitStack() as opened:
        old, new = (
            _source(before, task.source, opened),
            _source(outcome.image, outcome.file, opened),
        )
        draw = strip.drawn if is_moving(old) else _swapped(outcome.report)
        file = io.BytesIO()
        Image.fromarray(draw(old, new)).save(file, "PNG")
        target.write_bytes(kept(new, file.getvalue())[0])


def _source(data: bytes | None, file: Path | BinaryIO | None, opened: ExitStack) -> Source:
    """A file in memory or, where there is none, on disk."""
    from expunge.imaging.source import Source

    if data:
        return Source.of(data, limits=None)
    assert file is not None
    binary = opened.enter_context(file.open("rb")) if isinstance(file, Path) else file
    return Source.over(FileData(binary), limits=None)


def _swapped(report: dict[str, Any]) -> Callable[[Source, Source], Pixels]:
    """Draws both pictures and each new face."""

    def draw(before: Source, after: Source) -> Pixels:
        from expunge.imaging.codecs import decode

        old, new = (decode(source).rgb8() for source in (before, after))
        rows = sheet(old, new, [list(place) for place in report["regions"]])
        return _stacked(_overview(old, new, report["faces"]), rows)

    return draw


def _overview(before: Pixels, after: Pixels, faces: list[dict[str, Any]]) -> Pixels:
    """Both pictures side by side, the first with the faces and their indexes."""
    import cv2
    import numpy as np

    scale = min(1.0, OVERVIEW / max(before.shape[:2]))
    size = max(1, round(before.shape[1] * scale)), max(1, round(before.shape[0] * scale))
    old, new = (cv2.resize(one, size, interpolation=cv2.INTER_AREA) for one in (before, after))
    line = max(1, round(max(size) / 400))
    for face in faces:
        left, top, right, bottom = (round(side * scale) for side in face["box"].values())
        cv2.rectangle(old, (left, top), (right, bottom), BOX, line)
        place, font = (left, max(top - 2 * line, 12 * line)), cv2.FONT_HERSHEY_SIMPLEX
        cv2.putText(old, str(face["index"]), place, font, 0.5 * line, BOX, line, cv2.LINE_AA)
    return np.hstack([old, np.full((size[1], GAP, 3), 255, np.uint8), new])


def _stacked(first: Pixels, second: Pixels) -> Pixels:
    import numpy as np

    wide = max(first.shape[1], second.shape[1])
    widths = [((0, GAP), (0, wide - one.shape[1]), (0, 0)) for one in (first, second)]
    parts = zip((first, second), widths, strict=True)
    return np.vstack([np.pad(one, width, constant_values=255) for one, width in parts])


def sheet(before: Pixels, after: Pixels, regions: list[list[int]]) -> Pixels:
    """One row for each region: before, after, and the difference times `GAIN` on grey.

    Parameters
    ----------
    before, after
        RGB, uint8, (height, width, 3), of the same shape.
    regions
        Each [x, y, width, height] in pixels.
    """
    import cv2
    import numpy as np

    rows = []
    for x, y, width, height in regions:
        dx, dy = round(MARGIN * width), round(MARGIN * height)
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
