"""Random callers behind one IP address: no caller sees, uses or deletes another's data."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from expunge.accounts.callers import Caller, Tier, anonymous
from expunge.accounts.policies import Policies
from expunge.errors import ClientSecretRequired, ExpungeError, JobNotFound, UploadNotFound
from tests.contract.books import PICTURE, Office

UNKNOWN = anonymous("203.0.113.5", traits="curl")
"""A caller that sends no secret and receives none, since it only reads."""
BROWSERS = [replace(UNKNOWN, browser=f"browser_{n}") for n in (1, 2)]
ACCOUNTS = [Caller(f"acc_{n}", Tier.PRO, credential=f"key_{n}") for n in (1, 2)]
CALLERS = [UNKNOWN, *BROWSERS, *ACCOUNTS]
KEYS = [None, "1", "2", "a-key-that-is-long-enough-to-be-a-secret"]
PICTURES = [PICTURE, PICTURE[:-2] + b"\xff\xfe\x00\x03x\xff\xd9"]


class Strangers(RuleBasedStateMachine):
    """Every caller's jobs and uploads, compared with the service's responses to each caller."""

    new_records = None
    clock = None

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.clock.now = 1_800_000_000.0
        self.office = Office(type(self).new_records(), Path(self.folder.name), self.clock)
        self.office.meter.policies = Policies(on=False)
        self.jobs = self.office.jobs
        self.makers: dict[str, str] = {}
        """The owner of each job, by the job's id: an account or a browser, known or new."""
        self.uploads: dict[str, Caller] = {}
        self.newcomers = 0

    def made(self, caller: Caller, **request) -> None:
        key = request.get("idempotency_key")
        try:
            submitted = self.office.submit(caller, **request)
        except ExpungeError:
            return
        job = submitted.job.id
        if not submitted.replayed:
            assert job not in self.makers
            self.makers[job] = caller.known_as or "nobody"
        elif caller.has_new_secret:
            assert key is not None
            assert self.requests[job] == (key, request["image"]), "only the very same request"
        else:
            assert self.makers[job] == caller.known_as, "nobody is answered with another's job"
        if key:
            self.requests.setdefault(job, (key, request.get("image")))

    @property
    def requests(self) -> dict[str, tuple[str, bytes | None]]:
        return self.__dict__.setdefault("_requests", {})

    @rule(
        caller=st.sampled_from([*BROWSERS, *ACCOUNTS]),
        image=st.sampled_from(PICTURES),
        key=st.sampled_from(KEYS),
        queued=st.booleans(),
    )
    def create(self, caller, image, key, queued):
        self.made(caller, image=image, idempotency_key=key, respond_async=queued)

    @rule(image=st.sampled_from(PICTURES), key=st.sampled_from(KEYS[:3]))
    def create_as_a_newcomer(self, image, key):
        self.newcomers += 1
        caller = replace(UNKNOWN, browser=f"browser_new_{self.newcomers}", has_new_secret=True)
        self.made(caller, image=image, idempotency_key=key)

    @rule(caller=st.sampled_from([*BROWSERS, *ACCOUNTS]))
    def upload(self, caller):
        upload = self.jobs.uploads.create(caller, content_type="image/jpeg", size=len(PICTURE))
        self.jobs._objects.create(upload.object_key, PICTURE, "image/jpeg")
        self.uploads[upload.object_key] = caller

    @rule(data=st.data(), caller=st.sampled_from([*BROWSERS, *ACCOUNTS]), queued=st.booleans())
    def create_from_an_upload(self, data, caller, queued):
        if not self.uploads:
            return
        key = data.draw(st.sampled_from(list(self.uploads)))
        owner = self.uploads[key].account
        if owner not in (None, caller.account):
            with pytest.raises(UploadNotFound):
                self.office.submit(caller, image=None, object_key=key)
        else:
            self.made(caller, image=None, object_key=key, respond_async=queued)

    @rule(data=st.data(), caller=st.sampled_from(CALLERS))
    def read(self, data, caller):
        if not self.makers:
            return
        job = data.draw(st.sampled_from(list(self.makers)))
        try:
            found = self.jobs.get(caller, job)
        except JobNotFound:
            return
        maker = self.makers[job]
        assert not maker.startswith("acc_") or maker == caller.account
        assert found.id == job

    @rule(data=st.data(), caller=st.sampled_from(CALLERS), cancel=st.booleans())
    def remove(self, data, caller, cancel):
        if not self.makers:
            return
        job = data.draw(st.sampled_from(list(self.makers)))
        before = self.stands(job)
        act = self.jobs.cancel if cancel else self.jobs.remove
        try:
            act(caller, job)
        except ClientSecretRequired:
            assert caller is UNKNOWN
        except JobNotFound:
            assert self.makers[job] != caller.known_as or before is None
        else:
            assert self.makers[job] == caller.known_as
            return
        assert self.stands(job) == before, "who may not, changes nothing"

    def stands(self, job: str):
        maker = self.makers[job]
        return self.jobs.find(maker if maker.startswith("acc_") else job, job)

    @rule()
    def work(self):
        messages, self.office.queue.messages = self.office.queue.messages, []
        for message in messages:
            self.office.attempt(lambda m=message: self.jobs.work(m))

    @rule(minutes=st.sampled_from([1, 16, 31, 61, 1500]))
    def wait(self, minutes):
        self.clock.now += minutes * 60
        self.jobs.sweep()
        self.jobs.cleanup.sweep()

    @invariant()
    def everybody_is_listed_their_own(self):
        for caller in [*BROWSERS, *ACCOUNTS]:
            listed = {job.id for job in self.jobs.page(caller, 100, None)[0]}
            own = {job for job, maker in self.makers.items() if maker == caller.known_as}
            assert listed == {job for job in own if self.stands(job)}
        with pytest.raises(ClientSecretRequired):
            self.jobs.page(UNKNOWN, 100, None)

    @invariant()
    def what_is_deleted_has_left_nothing(self):
        for job in self.office.records.deleted:
            made = self.office.records.jobs[job]
            assert not made["result_key"] or not self.jobs._objects.head(made["result_key"])

    def teardown(self):
        self.folder.cleanup()


@pytest.mark.parametrize(
    ("new_records", "examples", "steps"),
    [("local", 40, 30), ("aws", 3, 10)],
    indirect=["new_records"],
)
def test_nobody_sees_uses_or_removes_what_another_made(new_records, clock, examples, steps):
    machine = type(
        "Machine", (Strangers,), {"new_records": staticmethod(new_records), "clock": clock}
    )
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
