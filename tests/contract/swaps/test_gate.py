"""Nothing passes the gate unscanned, on both adapter sets; the analyser is a stand-in here."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from expunge.accounts.callers import Caller, Tier
from expunge.accounts.counters import LimitReached
from expunge.accounts.meter import Meter
from expunge.accounts.policies import Period, Policies
from expunge.errors import (
    MalformedImage,
    ModelMissing,
    NotFound,
    NsfwDetected,
    PipelineError,
    Unavailable,
)
from expunge.imaging.source import Source
from expunge.operations.outcome import Outcome
from expunge.swaps import gate as gates
from expunge.swaps.complaints import Complaints
from expunge.swaps.gate import TRIES, Gate, ScanPending
from expunge.swaps.verdicts import CLAIM_SECONDS, KEPT_SECONDS
from tests.samples import encoded, picture

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CALLER = Caller("acc_1", Tier.FREE, credential="key_1")
SAFE, FACE, RUDE, BROKEN = (Source.of(encoded(picture(seed=seed), "PNG")) for seed in (1, 2, 3, 4))
SCORES = {SAFE.data: 0.01, FACE.data: 0.3, RUDE.data: 0.97}


def digest(source: Source) -> str:
    return hashlib.sha256(source.data).hexdigest()


class Analyser:
    """An executor whose operation reads scores from a table."""

    def __init__(self) -> None:
        self.scanned: list[bytes] = []

    @contextmanager
    def turn(self, *_: object) -> Iterator[Analyser]:
        yield self

    def run(self, _mode: Any, source: Source, *_: object, seconds: float) -> Outcome:
        self.scanned.append(source.data)
        if source.data not in SCORES:
            raise MalformedImage("the image data ends too early")
        return Outcome(None, source.media_type, {"score": SCORES[source.data], "frames": 1})


class Stand:
    """A gate, its analyser, and the messages that it has sent."""

    def __init__(self, records, objects, clock) -> None:
        self.records, self.objects, self.clock = records, objects, clock
        self.analyser, self.messages = Analyser(), []
        self.limits: dict[Any, int] = {}

    def post(self, message: Any, memory: int) -> None:
        assert memory > 0
        self.messages.append(message)

    def gate(self, **more: Any) -> Gate:
        given = {"threshold": 0.5, "clock": self.clock, "patience": 0.0} | more
        meter = Meter(self.records, Policies(self.limits), self.clock)
        return Gate(self.records, self.objects, self, self.analyser, meter, **given)

    def elsewhere(self) -> Gate:
        """The gate of a process that has no analyser, while workers have one."""
        return self.gate(weights_elsewhere=True)

    def work(self) -> None:
        """What a worker does."""
        worker = self.elsewhere()
        while self.messages:
            worker.work(self.messages.pop())

    def copies(self) -> int:
        return sum(file.is_file() for file in self.objects._root.rglob("*"))


@pytest.fixture
def stand(records, local_objects, clock) -> Stand:
    return Stand(records, local_objects, clock)


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], None]:
    def say(here: bool) -> None:
        monkeypatch.setattr(gates, "_is_installed", lambda: here)

    say(False)
    return say


def test_a_still_image_is_scanned_once_within_the_request(stand: Stand, installed) -> None:
    installed(True)
    stand.gate().check(CALLER, [SAFE, FACE])
    stand.gate().check(CALLER, [SAFE, FACE])
    assert stand.analyser.scanned == [SAFE.data, FACE.data]
    assert not stand.messages
    assert not stand.copies()


@pytest.mark.parametrize(("inputs", "name"), [([RUDE, SAFE], "The target"), ([SAFE, RUDE], "Face")])
def test_a_flagged_input_is_refused_by_name_and_digest(stand, installed, inputs, name) -> None:
    installed(True)
    for _ in range(2):
        with pytest.raises(NsfwDetected, match=rf"^{name}.*{digest(RUDE)}"):
            stand.gate().check(CALLER, inputs)
    assert stand.analyser.scanned.count(RUDE.data) == 1


def test_without_the_analyser_nothing_passes(stand: Stand, installed) -> None:
    with pytest.raises(ModelMissing, match="expunge models pull nsfw"):
        stand.gate().check(CALLER, [SAFE, FACE])
    assert not stand.messages
    assert not stand.copies()


def test_workers_scan_where_the_request_cannot(stand: Stand, installed) -> None:
    gate = stand.elsewhere()
    for _ in range(3):
        with pytest.raises(ScanPending) as raised:
            gate.check(CALLER, [SAFE, FACE])
        assert raised.value.retry_after == 2
    assert len(stand.messages) == stand.copies() == 2, "each file is queued once"
    stand.work()
    gate.check(CALLER, [SAFE, FACE])
    assert not stand.copies(), "a copy lives no longer than its scan"


def test_a_request_waits_a_little_for_the_workers(stand: Stand, installed, monkeypatch) -> None:
    monkeypatch.setattr(gates.time, "sleep", lambda _: stand.work())
    stand.gate(weights_elsewhere=True, patience=60.0).check(CALLER, [SAFE, FACE])


def test_a_lost_message_is_sent_again(stand: Stand, installed) -> None:
    gate = stand.elsewhere()
    with pytest.raises(ScanPending):
        gate.check(CALLER, [SAFE])
    stand.messages.clear()
    stand.clock.advance(CLAIM_SECONDS + 1)
    with pytest.raises(ScanPending):
        gate.check(CALLER, [SAFE])
    stand.work()
    gate.check(CALLER, [SAFE])


def test_a_scan_that_could_not_be_queued_is_queued_by_the_next_request(
    stand: Stand, installed, monkeypatch
) -> None:
    for part in ("post", "objects"):
        with monkeypatch.context() as broken:
            broken.setattr(stand.objects, "put", unavailable)
            if part == "post":
                broken.undo()
                broken.setattr(stand, "post", unavailable)
            with pytest.raises(Unavailable, match="did not answer"):
                stand.elsewhere().check(CALLER, [SAFE])
    with pytest.raises(ScanPending):
        stand.elsewhere().check(CALLER, [SAFE])
    stand.work()
    stand.elsewhere().check(CALLER, [SAFE])


def unavailable(*_: object, **__: object) -> None:
    raise Unavailable("A store did not answer.")


def test_a_scan_may_take_as_long_as_a_job(stand: Stand, installed, monkeypatch) -> None:
    gate, run = stand.elsewhere(), stand.analyser.run
    with pytest.raises(ScanPending):
        gate.check(CALLER, [SAFE])

    def slow(*given: Any, seconds: float) -> Outcome:
        stand.clock.advance(CLAIM_SECONDS + 1)
        with pytest.raises(ScanPending):
            gate.check(CALLER, [SAFE])
        assert stand.messages == [], "no other scan is queued"
        return run(*given, seconds=seconds)

    monkeypatch.setattr(stand.analyser, "run", slow)
    stand.work()
    gate.check(CALLER, [SAFE])


def test_a_message_that_comes_twice_scans_once(stand: Stand, installed) -> None:
    with pytest.raises(ScanPending):
        stand.elsewhere().check(CALLER, [SAFE])
    stand.messages *= 2
    stand.work()
    assert stand.analyser.scanned == [SAFE.data]


def test_what_cannot_be_scanned_does_not_pass(stand: Stand, installed) -> None:
    gate = stand.elsewhere()
    with pytest.raises(ScanPending):
        gate.check(CALLER, [SAFE, BROKEN])
    stand.work()
    with pytest.raises(MalformedImage, match=r"Face image 1 cannot be checked.*ends too early"):
        gate.check(CALLER, [SAFE, BROKEN])


def test_a_file_that_ends_every_worker_does_not_pass(stand: Stand, installed) -> None:
    gate = stand.elsewhere()
    with pytest.raises(ScanPending):
        gate.check(CALLER, [SAFE])
    for tries in range(TRIES):
        assert gate.verdicts.tried(digest(SAFE), tries, 900)
    stand.work()
    assert not stand.analyser.scanned
    with pytest.raises(MalformedImage, match="the scan does not end"):
        gate.check(CALLER, [SAFE])
    assert gate.verdicts.of(digest(SAFE))["code"] == PipelineError.code


def test_a_verdict_lives_a_day_and_a_threshold_holds_at_once(stand: Stand, installed) -> None:
    installed(True)
    stand.gate().check(CALLER, [FACE])
    with pytest.raises(NsfwDetected):
        stand.gate(threshold=0.2).check(CALLER, [FACE])
    stand.clock.advance(KEPT_SECONDS + 1)
    assert stand.gate().verdicts.of(digest(FACE)) is None


def test_a_complaint_is_kept_once_and_the_operator_lets_the_file_pass(stand, installed) -> None:
    installed(True)
    gate = stand.gate()
    meter = Meter(stand.records, Policies({("free", "complaints", Period.DAY): 1}), stand.clock)
    complaints = Complaints(stand.records, gate, meter, stand.clock)
    with pytest.raises(NotFound):
        complaints.add(CALLER, digest(RUDE), "never refused")
    with pytest.raises(NsfwDetected):
        gate.check(CALLER, [RUDE])
    first = complaints.add(CALLER, digest(RUDE), "a peach")
    assert complaints.add(CALLER, digest(RUDE), "again") == first
    assert complaints.page(10) == ([first], None)
    with pytest.raises(NotFound):
        complaints.add(replace(CALLER, subject="acc_2"), digest(RUDE), "of another account")

    gate.verdicts.scored(digest(FACE), 0.9)
    with pytest.raises(NsfwDetected):
        gate.check(CALLER, [FACE])
    with pytest.raises(LimitReached, match="complaints"):
        complaints.add(CALLER, digest(FACE), "one a day")

    gate.verdicts.allow(first.digest)
    gate.check(CALLER, [RUDE])
    with pytest.raises(NotFound):
        complaints.add(CALLER, digest(RUDE), "it passes now")


def test_scans_are_limited_and_known_files_cost_none(stand: Stand, installed) -> None:
    installed(True)
    stand.limits = {("free", "scans", Period.HOUR): 2}
    for _ in range(2):
        stand.gate().check(CALLER, [SAFE, FACE])
    with pytest.raises(LimitReached, match="scanned files"):
        stand.gate().check(CALLER, [SAFE, RUDE])
    assert RUDE.data not in stand.analyser.scanned


def test_a_waiting_scan_is_counted_once(stand: Stand, installed) -> None:
    stand.limits = {("free", "scans", Period.HOUR): 1}
    for _ in range(3):
        with pytest.raises(ScanPending):
            stand.elsewhere().check(CALLER, [SAFE])
    assert len(stand.messages) == 1
