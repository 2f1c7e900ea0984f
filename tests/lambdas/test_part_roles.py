"""A job in parts in the functions' own roles: each may do what it has to, whoever ends the job."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest

from expunge.imaging.data import FileData
from expunge.jobs import drafting
from expunge.jobs.capacity import Capacity
from expunge.jobs.job import Status
from expunge.jobs.request import JobRequest
from expunge.operations import Mode
from expunge.operations.outcome import Outcome
from tests.contract.books import PICTURE
from tests.contract.partitions import few_partitions  # noqa: F401 (a fixture)
from tests.lambdas.account import simulated
from tests.lambdas.test_batch_roles import CALLER, Stack
from tests.samples.parts import made_of, result_of

if TYPE_CHECKING:
    from expunge.jobs.job import Job

STAGES = (1, 2, 1)


class MediaStack(Stack):
    """The same, whose jobs are all for `MediaFunction`."""

    def submit(self) -> Job:
        asked = JobRequest("metadata", {}, PICTURE, respond_async=True)
        return self("ApiFunction").jobs.submit(CALLER, asked).job

    def now(self, job: Job) -> Job:
        return self("ApiFunction").jobs.get(CALLER, job.id)

    def left(self, prefix: str) -> list[str]:
        found = self._aws.client("s3").list_objects_v2(Bucket=self._aws.bucket, Prefix=prefix)
        return [each["Key"] for each in found.get("Contents", [])]

    def lose_messages(self) -> None:
        self._aws.client("sqs").purge_queue(QueueUrl=self._aws.media_queue_url)


@pytest.fixture(scope="module")
def stack() -> Iterator[MediaStack]:
    def run_part(mode: Any, source: Any, options: Any, part: Any, before: Any, _: Any) -> Any:
        given = [file[:] for file in before(part.stage - 1)] if part.stage else []
        made = made_of(part, given)
        if part.is_last:
            return Outcome(made, "image/jpeg", {"changed": True})
        file = tempfile.TemporaryFile()  # noqa: SIM115  the engine closes it
        file.write(made)
        return FileData(file)

    with (
        simulated() as aws,
        patch.object(Capacity, "stages_for", lambda *_: STAGES),
        patch.object(Mode, "run_part", run_part),
        patch.object(drafting, "shares", lambda mode, counts: [1 / len(counts)] * len(counts)),
        patch.object(drafting, "needs_media", lambda *_: True),
    ):
        made = MediaStack(aws)
        yield made
        made.close()


def test_the_media_function_runs_all_parts_and_sends_each_next_stage(stack: MediaStack) -> None:
    job = stack.submit()
    assert stack.drain() == 5

    ended = stack.now(job)
    assert ended.status is Status.SUCCEEDED
    assert stack("ApiFunction").jobs.result(ended) == result_of(STAGES)
    assert stack.left("parts/") == stack.left("in/") == []


def test_the_api_may_cancel_such_a_job(stack: MediaStack) -> None:
    job = stack.submit()
    assert stack("ApiFunction").jobs.cancel(CALLER, job.id).status is Status.CANCELED
    stack.drain()
    assert stack.left("in/") == []


def test_maintenance_may_repair_it_end_it_and_clean_up_behind_it(stack: MediaStack) -> None:
    job = stack.submit()
    assert stack.drain(most=2) == 2
    assert len(stack.left("parts/")) == 1
    stack.lose_messages()
    stack.ahead += 400
    maintenance = stack("MaintenanceFunction")
    assert maintenance.jobs.sweep().sent_again == 1
    for _ in range(4):
        stack.ahead += 86_400
        maintenance.sweep()

    assert stack.now(job).status is Status.FAILED
    assert stack.left("parts/") == stack.left("in/") == []
