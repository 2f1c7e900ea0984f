"""Compare peak memory, by coding, mode and size, with its estimate; one process per measurement.

``python -m tests.benchmarks.memory [MEGAPIXELS …] [-- WORD …]``: words choose codings and modes.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from expunge.imaging.source import Source
from expunge.operations import MODES
from expunge.operations.memory import peak_bytes
from tests.samples.large import CODINGS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MEGAPIXELS = (25, 50, 100)
REGION = [100, 100, 300, 300]
RUNS: dict[str, tuple[str, dict[str, Any]]] = {
    "detect": ("detect", {}),
    "visible": ("visible", {}),
    "visible, one mark": ("visible", {"region": REGION}),
    "faces": ("faces", {}),
    "faces, thorough": ("faces", {"plan": "thorough"}),
    "mask": ("mask", {"plan": "fast", "include": [[100, 100, 500, 500]]}),
    "invisible": ("invisible", {}),
    "all": ("all", {}),
}
"""Mode and options by name; options force a change if a mode could leave a file unchanged."""
_CHILD = """
import json, sys, time
from pathlib import Path
import expunge
from expunge.errors import ExpungeError
from tests.benchmarks.memory import peak_mb
path, mode, options = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
started = time.perf_counter()
try:
    expunge.run(mode, Path(path).read_bytes(), **options)
    said = ""
except ExpungeError as error:
    said = error.detail
print(json.dumps([peak_mb(), time.perf_counter() - started, said]))
"""
_MAKE = """
import sys
from pathlib import Path
from tests.samples.large import CODINGS
name, side, path = sys.argv[1], int(sys.argv[2]), sys.argv[3]
Path(path).write_bytes(CODINGS[name](side, side))
"""


@dataclass(frozen=True)
class Peak:
    """Peak memory of one run."""

    mb: float
    seconds: float
    refusal: str
    """Empty if the run succeeded."""


def peak_mb() -> float:
    """Return this process's peak memory; ``ru_maxrss`` would start with its parent's."""
    status = Path("/proc/self/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def made(name: str, megapixels: float, folder: Path) -> Path:
    """Create a square file of a coding, in a process of its own, since it may need much memory."""
    side = round((megapixels * 1e6) ** 0.5)
    path = folder / f"{name}-{side}".replace(" ", "-").replace(":", "")
    if not path.exists():
        _python(_MAKE, name, str(side), str(path))
    return path


def measured(path: Path, run: str) -> Peak:
    mode, options = RUNS[run]
    return Peak(*json.loads(_python(_CHILD, str(path), mode, json.dumps(options))))


def _python(program: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{arguments}: status {done.returncode}: {done.stderr[-500:]}")
    return done.stdout


def estimated_mb(data: bytes, run: str) -> float:
    name, given = RUNS[run]
    mode = MODES[name]
    return peak_bytes(mode, Source.of(data), mode.options(given)) / (1 << 20)


def run(console: Console, sizes: Sequence[float] = MEGAPIXELS, words: Sequence[str] = ()) -> None:
    """Words choose codings and runs by their names; all by default."""
    runs = _chosen(RUNS, words)
    title = "Peak memory in MB, measured / estimated (seconds)"
    table = Table("coding", "MP", *runs, title=title)
    with tempfile.TemporaryDirectory() as folder:
        for name in _chosen(CODINGS, words):
            for size in sizes:
                path = made(name, size, Path(folder))
                table.add_row(name, f"{size:g}", *(_cell(path, run) for run in runs))
                path.unlink()
    console.print(table)


def _chosen(names: Iterable[str], words: Sequence[str]) -> list[str]:
    """Return the names that contain one of the words; all names if none does."""
    every = list(names)
    return [name for name in every if any(word in name for word in words)] or every


def _cell(path: Path, run: str) -> str:
    peak = measured(path, run)
    estimate = estimated_mb(path.read_bytes(), run)
    low = " (!)" if peak.mb > estimate else ""
    refused = " refused" if peak.refusal else ""
    return f"{peak.mb:.0f} / {estimate:.0f}{low} ({peak.seconds:.1f}){refused}"


def main() -> None:
    given = sys.argv[1:]
    cut = given.index("--") if "--" in given else len(given)
    sizes = [float(word) for word in given[:cut]] or MEGAPIXELS
    run(Console(width=200), sizes, given[cut + 1 :])


if __name__ == "__main__":
    main()
