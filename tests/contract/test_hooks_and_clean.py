"""The stored data of webhooks and ``/clean``, the same on both adapter sets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from expunge.clean.results import CLAIM_SECONDS, Claim, Result, Results, SourceFacts
from expunge.errors import HookNotFound
from expunge.hooks.deliveries import Deliveries, Delivery, State, milliseconds
from expunge.hooks.subscriptions import OVERLAP_SECONDS, Subscriptions
from expunge.jobs.attempts import Attempts
from expunge.stores.ports import Key, Update

if TYPE_CHECKING:
    from expunge.stores.ports import Records
    from tests.contract.conftest import Clock

URL = "https://hooks.example/"


def delivery(clock: Clock, name: str, due: float, **more: Any) -> Delivery:
    facts = {
        "hook": "hook_1",
        "owner": "owner",
        "event": "job.succeeded",
        "url": URL,
        "base_url": "https://expunge.example",
        "job": {"id": "job_1", "report": {"removed": [{"offset": 2, "length": 3.5}], "x": None}},
        "created_at": clock(),
    }
    return Delivery(id=name, due=milliseconds(due), **facts | more)


def test_a_subscription_is_stored_rotated_and_deleted(records: Records, clock: Clock) -> None:
    subscriptions = Subscriptions(records, clock)
    first = subscriptions.add("owner", URL, ["job.failed"], "https://expunge.example")
    second = subscriptions.add("owner", URL, ["job.succeeded"], "https://expunge.example")
    rotated = subscriptions.rotate("owner", first.id)

    assert subscriptions.all("owner") == [rotated, second]
    assert subscriptions.get("owner", second.id) == second
    assert rotated.signing(clock()) == (rotated.secret, first.secret)
    assert rotated.signing(clock() + OVERLAP_SECONDS) == (rotated.secret,)
    subscriptions.remove("owner", first.id)
    assert subscriptions.all("owner") == [second]
    with pytest.raises(HookNotFound):
        subscriptions.remove("owner", first.id)
    assert subscriptions.all("another") == []


def test_a_delivery_comes_back_as_it_was_written(records: Records, clock: Clock) -> None:
    kept, written = Deliveries(records), delivery(clock, "msg_1", clock() + 60.123)
    records.write(*kept.added(written))

    assert kept.get("hook_1", "msg_1") == written
    assert kept.latest("hook_1") == [written]


def test_only_due_and_pending_deliveries_are_found(records: Records, clock: Clock) -> None:
    kept = Deliveries(records)
    soon, later = delivery(clock, "msg_1", clock() + 5), delivery(clock, "msg_2", clock() + 3_600)
    for one in (soon, later):
        records.write(*kept.added(one))
    assert list(kept.due(clock(), Attempts())) == []
    clock.advance(6)
    assert list(kept.due(clock(), Attempts())) == [soon]

    attempt = {"at": clock(), "status": 500, "ms": 12}
    again = soon.changed(due=milliseconds(clock() + 300), attempts=[attempt])
    assert kept.change(soon, again)
    assert list(kept.due(clock(), Attempts())) == []
    clock.advance(300)
    assert list(kept.due(clock(), Attempts())) == [again]
    assert kept.change(again, again.changed(state=State.DELIVERED))
    assert list(kept.due(clock(), Attempts())) == []
    assert [one.state for one in kept.latest("hook_1")] == [State.PENDING, State.DELIVERED]


def test_a_delivery_that_cannot_be_read_keeps_no_other_from_its_turn(
    records: Records, clock: Clock
) -> None:
    kept = Deliveries(records)
    soon, later = (delivery(clock, f"msg_{n}", clock() + n) for n in (1, 2))
    for one in (soon, later):
        records.write(*kept.added(one))
    records.write(Update(Key("hook#hook_1", "msg_1"), {"state": "paused"}))
    clock.advance(6)
    attempts = Attempts()

    assert list(kept.due(clock(), attempts)) == [later]
    with pytest.raises(ValueError, match="paused"):
        attempts.finish()


def test_of_two_who_change_a_delivery_one_is_too_late(records: Records, clock: Clock) -> None:
    kept, written = Deliveries(records), delivery(clock, "msg_1", clock() + 60)
    records.write(*kept.added(written))
    changes = [written.changed(due=milliseconds(clock() + n)) for n in (120, 180)]

    assert [kept.change(written, change) for change in changes] == [True, False]


def test_one_of_many_claims_a_result_and_the_others_see_the_claim(
    records: Records, clock: Clock
) -> None:
    results = Results(records, clock)
    assert results.claim("content") is None
    assert results.claim("content") == Claim()
    results.hand_over("content", "owner", "job_1")
    assert results.lookup("content") == Claim("owner", "job_1")
    made = Result("out/x.png", "image/png", "ab12", 1_234, clock() + 86_400)
    results.publish("content", SourceFacts("address", "digest", None), made)

    assert results.claim("content") == results.lookup("content") == made


def test_an_abandoned_claim_goes_to_the_next_request(records: Records, clock: Clock) -> None:
    results = Results(records, clock)
    results.claim("content")
    clock.advance(CLAIM_SECONDS + 1)
    assert results.lookup("content") is None
    assert results.claim("content") is None
    results.withdraw("content")

    assert results.claim("content") is None


def test_a_source_record_expires_with_its_result(records: Records, clock: Clock) -> None:
    results = Results(records, clock)
    made = Result("out/x.png", "image/png", "ab12", 1_234, clock() + 100)
    results.remember(SourceFacts("address", "digest", None), made)
    found = results.found("address")

    assert found is not None
    assert (found.digest, found.etag, found.result) == ("digest", None, made)
    clock.advance(101)
    assert results.found("address") is None
