"""``make bench`` runs every benchmark and prints a table for each; ``ONLY=http`` runs one."""

from __future__ import annotations

import importlib
import platform
import sys

from rich.console import Console

BENCHMARKS = (
    "metadata",
    "invisible",
    "detect",
    "marks",
    "faces",
    "moving_faces",
    "reidentify",
    "targets",
    "street_text",
    "http",
    "clean",
    "jobs",
    "memory",
    "cold",
    "scale",
    "swap",
    "swap_moving",
    "mouth_cover",
)


def main() -> None:
    console = Console(width=None if sys.stdout.isatty() else 160)
    console.print(f"Python {platform.python_version()} on {platform.machine()}")
    for name in sys.argv[1:] or BENCHMARKS:
        importlib.import_module(f"tests.benchmarks.{name}").run(console)


if __name__ == "__main__":
    main()
