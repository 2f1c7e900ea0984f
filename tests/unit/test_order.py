"""How tests are dealt to workers: none is lost, and what waits begins at once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tests.order import WAITING, begun_apart, spread


@dataclass(frozen=True)
class Item:
    nodeid: str


FOLDERS = (*WAITING, "unit", "api")
COLLECTED = st.lists(st.sampled_from(FOLDERS), max_size=200).map(
    lambda folders: [Item(f"tests/{name}/t.py::{n}") for n, name in enumerate(sorted(folders))]
)


def folder(item: Item) -> str:
    return item.nodeid.removeprefix("tests/").rpartition("/")[0]


@given(COLLECTED, st.integers(1, 9))
def test_every_test_stays_and_those_of_a_folder_keep_their_order(
    items: list[Item], workers: int
) -> None:
    dealt = spread(items, workers)

    assert sorted(dealt, key=items.index) == items
    for name in FOLDERS:
        ours = [item for item in items if folder(item) == name]
        assert [item for item in dealt if folder(item) == name] == ours


@given(st.integers(1, 9), st.integers(0, 40), st.integers(0, 100))
def test_the_part_of_each_worker_begins_with_what_waits(
    workers: int, waiting: int, more: int
) -> None:
    names = [*(name for name in WAITING for _ in range(waiting)), *["unit"] * (400 + more)]
    dealt = spread([Item(f"tests/{name}/t.py::{n}") for n, name in enumerate(names)], workers)

    start = 0
    for number in range(workers):
        share = (len(dealt) - start) // (workers - number)
        part = [folder(item) for item in dealt[start : start + share]]
        mine = [name for name in WAITING[number::workers] for _ in range(waiting)]
        assert part[: len(mine)] == mine[: len(part)]
        start += share


def test_each_worker_collects_every_file_and_begins_at_another(tmp_path: Path) -> None:
    files = [str(tmp_path / f"test_{letter}.py") for letter in "abcdef"]
    for file in (*files, tmp_path / "conftest.py"):
        Path(file).touch()
    chosen = f"{files[0]}::test_one"

    begun = [begun_apart([chosen, str(tmp_path)], number, 4) for number in range(4)]

    assert all(sorted(one) == sorted([chosen, *files]) for one in begun)
    assert len({one[0] for one in begun}) == 4
