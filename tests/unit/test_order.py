"""Which worker runs which tests: each test runs once, and what waits has a worker of its own."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.order import WAITING, Apart, files_of, owner

TESTS = str(Path(__file__).parents[1])
ALONE = len(WAITING)


class Node:
    """What a scheduler sees of a worker."""

    def __init__(self, number: int, spec: object | None = None) -> None:
        self.gateway = SimpleNamespace(id=f"gw{number}", spec=spec or SimpleNamespace())
        self.given: list[Any] = []
        self.shutting_down = False

    def send_runtest_all(self) -> None:
        self.given.append("all")

    def send_runtest_some(self, indices: list[int]) -> None:
        self.given += indices

    def send_steal(self, indices: list[int]) -> None: ...

    def shutdown(self) -> None:
        self.shutting_down = True


@pytest.fixture
def nodes(monkeypatch: pytest.MonkeyPatch) -> list[Node]:
    monkeypatch.setattr("tests.order._NUMBERS", {})
    return [Node(number) for number in range(ALONE + 2)]


@pytest.fixture
def scheduler(nodes: list[Node]) -> Apart:
    config: Any = SimpleNamespace(getvalue=lambda _: ["popen"] * len(nodes))
    made = Apart(config, None)
    for node in nodes:
        made.add_node(node)
    return made


@given(st.integers(ALONE + 1, 9))
def test_each_file_is_collected_by_its_owner_or_by_all_that_share(workers: int) -> None:
    parts = [files_of([TESTS], number, workers) for number in range(workers)]
    shared = set(parts[-1])

    assert all(set(part) == shared for part in parts[ALONE:])
    assert len({part[0] for part in parts[ALONE:]}) == workers - ALONE
    every = sorted(map(str, Path(TESTS).rglob("test_*.py")))
    assert sorted([*shared, *(file for part in parts[:ALONE] for file in part)]) == [
        file for file in every if "node_modules" not in file
    ]


def test_a_folder_inside_another_has_its_own_worker() -> None:
    studio, browser = owner("tests/browser/studio/test_a.py"), owner("tests/browser/test_a.py")

    assert studio is not None
    assert browser is not None
    assert studio != browser
    assert owner("tests/unit/test_a.py") is None
    assert all(files_of([TESTS], number, ALONE + 1) for number in range(ALONE))


def test_a_worker_runs_its_own_at_once_and_the_rest_is_shared(
    nodes: list[Node], scheduler: Apart
) -> None:
    scheduler.add_node_collection(nodes[0], ["a", "b"])
    assert scheduler.collection_is_completed
    scheduler.schedule()
    assert [node.given for node in nodes] == [["all"], *([] for _ in nodes[1:])]

    for node in nodes[1:]:
        scheduler.add_node_collection(node, list("pqrstuvw"))
    scheduler.schedule()
    assert [node.given for node in nodes[:ALONE]] == [["all"]] * ALONE
    assert sorted(nodes[-2].given + nodes[-1].given) == list(range(8))
    assert not scheduler.tests_finished


def test_what_a_crashed_worker_leaves_is_run_by_the_one_in_its_place(
    nodes: list[Node], scheduler: Apart
) -> None:
    for node in nodes:
        scheduler.add_node_collection(node, list("abcd"))
    scheduler.schedule()
    scheduler.mark_test_complete(nodes[0], 0, 0.1)

    assert scheduler.remove_node(nodes[0]) == "b"
    assert not scheduler.tests_finished
    other = Node(9, nodes[0].gateway.spec)
    scheduler.add_node(other)
    scheduler.add_node_collection(other, list("abcd"))
    scheduler.schedule()
    assert other.given == [2, 3]
