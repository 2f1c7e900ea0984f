"""Which worker runs which tests: what waits has workers of its own, and two share the rest.

A worker of xdist collects the whole suite, for 6 s of CPU time. One with folders of its own
collects these alone.
"""

from __future__ import annotations

from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from xdist.scheduler import EachScheduling, WorkStealingScheduling
from xdist.workermanage import parse_tx_spec_config

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest
    from xdist.remote import Producer
    from xdist.workermanage import WorkerController

WAITING = (
    ("tests/robustness",),
    ("tests/browser/studio",),
    ("tests/lambdas",),
    ("tests/browser", "tests/packaging"),
)
"""Folders whose tests wait for servers, browsers and builds that they share, by worker."""


def files_of(paths: Sequence[str], number: int, workers: int) -> list[str]:
    """The test files of a worker, when ``paths`` are those of a whole run.

    Workers that share files begin at different ones. The first that reads a file compiles it, for
    longer than all else that collection does; side by side they would each compile every one.
    """
    owned = [[file for file in _files(paths) if owner(file) == n] for n in range(len(WAITING))]
    if number < len(WAITING):
        return owned[number]
    files = [file for file in _files(paths) if owner(file) is None]
    start = len(files) * (number - len(WAITING)) // (workers - len(WAITING))
    return files[start:] + files[:start]


def owner(file: str) -> int | None:
    """The worker that alone runs a file: that of the innermost folder of `WAITING`."""
    inside = [
        (len(folder), number)
        for number, folders in enumerate(WAITING)
        for folder in folders
        if f"/{folder}/" in f"/{file}"
    ]
    return max(inside)[1] if inside else None


def _files(paths: Sequence[str]) -> list[str]:
    files = chain(*(sorted(Path(path).rglob("test_*.py")) for path in paths))
    return [str(file) for file in files if "node_modules" not in file.parts]


def part_of(node: WorkerController) -> int:
    """A worker's number. One that replaces a crashed worker gets its specification and number."""
    return _NUMBERS.setdefault(id(node.gateway.spec), len(_NUMBERS))


_NUMBERS: dict[int, int] = {}


class Apart:
    """Each worker of `WAITING` runs all that it has collected, and the others share the rest.

    xdist calls the methods (`xdist.scheduler.protocol.Scheduling`).
    """

    def __init__(self, config: pytest.Config, log: Producer) -> None:
        shared = WorkStealingScheduling(config, log)
        shared.numnodes -= len(WAITING)
        self._parts: list[EachScheduling | WorkStealingScheduling] = [shared]
        for _ in WAITING:
            alone = EachScheduling(config, log)
            alone.numnodes = 1
            self._parts.insert(0, alone)

    def _of(self, node: WorkerController) -> EachScheduling | WorkStealingScheduling:
        return self._parts[min(part_of(node), len(WAITING))]

    @property
    def nodes(self) -> list[WorkerController]:
        return [node for part in self._parts for node in part.nodes]

    @property
    def collection_is_completed(self) -> bool:
        """Whether something can begin."""
        return any(part.collection_is_completed for part in self._parts)

    @property
    def tests_finished(self) -> bool:
        return all(part.tests_finished for part in self._parts)

    @property
    def has_pending(self) -> bool:
        return any(part.has_pending for part in self._parts)

    def add_node(self, node: WorkerController) -> None:
        self._of(node).add_node(node)

    def add_node_collection(self, node: WorkerController, collection: Sequence[str]) -> None:
        self._of(node).add_node_collection(node, collection)

    def schedule(self) -> None:
        for part in self._parts:
            if part.collection_is_completed:
                part.schedule()

    def mark_test_complete(self, node: WorkerController, item_index: int, duration: float) -> None:
        self._of(node).mark_test_complete(node, item_index, duration)

    def mark_test_pending(self, item: str) -> None:
        self._parts[-1].mark_test_pending(item)

    def remove_pending_tests_from_node(
        self, node: WorkerController, indices: Sequence[int]
    ) -> None:
        self._of(node).remove_pending_tests_from_node(node, indices)

    def remove_node(self, node: WorkerController) -> str | None:
        return self._of(node).remove_node(node)


def apart(config: pytest.Config) -> bool:
    """Whether this is a run of the whole suite, with workers enough to set some apart."""
    whole = config.args_source is config.ArgsSource.TESTPATHS
    return whole and len(parse_tx_spec_config(config)) > len(WAITING)
