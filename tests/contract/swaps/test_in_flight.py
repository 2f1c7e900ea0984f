"""Creates under way: a cap for each key, and one holder of an idempotency key, on both stores."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from expunge.accounts.callers import Caller, Tier
from expunge.accounts.counters import TooManyAtOnce
from expunge.accounts.meter import Meter
from expunge.accounts.policies import TABLE, Policies
from expunge.errors import IdempotencyConflict, IdempotencyMismatch, Unavailable
from expunge.jobs.request import JobRequest
from expunge.jobs.sources import MAX_PER_CALLER
from expunge.swaps.in_flight import EXPIRY_SECONDS, GROUP, InFlight

if TYPE_CHECKING:
    from expunge.stores.ports import Records
    from tests.contract.conftest import Clock

ONE = Caller("acc_1", Tier.FREE, credential="key_1")
OTHER = Caller("acc_1", Tier.FREE, credential="key_2")
PRO = Caller("acc_2", Tier.PRO, credential="key_3")


@pytest.fixture
def in_flight(records: Records, clock: Clock) -> InFlight:
    return InFlight(records, Meter(records, Policies(), clock), clock)


def request(key: str | None = "k", url: str = "https://example.com/a.jpg") -> JobRequest:
    return JobRequest("swap", {}, image_url=url, idempotency_key=key)


def test_a_key_has_only_so_many_places(in_flight: InFlight) -> None:
    for caller, most in ((ONE, 2), (OTHER, 2), (PRO, 5)):
        with ExitStack() as held:
            for _ in range(most):
                held.enter_context(in_flight.place(caller))
            with pytest.raises(TooManyAtOnce) as refused:
                held.enter_context(in_flight.place(caller))
        assert refused.value.decisive.policy.limit == most
        assert refused.value.retry_after
        with in_flight.place(caller):
            pass


def test_all_of_a_keys_places_may_fetch() -> None:
    limits = [limit for (_, group, _), limit in TABLE.items() if group == GROUP]

    assert max(limits) <= MAX_PER_CALLER


def test_many_at_once_never_hold_more_places_than_there_are(in_flight: InFlight) -> None:
    held: list[int] = [0]
    most: list[int] = []

    def hold(_: int) -> bool:
        try:
            with in_flight.place(PRO):
                held[0] += 1
                most.append(held[0])
                held[0] -= 1
        except (TooManyAtOnce, Unavailable):
            return False
        return True

    with ThreadPoolExecutor(12) as pool:
        done = list(pool.map(hold, range(24)))

    assert any(done)
    assert max(most) <= 5
    with ExitStack() as all_free:
        for _ in range(5):
            all_free.enter_context(in_flight.place(PRO))


def test_an_error_frees_what_was_held(in_flight: InFlight) -> None:
    for _ in range(3):
        with (
            pytest.raises(RuntimeError),
            in_flight.claim(ONE, request()),
            in_flight.place(ONE),
        ):
            raise RuntimeError


def test_one_of_equal_requests_holds_their_key(in_flight: InFlight) -> None:
    with in_flight.claim(ONE, request()):
        with pytest.raises(IdempotencyConflict), in_flight.claim(ONE, request()):
            pass
        with (
            pytest.raises(IdempotencyMismatch),
            in_flight.claim(ONE, request(url="https://example.com/b.jpg")),
        ):
            pass
        for others in (in_flight.claim(PRO, request()), in_flight.claim(ONE, request("other"))):
            with others:
                pass
    with in_flight.claim(ONE, request()):
        pass


def test_requests_without_a_key_do_not_meet(in_flight: InFlight) -> None:
    with in_flight.claim(ONE, request(None)), in_flight.claim(ONE, request(None)):
        pass


def test_what_a_dead_process_held_expires_and_is_not_freed_later(
    in_flight: InFlight, clock: Clock
) -> None:
    dead = ExitStack()
    for _ in range(2):
        dead.enter_context(in_flight.place(ONE))
    dead.enter_context(in_flight.claim(ONE, request()))
    clock.advance(EXPIRY_SECONDS + 1)

    with in_flight.claim(ONE, request()), in_flight.place(ONE), in_flight.place(ONE):
        dead.close()
        with pytest.raises(TooManyAtOnce), in_flight.place(ONE):
            pass
        with pytest.raises(IdempotencyConflict), in_flight.claim(ONE, request()):
            pass
