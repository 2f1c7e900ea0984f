"""Each label of the registry, drawn from its mask over images: found, removed right, damaged.

For documented marks this is the best case, since the tool's own typeface is another one.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from PIL import Image
from rich.console import Console
from rich.table import Table

import expunge
from expunge.imaging.marks import mask
from expunge.imaging.marks.label import Label
from expunge.imaging.marks.registry import LABELS
from tests.samples import pictures
from tests.samples.labels import laid
from tests.samples.overlays import file_of, pixels_of, psnr

WIDTH, HEIGHT = 1024, 768
KINDS = ("clouds", "gradient", "leaves", "snow")
MARGIN = 0.02
"""Distance to the edges, as a fraction of the image's width."""
RIGHT = 25.0
"""Decibels in the mark's box from which a removal is right."""


def run(console: Console) -> None:
    """Print one row per label."""
    table = Table(title="every mark, drawn from its own mask: expunge")
    for column in ("mark", "evidence", "found", "removed right", "damaged", "dB mean"):
        table.add_column(column, justify="left" if column in {"mark", "evidence"} else "right")
    for label in LABELS:
        table.add_row(label.mark.name, label.evidence.value, *_row(label))
    console.print(table)


def _row(label: Label) -> list[str]:
    found, decibels = 0, []
    for clean, marked, box in _composites(label):
        outcome = expunge.run("visible", file_of(marked, compress_level=1))
        seen = [*outcome.report["marks"], *outcome.report["kept"]]
        found += any(one["name"] == label.mark.name for one in seen)
        if outcome.report["changed"]:
            decibels.append(psnr(pixels_of(outcome.image)[box], clean[box]))
    right = sum(one >= RIGHT for one in decibels)
    mean = f"{np.mean(decibels):.1f}" if decibels else "–"
    return [f"{found} of {len(KINDS)}", f"{right}", f"{len(decibels) - right}", mean]


def _composites(
    label: Label,
) -> Iterator[tuple[np.ndarray, np.ndarray, tuple[slice, slice]]]:
    drawing = label.mark.drawing
    if not isinstance(drawing, mask.Mask):
        return
    factor = label.usual(WIDTH, HEIGHT) / drawing.size[0]
    bleed = round(drawing.bleed * factor)
    alpha, ink = (_resized(plane, factor) for plane in mask.load(drawing.name))
    if not label.captured:
        alpha, ink = (plane * label.mark.opacity for plane in (alpha, ink))
    margin = round(MARGIN * WIDTH) - bleed
    across, down = WIDTH - alpha.shape[1], HEIGHT - alpha.shape[0]
    corner = label.corner
    x = margin if corner.left else across // 2 if corner.middle else across - margin
    y = margin if corner.top else down // 2 if corner.centred else down - margin
    for seed, kind in enumerate(KINDS):
        made = pictures.MAKERS[kind](HEIGHT, WIDTH, np.random.default_rng(200 + seed))
        clean = (made * 0.7).astype(np.uint8)
        marked, box = laid(clean, alpha, ink, x, y)
        yield clean, marked, box


def _resized(plane: np.ndarray, factor: float) -> np.ndarray:
    size = round(plane.shape[1] * factor), round(plane.shape[0] * factor)
    drawn = np.asarray(Image.fromarray(plane).resize(size, Image.Resampling.LANCZOS))
    return np.clip(drawn, 0, plane.max())
