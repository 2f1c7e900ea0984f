"""Dead letters and their redrive, on both adapter sets."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from expunge.service import kind_of
from expunge.stores.aws.queue import SqsDeadLetters, SqsQueue
from expunge.stores.local.queue import SqliteQueue
from expunge.stores.ports import DeadLetters, Item

JOB = {"owner": "o", "job": "job_1"}
DELIVERY = {"kind": "delivery", "delivery": "d"}


@dataclass(frozen=True)
class Morgue:
    """Dead letters, with functions to make a message a dead letter and to receive jobs."""

    letters: DeadLetters
    die: Callable[[Item], None]
    jobs: Callable[[], list[Item]]


@pytest.fixture(params=["local", "sqs"])
def morgue(request) -> Morgue:
    return request.getfixturevalue(f"{request.param}_morgue")


@pytest.fixture
def local_morgue(database, clock) -> Morgue:
    queue = SqliteQueue(database, max_receives=2, clock=clock)

    def die(message: Item) -> None:
        queue.send(message)
        for _ in range(3):
            queue.receive(visibility=1)
            clock.advance(2)

    def jobs() -> list[Item]:
        return [delivery.message for delivery in iter(lambda: queue.receive(900), None)]

    return Morgue(queue, die, jobs)


@pytest.fixture
def sqs_morgue(cloud) -> Morgue:
    """The emulator's queues; a message goes straight to the dead-letter queue."""
    name = f"queue-{uuid.uuid4()}"
    dead = cloud.sqs.create_queue(QueueName=f"{name}-dead")["QueueUrl"]
    facts = cloud.sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])
    policy = {"deadLetterTargetArn": facts["Attributes"]["QueueArn"], "maxReceiveCount": 5}
    url = cloud.sqs.create_queue(QueueName=name, Attributes={"RedrivePolicy": json.dumps(policy)})[
        "QueueUrl"
    ]
    others = cloud.sqs.create_queue(QueueName=f"{name}-deliveries")["QueueUrl"]

    def jobs() -> list[Item]:
        answer = cloud.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)
        return [json.loads(message["Body"]) for message in answer.get("Messages", [])]

    letters = SqsDeadLetters(
        cloud.sqs, queue_url=url, route=lambda m: others if kind_of(m) == "delivery" else url
    )
    return Morgue(letters, SqsQueue(cloud.sqs, queue_url=dead).send, jobs)


def test_a_dead_message_is_counted_and_comes_back_once(morgue: Morgue) -> None:
    assert morgue.letters.count() == 0
    morgue.die(JOB)
    assert morgue.letters.count() == 1
    assert morgue.jobs() == []

    assert morgue.letters.redrive() == 1

    assert morgue.letters.count() == 0
    assert morgue.jobs() == [JOB]
    assert morgue.letters.redrive() == 0


@pytest.mark.parametrize("morgue", ["sqs"], indirect=True)
def test_each_goes_to_the_queue_it_came_from(morgue: Morgue) -> None:
    for message in (JOB, DELIVERY):
        morgue.die(message)

    assert morgue.letters.redrive() == 2
    assert morgue.jobs() == [JOB]


def test_dead_letters_can_be_looked_at_and_stay(morgue: Morgue, clock) -> None:
    assert morgue.letters.peek(5) == []
    began = clock.now
    numbers = [{**JOB, "n": n} for n in range(3)]
    for message in numbers:
        morgue.die(message)

    for _ in range(2):
        found = morgue.letters.peek(5)
        assert sorted((letter.message for letter in found), key=lambda m: m["n"]) == numbers
        assert all(letter.since >= began for letter in found)
    assert len(morgue.letters.peek(2)) == 2
    assert morgue.letters.count() == 3
    assert morgue.letters.redrive() == 3


def test_a_redrive_stops_at_its_limit_and_the_next_goes_on(morgue: Morgue) -> None:
    for n in range(3):
        morgue.die({**JOB, "n": n})

    assert morgue.letters.redrive(2) == 2
    assert morgue.letters.count() == 1
    assert morgue.letters.redrive(2) == 1
    assert sorted(job["n"] for job in morgue.jobs()) == [0, 1, 2]


def test_a_message_that_dies_here_is_told_in_the_log(local_morgue, caplog) -> None:
    local_morgue.die(JOB)

    [record] = [r for r in caplog.records if r.levelname == "ERROR"]
    assert "dead after 2 attempts" in record.getMessage()
    assert "job_1" in record.getMessage()


def test_the_backlog_says_how_much_waits_and_how_long(database, clock) -> None:
    queue = SqliteQueue(database, clock=clock)
    assert (queue.backlog().messages, queue.backlog().oldest_seconds) == (0, 0)
    queue.send(JOB)
    clock.advance(7)
    queue.send(JOB)
    queue.send(JOB, delay=60)

    backlog = queue.backlog()
    assert (backlog.messages, backlog.oldest_seconds, backlog.dead) == (2, 7, 0)
