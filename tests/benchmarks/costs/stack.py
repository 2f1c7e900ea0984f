"""The job engine over an emulated AWS, with every call counted."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import boto3

from expunge.accounts.callers import Caller, Tier, anonymous
from expunge.accounts.meter import Meter
from expunge.accounts.policies import TABLE, Policies
from expunge.hooks.outbox import WebhookOutbox
from expunge.jobs.jobs import Jobs
from expunge.jobs.request import JobRequest
from expunge.operations import MODES
from expunge.stores.aws import clients
from expunge.stores.aws.objects import S3Objects
from expunge.stores.aws.queue import SqsQueue
from expunge.stores.aws.records import DynamoRecords
from tests.benchmarks.costs.wire import Wire
from tests.contract.conftest import REGION, make_table

if TYPE_CHECKING:
    import pytest

    from expunge.jobs.job import Job
    from tests.benchmarks.costs.wire import Tally

URL = "https://d111111abcdef8.cloudfront.net"
"""A URL as CloudFront gives them; a job's record holds it."""
ANONYMOUS = replace(anonymous("203.0.113.5", traits="curl"), browser=f"browser_{'0' * 32}")
ACCOUNT = Caller("acc_01KAYZ8D3M6QW0F8R5T2V4X6Y8DA3BKCFT", Tier.FREE, credential="key_01KAYZ8D3M6Q")
CALLERS = {"anonymous": ANONYMOUS, "account": ACCOUNT}


@dataclass
class Stack:
    """Jobs over a table, a bucket and a queue of their own."""

    jobs: Jobs
    wire: Wire
    sqs: Any
    queue_url: str

    def counted(self, caller: Caller, **request: Any) -> tuple[Tally, Job]:
        """Calls and units of one job."""
        with self.wire.counting() as tally:
            job = self.run(caller, **request)
        return tally, job

    def timed(self, caller: Caller, **request: Any) -> float:
        """Milliseconds of CPU that one job takes of its thread; a simulator has others."""
        started = time.thread_time()
        self.run(caller, **request)
        return (time.thread_time() - started) * 1e3

    def run(self, caller: Caller, **request: Any) -> Job:
        """One job from its request to its end."""
        job = self.jobs.submit(caller, JobRequest(base_url=URL, options={}, **request)).job
        if job.sync:
            return job
        self._work()
        return self.jobs.get(caller, job.id)

    def _work(self) -> None:
        """Receive, run and delete, as the event source of the jobs function does."""
        from json import loads

        answer = self.sqs.receive_message(QueueUrl=self.queue_url, MaxNumberOfMessages=1)
        for message in answer["Messages"]:
            self.jobs.work(loads(message["Body"]))
            self.sqs.delete_message(QueueUrl=self.queue_url, ReceiptHandle=message["ReceiptHandle"])


@contextmanager
def stack(endpoint: str, patch: pytest.MonkeyPatch) -> Iterator[Stack]:
    """A stack on an emulator's endpoint."""
    patch.setenv("AWS_ENDPOINT_URL", endpoint)
    session = boto3.Session(
        aws_access_key_id="testing", aws_secret_access_key="testing", region_name=REGION
    )
    made = [getattr(clients, name)(session) for name in ("dynamodb", "s3", "sqs", "dynamodb")]
    dynamodb, s3, sqs, observer = made
    name = f"cost-{time.time_ns()}"
    table = make_table(_Only(observer))  # type: ignore[arg-type]
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    wire = Wire(observer, dynamodb, s3, sqs)
    records, queue = DynamoRecords(dynamodb, table=table), SqsQueue(sqs, queue_url=url)
    jobs = Jobs(
        records,
        S3Objects(s3, bucket=name, secret=lambda: bytes(32)),
        queue,
        None,  # type: ignore[arg-type]  no job here has a URL
        WebhookOutbox(records, queue, time.time),
        modes=tuple(MODES),
        lease_seconds=3_600,  # so that no heartbeat writes, however slow the machine is
        attempts=3,
        clock=time.time,
        meter=Meter(records, Policies(dict.fromkeys(TABLE, 1_000_000)), time.time),
    )
    try:
        yield Stack(jobs, wire, sqs, url)
    finally:
        for client in made:
            client.close()


@dataclass(frozen=True)
class _Only:
    dynamodb: Any
