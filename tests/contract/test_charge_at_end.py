"""Jobs that are stored and charged in one write, after their work: exact limits, no lost charge."""

from __future__ import annotations

import re
from contextlib import contextmanager
from itertools import count
from threading import Lock
from typing import TYPE_CHECKING, Any

import pytest

from expunge.accounts.counters import LimitReached
from expunge.accounts.ledger import Pool
from expunge.errors import Unavailable
from expunge.jobs import pending
from expunge.jobs.job import Retention
from expunge.jobs.request import SubmitResult
from expunge.operations import metadata
from expunge.stores.ports import WriteRefused
from tests.contract.books import ANONYMOUS, FREE, NEIGHBOUR, PRO, Fault, Killed, Office
from tests.contract.test_books_races import at_once, kinds, limited

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def offices(new_records, tmp_path, clock) -> Callable[[], Office]:
    numbers = count()
    return lambda: Office(new_records(), tmp_path / f"objects{next(numbers)}", clock)


def results(office: Office) -> list[str]:
    """The jobs whose results are stored; each file begins with its object key."""
    heads = (path.read_bytes()[:200] for path in office.objects._root.rglob("*") if path.is_file())
    found = (re.search(rb"out/[\d-]+/(job_\w+)", head) for head in heads)
    return sorted(match[1].decode() for match in found if match)


def succeeded(office: Office) -> list[str]:
    jobs = office.records.jobs.items()
    return sorted(name for name, job in jobs if job["status"] == "succeeded")


def entries(office: Office) -> int:
    """The pending entries that are left."""
    query = office.records.inner.query
    return sum(len(query(partition).entries) for partition in pending.SHARDS.all())


def test_a_light_job_of_a_waiting_request_is_one_write(offices):
    office = offices()
    with office.records.failing(None):
        office.submit(ANONYMOUS)

    assert office.records.calls == {"read": 2, "write": 1}
    assert entries(office) == 0


@pytest.mark.parametrize("new_records", ["local"], indirect=True)
def test_a_receipt_compares_pixels_so_its_job_claims_first(offices, monkeypatch):
    office, claimed, run = offices(), [], metadata.run

    def seen(*given: Any) -> Any:
        claimed.extend(job["status"] for job in office.records.jobs.values())
        return run(*given)

    monkeypatch.setattr(metadata, "run", seen)
    office.submit(FREE, options={"receipt": True})

    assert claimed == ["processing"]
    office.audit()


def test_requests_at_once_get_exactly_the_limit(offices):
    office = offices()
    limited(office, "anonymous.light.hour=15", "network.light.hour=20")

    answers = at_once(office, 30, lambda n: office.submit([ANONYMOUS, NEIGHBOUR][n % 2]))

    assert kinds(answers) == {SubmitResult: 20, LimitReached: 10}
    assert len(succeeded(office)) == 20
    assert results(office) == succeeded(office), "a refused caller's result is gone"
    office.audit_counters_alone()


@pytest.mark.parametrize("new_records", ["local"], indirect=True)
def test_a_flood_is_refused_before_it_costs_work(offices, monkeypatch):
    office, lock, runs, run = offices(), Lock(), count(1), metadata.run
    done = []

    def counted(*given: Any) -> Any:
        with lock:
            done.append(next(runs))
        return run(*given)

    monkeypatch.setattr(metadata, "run", counted)
    limited(office, "free.light.hour=5")

    answers = at_once(office, 60, lambda _: office.submit(FREE))

    assert kinds(answers) == {SubmitResult: 5, LimitReached: 55}
    assert len(done) <= 10, "those under way, and as many that claimed a unit first"


def test_a_limit_of_the_network_is_seen_before_the_work(offices, monkeypatch):
    office = offices()
    limited(office, "network.light.hour=1")
    office.submit(ANONYMOUS)
    monkeypatch.setattr(metadata, "run", lambda *_: pytest.fail("it was worked for"))

    with pytest.raises(LimitReached) as refused:
        office.submit(NEIGHBOUR)

    assert [quota.policy.name for quota in refused.value.violated] == ["light-hour-network"]


# ── Interleavings: something else happens at each store call of a request ─────────


class Between:
    """Does something once, before or after the ``at``-th call to records or objects."""

    def __init__(self, office: Office, at: int, after: bool, what: Callable[[], object]) -> None:
        self.office, self.at, self.after, self.what = office, at, after, what
        self.calls = 0

    @contextmanager
    def watching(self) -> Iterator[Between]:
        places = [(self.office.records, name) for name in ("get", "query", "write")]
        places += [(self.office.objects, name) for name in ("put", "delete")]
        with pytest.MonkeyPatch.context() as patch:
            for place, name in places:
                patch.setattr(place, name, self._around(getattr(place, name)))
            yield self

    def _around(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **how: Any) -> Any:
            self.calls += 1
            now = self.calls == self.at
            if now and not self.after:
                self._do()
            answer = real(*given, **how)
            if now and self.after:
                self._do()
            return answer

        return call

    def _do(self) -> None:
        self.calls, before = -1_000, self.calls  # its own calls are not counted
        self.office.attempt(self.what)
        self.calls = before


OTHERS = {
    "the same caller": lambda o: o.submit(ANONYMOUS),
    "a worker's job": lambda o: o.submit(ANONYMOUS, respond_async=True),
    "a claimed job": lambda o: o.submit(ANONYMOUS, mode="visible"),
    "a neighbour": lambda o: o.submit(NEIGHBOUR),
    "the sweep": lambda o: o.jobs.sweep(),
}


@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize("mode", ["metadata", "visible"])
@pytest.mark.parametrize("new_records", ["local"], indirect=True)
def test_whatever_happens_in_between_the_limit_is_exact(offices, mode, other):
    interleaved(offices, mode, other, False)


@pytest.mark.parametrize("mode", ["metadata", "visible"])
@pytest.mark.parametrize("new_records", ["local"], indirect=True)
def test_whatever_happens_while_a_job_fails_the_limit_is_exact(offices, mode):
    interleaved(offices, mode, "a worker's job", True)


@pytest.mark.parametrize("new_records", ["aws"], indirect=True)
def test_whatever_happens_in_between_on_aws_the_limit_is_exact(offices):
    interleaved(offices, "metadata", "a neighbour", False)


def interleaved(offices, mode: str, other: str, fails: bool) -> None:
    for after in (False, True):
        for at in count(1):
            office = offices()
            office.clock.now = float(int(office.clock.now))
            limited(office, "anonymous.light.hour=2", "network.light.hour=2")
            office.submit(ANONYMOUS)  # one unit is left
            between = Between(office, at, after, lambda o=office: OTHERS[other](o))
            with between.watching(), office.fate(fails):
                answer = office.attempt(lambda o=office: o.submit(ANONYMOUS, mode=mode))
            office.audit_counters_alone()
            assert isinstance(answer, SubmitResult | LimitReached)
            charged = [j for j in office.records.jobs.values() if j["status"] != "failed"]
            assert len(charged) <= 2, "the limit holds"
            assert set(results(office)) <= set(succeeded(office))
            if between.calls < at:
                break
        assert at > 3


# ── Crashes ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("error", [Unavailable, Killed])
@pytest.mark.parametrize("done", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("caller", [ANONYMOUS, FREE, PRO], ids=["anonymous", "free", "pro"])
@pytest.mark.parametrize("new_records", ["local"], indirect=True)
def test_a_crash_leaves_a_charged_job_or_nothing(offices, caller, done, error):
    crashed(offices, caller, done, error)


@pytest.mark.parametrize("done", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("new_records", ["aws"], indirect=True)
def test_a_crash_on_aws_leaves_a_charged_job_or_nothing(offices, done):
    crashed(offices, ANONYMOUS, done, Killed)


def crashed(offices, caller, done, error) -> None:
    for at in count(1):
        office = offices()
        with office.records.failing(Fault(at, done, error)):
            answer = office.attempt(lambda o=office: o.submit(caller))
            reached = office.records.calls.total() >= at
        office.audit_counters_alone()
        assert entries(office) == 0, "nothing is left for the sweep"
        jobs = office.records.jobs.values()
        assert {job["status"] for job in jobs} <= {"succeeded"}
        if not reached:
            assert isinstance(answer, SubmitResult)
            break
        assert isinstance(answer, Killed | Unavailable)
    assert at >= 3


@pytest.mark.parametrize("error", [Unavailable, Killed])
def test_a_store_that_takes_no_result_costs_nothing(offices, monkeypatch, error):
    office = offices()

    def put(*_: object, **__: object) -> None:
        raise error("it is down")

    monkeypatch.setattr(office.objects, "put", put)
    answer = office.attempt(lambda: office.submit(FREE))

    states = [job["status"] for job in office.records.jobs.values()]
    assert states == ([] if error is Killed else ["failed"])
    assert not isinstance(answer, SubmitResult) or answer.job.error_code == "service_unavailable"
    assert office.submit(FREE, retention=Retention.REPORT).quotas[0].used == 1
    office.audit_counters_alone()


@pytest.mark.parametrize("new_records", ["local"], indirect=True)
def test_a_month_that_ends_during_the_work_is_paid_by_credits_and_settled(offices):
    office = offices()
    limited(office, "pro.light.month=2")
    office.submit(PRO)
    between = Between(office, 3, False, lambda: office.submit(PRO))  # just before the last write
    with between.watching():
        answer = office.submit(PRO)

    assert answer.job.status == "succeeded"
    assert answer.job.refund_data["credits"] == {"monthly": 1_000}
    office.audit()
    assert office.balance(PRO, Pool.MONTHLY) == 99_000


@pytest.mark.parametrize("new_records", ["local"], indirect=True)
@pytest.mark.parametrize("broken", ["every write", "the next read"])
def test_an_end_that_is_surely_not_written_leaves_no_result(offices, monkeypatch, broken):
    office = offices()
    limited(office, "pro.light.month=2")
    write, reserve = office.records.write, office.meter.reserve

    def refused(*changes: Any) -> None:
        if any(change.key.sort.startswith("job#") for change in changes):
            raise WriteRefused(0, None)  # others of this caller are faster each time
        write(*changes)

    def once(*given: Any) -> Any:
        monkeypatch.setattr(office.meter, "reserve", down)
        return reserve(*given)

    def down(*_: Any) -> None:
        raise Unavailable("The table does not answer.")

    monkeypatch.setattr(office.records, "write", refused)
    if broken == "the next read":
        monkeypatch.setattr(office.meter, "reserve", once)
    with pytest.raises(Unavailable):
        office.submit(PRO)

    assert results(office) == []
    assert office.records.jobs == {}
