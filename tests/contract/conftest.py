"""Fixtures for the two adapter sets that the contract tests run on.

AWS is an emulator behind real HTTP on a free loopback port: moto, or another that `make judge`
chooses (`tests/contract/emulators.py`). Unlike AWS, moto is not atomic under threads, so it
handles one request at a time. An adapter that reads first and writes later would still lose
its races, since those happen between requests.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.config import Config

from expunge.stores.aws import clients
from expunge.stores.aws.mail import SesMail
from expunge.stores.aws.objects import S3Objects
from expunge.stores.aws.queue import SqsQueue
from expunge.stores.aws.records import DynamoRecords
from expunge.stores.local.database import Database
from expunge.stores.local.mail import FolderMail
from expunge.stores.local.objects import FileObjects
from expunge.stores.local.queue import SqliteQueue
from expunge.stores.local.records import SqliteRecords
from expunge.stores.local.secret import load_secret
from expunge.stores.ports import Item, Mail, Queue
from tests.contract.emulators import GAPS, NAME, emulator
from tests.contract.partitions import few_partitions  # noqa: F401 (for every test here)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.stores.ports import Objects, Records

REGION = "eu-central-1"


class Clock:
    """A clock in Unix seconds that the test moves."""

    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for test, reason in GAPS.get(NAME, {}).items():
            if "tests/contract/" in item.nodeid and f"::{test}" in item.nodeid:
                item.add_marker(pytest.mark.xfail(reason=f"{NAME} {reason}", strict=True))


@dataclass(frozen=True)
class Cloud:
    """boto3 clients of the emulator."""

    endpoint: str
    dynamodb: object
    s3: object
    sqs: object
    ses: object


PATIENT = Config(connect_timeout=120, read_timeout=120)
"""An answer that is waited for no longer counts as lost, and the call is repeated. AWS knows a
repeated write by its token and does it once; moto does it again."""


@pytest.fixture(scope="session")
def cloud(tmp_path_factory) -> Iterator[Cloud]:
    session = boto3.Session(
        aws_access_key_id="testing", aws_secret_access_key="testing", region_name=REGION
    )
    with (
        emulator(tmp_path_factory.mktemp("emulator")) as endpoint,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(clients, "_WAITS", clients._WAITS.merge(PATIENT))
        with pytest.MonkeyPatch.context() as making:
            making.setenv("AWS_ENDPOINT_URL", endpoint)
            made = {
                name: getattr(clients, name)(session) for name in ("dynamodb", "s3", "sqs", "ses")
            }
        yield Cloud(endpoint, **made)
        for client in made.values():
            client.close()


@pytest.fixture
def clock() -> Clock:
    return Clock(float(int(time.time())))


@pytest.fixture
def start() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts Python processes with a script and its arguments, and ends them after the test."""
    started: list[subprocess.Popen[str]] = []

    def start(script: str, *arguments: object) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-W", "error", "-c", script, *map(str, arguments)],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
            process.communicate()


@pytest.fixture
def database(tmp_path) -> Iterator[Database]:
    with Database(tmp_path / "expunge.sqlite3") as opened:
        yield opened


@pytest.fixture
def table(cloud) -> str:
    return make_table(cloud)


def make_table(cloud: Cloud) -> str:
    name = f"table-{uuid.uuid4()}"
    cloud.dynamodb.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "S"},
        ],
    )
    return name


@pytest.fixture(params=["local", "aws"])
def records(request, clock) -> Records:
    if request.param == "local":
        return SqliteRecords(request.getfixturevalue("database"), clock=clock)
    client = request.getfixturevalue("cloud").dynamodb
    return DynamoRecords(client, table=request.getfixturevalue("table"), clock=clock)


@pytest.fixture(params=["local", "aws"])
def new_records(request, tmp_path, clock) -> Iterator[Callable[[], Records]]:
    """A function that returns an empty store."""
    if request.param == "aws":
        cloud = request.getfixturevalue("cloud")
        yield lambda: DynamoRecords(cloud.dynamodb, table=make_table(cloud), clock=clock)
        return
    opened: list[Database] = []

    def make() -> SqliteRecords:
        opened.append(Database(tmp_path / f"{len(opened)}.sqlite3"))
        return SqliteRecords(opened[-1], clock=clock)

    yield make
    for one in opened:
        one.close()


@pytest.fixture
def local_objects(tmp_path, clock) -> FileObjects:
    return FileObjects(tmp_path / "objects", secret=load_secret(tmp_path / "secret"), clock=clock)


@pytest.fixture
def s3_objects(cloud, clock) -> S3Objects:
    bucket = f"bucket-{uuid.uuid4()}"
    cloud.s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    return S3Objects(cloud.s3, bucket=bucket, secret=lambda: bytes(32), clock=clock)


@pytest.fixture(params=["local", "s3"])
def objects(request) -> Objects:
    return request.getfixturevalue(f"{request.param}_objects")


@dataclass(frozen=True)
class Waiting:
    """A queue, with functions to receive its messages and to move time."""

    queue: Queue
    deliver: Callable[[], list[Item]]
    wait: Callable[[float], None]


@pytest.fixture(params=["local", "sqs"])
def waiting(request) -> Waiting:
    return request.getfixturevalue(f"{request.param}_waiting")


@pytest.fixture
def local_waiting(database, clock) -> Waiting:
    queue = SqliteQueue(database, clock=clock)

    def deliver() -> list[Item]:
        return [delivery.message for delivery in iter(lambda: queue.receive(900), None)]

    return Waiting(queue, deliver, clock.advance)


@pytest.fixture
def sqs_waiting(cloud) -> Waiting:
    url = cloud.sqs.create_queue(QueueName=f"queue-{uuid.uuid4()}")["QueueUrl"]

    def deliver() -> list[Item]:
        answer = cloud.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)
        return [json.loads(message["Body"]) for message in answer.get("Messages", [])]

    return Waiting(SqsQueue(cloud.sqs, queue_url=url), deliver, time.sleep)


@dataclass(frozen=True)
class Posting:
    """A mail port, with a function to count sent mails."""

    mail: Mail
    count: Callable[[], int]


@pytest.fixture(params=["local", "ses"])
def posting(request, tmp_path, clock) -> Posting:
    if request.param == "local":
        outbox = tmp_path / "outbox"
        return Posting(FolderMail(outbox, clock=clock), lambda: len(list(outbox.iterdir())))
    client = request.getfixturevalue("cloud").ses
    client.verify_email_identity(EmailAddress="service@example.org")
    before = client.get_send_quota()["SentLast24Hours"]
    return Posting(
        SesMail(lambda: client, sender="service@example.org"),
        lambda: int(client.get_send_quota()["SentLast24Hours"] - before),
    )
