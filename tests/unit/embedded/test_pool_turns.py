"""Whatever decodes pixels gets an image process, also a mode that otherwise decodes none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from expunge.embedded.pool import pool as pool_module
from expunge.embedded.pool.pool import ChildTurn, Pool
from expunge.operations import MODES
from expunge.operations.execution import InProcess, InThisProcess

if TYPE_CHECKING:
    from collections.abc import Iterator


class _Child:
    """An image process that only notes what was reserved in it."""

    alive = True
    reserved: list[int]

    def __init__(self) -> None:
        self.reserved = []

    def reserve(self, memory: int, patience: float) -> None:
        self.reserved.append(memory)

    def let_go(self) -> None:
        self.reserved.pop()

    def kill(self) -> None:
        self.alive = False


class _Reserve:
    def __init__(self) -> None:
        self.asked: list[int] = []

    def share(self, memory: int) -> Iterator[None]:
        from contextlib import nullcontext

        self.asked.append(memory)
        return nullcontext()  # type: ignore[return-value]


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> Iterator[Pool]:
    monkeypatch.setattr(pool_module, "Child", _Child)
    with Pool(1) as pool:
        yield pool


@pytest.mark.parametrize(("memory", "kind"), [(0, InThisProcess), (1 << 20, ChildTurn)])
def test_metadata_gets_a_process_where_a_receipt_decodes(
    pool: Pool, memory: int, kind: type
) -> None:
    with pool.turn(MODES["metadata"], memory) as turn:
        assert type(turn) is kind


def test_a_worker_reserves_the_memory_of_a_receipt() -> None:
    reserve = _Reserve()
    executor = InProcess(reserve)  # type: ignore[arg-type]
    for memory in (0, 1 << 20):
        with executor.turn(MODES["metadata"], memory):
            pass
    assert reserve.asked == [1 << 20]
