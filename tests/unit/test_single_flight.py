"""Work that is shared, and ends when nobody waits for it."""

from __future__ import annotations

import threading
import time

import pytest

from expunge.clean.single_flight import SingleFlight
from expunge.errors import Unavailable


def test_requests_for_the_same_share_one_run() -> None:
    flights: SingleFlight[int] = SingleFlight()
    runs, go = [], threading.Event()

    def work(abandoned) -> int:
        runs.append(1)
        go.wait(5)
        return 42

    with flights.join("a", work) as first, flights.join("a", work) as second:
        go.set()
        assert (first.result(5), second.result(5)) == (42, 42)
    assert runs == [1]


def test_work_learns_that_everybody_has_left_and_the_next_request_starts_anew() -> None:
    flights: SingleFlight[str] = SingleFlight()
    left = threading.Event()

    def abandoned_work(abandoned) -> str:
        while not abandoned():
            time.sleep(0.001)
        left.set()
        time.sleep(0.05)
        return "old"

    with flights.join("a", abandoned_work), flights.join("a", abandoned_work):
        assert not left.wait(0.05), "somebody still waits"
    assert left.wait(5)
    with flights.join("a", lambda abandoned: "new") as future:
        assert future.result(5) == "new"


def test_a_failure_is_everybodys_and_is_forgotten() -> None:
    flights: SingleFlight[int] = SingleFlight()

    def fail(abandoned) -> int:
        raise ValueError("no")

    with flights.join("a", fail) as future, pytest.raises(ValueError, match="no"):
        future.result(5)
    with flights.join("a", lambda abandoned: 1) as future:
        assert future.result(5) == 1


def test_what_waits_is_bounded() -> None:
    flights: SingleFlight[None] = SingleFlight(max_concurrent=1, max_waiting=1)
    go = threading.Event()
    with flights.join("a", lambda _: go.wait(5)), flights.join("b", lambda _: None):
        with pytest.raises(Unavailable), flights.join("c", lambda _: None):
            pass
        go.set()
