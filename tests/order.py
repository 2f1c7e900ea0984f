"""The order of tests over workers: what waits begins at once, and each such folder in one place."""

from __future__ import annotations

from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest

WAITING = ("robustness", "browser/studio", "browser", "lambdas", "packaging")
"""Folders whose tests wait for servers, browsers and builds that they share, longest first.

A folder comes before the one that holds it."""


def spread(items: Sequence[pytest.Item], workers: int) -> list[pytest.Item]:
    """The tests in an order whose equal parts, one a worker, begin with what waits.

    ``--dist worksteal`` gives each worker an equal part, in order, and takes from the end of
    another's part for a worker that has nothing left. So a folder that comes first in a part
    stays with its worker, and what is left at the end are many short tests.
    """
    waiting: dict[str, list[pytest.Item]] = {folder: [] for folder in WAITING}
    others: list[pytest.Item] = []
    for item in items:
        waiting.get(_folder(item) or "", others).append(item)
    parts: list[list[pytest.Item]] = [[] for _ in range(workers)]
    for number, folder in enumerate(waiting.values()):
        parts[number % workers] += folder
    rest, left = iter(others), len(items)
    for number, part in enumerate(parts):
        share = left // (workers - number)
        left -= share
        part.extend(islice(rest, max(share - len(part), 0)))
    return [*chain(*parts), *rest]


def begun_apart(paths: Sequence[str], number: int, workers: int) -> list[str]:
    """The test files of ``paths``, of which each worker begins at another part.

    The first that reads a file compiles it, for longer than all else that collection does. Workers
    that went through the files side by side would each compile every one.
    """
    files = [str(file) for path in paths for file in _files(path)]
    start = len(files) * number // workers
    return files[start:] + files[:start]


def _files(path: str) -> Sequence[str | Path]:
    if not Path(path).is_dir():
        return [path]
    files = sorted(Path(path).rglob("test_*.py"))
    return [file for file in files if "node_modules" not in file.parts]


def _folder(item: pytest.Item) -> str | None:
    """The folder of `WAITING` that a test lies in."""
    path = item.nodeid.removeprefix("tests/")
    return next((folder for folder in WAITING if path.startswith(f"{folder}/")), None)
