"""A batch's whole life in the functions' own roles: each may do its part, and no more than that."""

from __future__ import annotations

import io
import json
import os
import time
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from expunge.accounts.callers import Caller, Tier
from expunge.batches.batch import State
from expunge.batches.request import BatchRequest, ItemRequest
from expunge.bootstrap import build
from expunge.errors import BatchNotFound
from expunge.settings import Settings
from tests.lambdas.account import simulated
from tests.lambdas.roles import permits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from expunge.service import Service
    from tests.lambdas.account import Aws

CALLER = Caller("acc_1", Tier.FREE, credential="key_1")


class Stack:
    """The functions' services in this process, each with the access key of its role."""

    def __init__(self, aws: Aws) -> None:
        self._aws = aws
        self._made: dict[str, Service] = {}
        self.ahead = 0.0

    def __call__(self, function: str) -> Service:
        if function not in self._made:
            environ = self._aws.environ(function)
            with pytest.MonkeyPatch.context() as patch:
                for name, value in environ.items():
                    patch.setenv(name, value)
                patch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
                patch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
                self._made[function] = build(
                    Settings.from_env(os.environ), clock=lambda: time.time() + self.ahead
                )
        return self._made[function]

    def drain(self, most: int = 10_000) -> int:
        """Process the messages of every queue in the function that gets them; at most ``most``."""
        sqs, done = self._aws.client("sqs"), 0
        queues = {
            "JobsFunction": self._aws.queue_url,
            "MediaFunction": self._aws.media_queue_url,
            "HooksFunction": self._aws.delivery_queue_url,
            "BatchesFunction": self._aws.batch_queue_url,
        }
        while True:
            before = done
            for function, url in queues.items():
                wanted = min(10, most - done)
                if not wanted:
                    return done
                found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=wanted)
                for message in found.get("Messages", []):
                    self(function).work(json.loads(message["Body"]))
                    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                    done += 1
            if done == before:
                return done

    def close(self) -> None:
        for service in self._made.values():
            service.close()


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with simulated() as aws:
        made = Stack(aws)
        yield made
        made.close()


@pytest.fixture(scope="module")
def request_of() -> Callable[..., BatchRequest]:
    file = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(file, "JPEG", comment=b"private")

    def make(**more: Any) -> BatchRequest:
        items = (
            ItemRequest("/image/0", "metadata", image=file.getvalue(), filename="a.jpg"),
            ItemRequest("/items/1", "detect", image_url="https://pictures.invalid/a.jpg"),
        )
        return BatchRequest(items, zip=True, **more)

    return make


def test_each_function_may_do_its_part_of_a_batch(stack: Stack, request_of: Any) -> None:
    api = stack("ApiFunction")
    batch = api.batches.submit(CALLER, request_of(idempotency_key="k")).batch
    stack.drain()

    ended = api.batches.get(CALLER, batch.id)
    assert ended.state is State.FINISHED
    assert (ended.counts["succeeded"], ended.counts["failed"]) == (1, 1)
    assert api.batches.zip_url(ended)

    api.batches.remove(CALLER, batch.id)
    stack.drain()
    with pytest.raises(BatchNotFound):
        api.batches.get(CALLER, batch.id)


def test_maintenance_may_repair_and_erase_batches(stack: Stack, request_of: Any) -> None:
    api, maintenance = stack("ApiFunction"), stack("MaintenanceFunction")
    batch = api.batches.submit(CALLER, request_of()).batch
    stack._aws.client("sqs").purge_queue(QueueUrl=stack._aws.batch_queue_url)
    stack.ahead += 120
    assert maintenance.sweep()["batches_due"] == 1
    stack.drain()

    ended = api.batches.get(CALLER, batch.id)
    assert ended.state is State.FINISHED
    assert maintenance.batches.drop(ended.item())
    with pytest.raises(BatchNotFound):
        api.batches.get(CALLER, batch.id)


def test_the_function_of_batches_runs_no_job_and_reaches_no_mail() -> None:
    assert permits("BatchesRole", "dynamodb:Query", "Table", "batch#x")
    assert not permits("BatchesRole", "dynamodb:GetItem", "Table", "lane#x")
    assert not permits("BatchesRole", "sqs:ReceiveMessage", "JobQueue")
    assert permits("BatchesRole", "sqs:SendMessage", "JobQueue")
