"""Compare ``visible`` with other tools: marks found, false edits, decibels, milliseconds.

The images are the samples, if available, and composites: a star solved from the grey capture, over
generated images. Without samples, another rendering of the star is used. Other tools run in this
process if they can be imported; each reads a file and returns pixels.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from statistics import mean, median
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np
from rich.console import Console
from rich.markup import escape
from rich.table import Table

import expunge
from expunge.imaging.codecs import decode
from expunge.imaging.marks.detection import search
from expunge.imaging.marks.restoration import restore
from expunge.imaging.source import Source
from tests.benchmarks import every_mark
from tests.benchmarks.timing import timed
from tests.samples import pictures
from tests.samples.overlays import file_of, in_corner, pixels_of, psnr, superellipse

SAMPLES = Path(__file__).parents[3] / "shared" / "data" / "marks"
JPEG = bytes.fromhex("ffd8")
MADE = 16
CLEAN = 32
Remove = Callable[[bytes, Path], np.ndarray | None]
"""Function from a file, and a path to write it to, to new pixels, or ``None`` if unchanged."""


@dataclass
class Tally:
    """The results of one tool."""

    found: list[bool] = field(default_factory=list)
    edited: list[bool] = field(default_factory=list)
    decibels: list[float] = field(default_factory=list)
    spans: list[float] = field(default_factory=list)


def ours(data: bytes, _: Path) -> np.ndarray | None:
    outcome = expunge.run("visible", data)
    return pixels_of(outcome.image) if outcome.report["changed"] else None


def logo_remover(data: bytes, path: Path) -> np.ndarray | None:
    from gemini_logo_remover import remove_logo  # type: ignore[import-not-found]

    result = remove_logo(path)
    after = np.asarray(result.image.convert("RGB"))
    return None if np.array_equal(after, pixels_of(data)) else after


def ai_watermarks(data: bytes, path: Path) -> np.ndarray | None:
    from remove_ai_watermarks.api import remove_visible  # type: ignore[import-not-found]

    after, removed = remove_visible(
        path, path.with_name("out.png"), backend="cv2", strip_metadata=False
    )
    return np.asarray(after)[..., :3][..., ::-1] if removed else None


TOOLS: dict[str, tuple[str, Remove]] = {
    "expunge": ("expunge", ours),
    "gemini-logo-remover": ("gemini_logo_remover", logo_remover),
    "remove-ai-watermarks[visible]": ("remove_ai_watermarks", ai_watermarks),
}


def run(console: Console) -> None:
    """Print one row per tool, then the time for 12 megapixels."""
    marked, clean, composites = _marked(), _clean(), _composites()
    table = Table(
        title="visible: marks taken out, pictures damaged, fidelity, time",
        caption=f"{len(marked)} real marked pictures, {len(clean)} clean ones, "
        f"{len(composites)} composites; dB in the mark's box; ms a file, file to pixels",
    )
    for column in ("tool", "found", "wrongly edited", "composites found", "dB mean", "worst", "ms"):
        table.add_column(column, justify="left" if column == "tool" else "right")
    with TemporaryDirectory() as folder:
        for name, (module, remove) in TOOLS.items():
            if find_spec(module) is None:
                console.print(f"{name} is not installed and was left out")
                continue
            table.add_row(escape(name), *_row(remove, Path(folder), marked, clean, composites))
    console.print(table)
    every_mark.run(console)
    _twelve_megapixels(console)


def _row(remove, folder, marked, clean, composites) -> list[str]:
    tally = Tally()
    for data in marked:
        tally.found.append(_timed_removal(remove, folder, data, tally) is not None)
    for data in clean:
        tally.edited.append(_timed_removal(remove, folder, data, tally) is not None)
    for data, truth, box in composites:
        after = _timed_removal(remove, folder, data, tally)
        if after is not None:
            tally.decibels.append(psnr(after[box], truth[box]))
    decibels = tally.decibels or [0.0]
    return [
        f"{sum(tally.found)} of {len(marked)}",
        f"{sum(tally.edited)} of {len(clean)}",
        f"{len(tally.decibels)} of {len(composites)}",
        f"{mean(decibels):.1f}",
        f"{min(decibels):.1f}",
        f"{median(tally.spans):.0f}",
    ]


def _timed_removal(remove: Remove, folder: Path, data: bytes, tally: Tally) -> np.ndarray | None:
    path = folder / ("in.jpg" if data.startswith(JPEG) else "in.png")
    path.write_bytes(data)
    started = perf_counter()
    after = remove(data, path)
    tally.spans.append((perf_counter() - started) * 1e3)
    return after


def _marked() -> list[bytes]:
    return [path.read_bytes() for path in sorted((SAMPLES / "marked").glob("*"))]


def _clean() -> list[bytes]:
    real = [path.read_bytes() for path in sorted((SAMPLES / "clean").glob("*"))]
    made = [
        file_of(maker(512, 640, np.random.default_rng(seed)))
        for seed in range(1 + CLEAN // len(pictures.MAKERS))
        for maker in pictures.MAKERS.values()
    ]
    return real + made[:CLEAN]


def _star() -> np.ndarray:
    """Return the opacity at 96 px, from the capture on flat 128, or another rendering."""
    capture = SAMPLES / "captures" / "gemini_gray_2048.png"
    if not capture.exists():
        return superellipse(96, 0.5)
    seen = pixels_of(capture.read_bytes())[-160:-64, -160:-64, 1].astype(float)
    return (seen - 128) / 127


def _composites() -> list[tuple[bytes, np.ndarray, tuple[slice, slice]]]:
    made = []
    makers = [pictures.MAKERS[name] for name in ("clouds", "gradient", "leaves", "snow")]
    for seed in range(MADE):
        clean = makers[seed % len(makers)](768, 1024, np.random.default_rng(100 + seed))
        whole, x, y = in_corner(clean, _star(), 64)
        made.append((file_of(whole), clean, (slice(y, y + 96), slice(x, x + 96))))
    return made


def _twelve_megapixels(console: Console) -> None:
    clean = pictures.clouds(3000, 4000, np.random.default_rng(7))
    marked = in_corner(clean, _star(), 64)[0]
    table = Table(title="12 megapixels, beyond decode and encode: median ms")
    for column in ("picture", "search", "removal"):
        table.add_column(column, justify="left" if column == "picture" else "right")
    table.add_row("clean", f"{timed(lambda: search(clean)):.1f}", "")
    picture = decode(Source.of(file_of(marked, "JPEG", quality=90)))
    (found,) = search(marked).found
    removal = timed(lambda: restore(picture, found))
    table.add_row("marked", f"{timed(lambda: search(marked)):.1f}", f"{removal:.1f}")
    console.print(table)
