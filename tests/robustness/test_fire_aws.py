"""The same on the adapters of AWS: messages come twice, late and out of order, functions die.

The functions' own handler is given batches as Lambda would give them, and what it reports as
failed comes again.
"""

from __future__ import annotations

import logging
import random
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from importlib.util import find_spec, module_from_spec
from typing import TYPE_CHECKING, Any

import pytest

from expunge import adapters, bootstrap
from expunge.accounts.callers import Caller, Tier, anonymous
from expunge.errors import ExpungeError, Unavailable
from expunge.jobs.request import JobRequest
from expunge.settings import Settings
from tests.contract.books import Killed
from tests.contract.conftest import REGION, Cloud, cloud, make_table  # noqa: F401 (a fixture)
from tests.contract.emulators import NAME
from tests.contract.partitions import few_partitions  # noqa: F401 (a fixture)
from tests.robustness.fire import JOBS, SEED, Call, Seen, audit, flaky, plan, told
from tests.robustness.test_fire import LIMITS

if TYPE_CHECKING:
    from expunge.service import Service

RATE = 0.05
FUNCTIONS = 2
POISON = '{"neither": "a job nor a webhook"}'
VISIBILITY = 2


@dataclass
class Context:
    """What a handler is told of its invocation."""

    function_name: str = "JobsFunction"
    memory_limit_in_mb: int = 1769
    invoked_function_arn: str = f"arn:aws:lambda:{REGION}:123456789012:function:JobsFunction"
    aws_request_id: str = "request"


@dataclass
class Stack:
    """Table, bucket and queue, and services over them that fail or do not."""

    settings: Settings
    cloud: Cloud
    luck: random.Random
    ahead: float = 0.0
    counts: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.reliable = bootstrap.stores

    def clock(self) -> float:
        return time.time() + self.ahead

    def service(self, patch: pytest.MonkeyPatch, *, rate: float = 0.0) -> Service:
        self._wire(patch, rate)
        return bootstrap.build(self.settings, clock=self.clock)

    def handler(self, patch: pytest.MonkeyPatch, *, rate: float = 0.0) -> Callable[..., Any]:
        """The jobs function's, in a module of its own, as each copy of a function is."""
        self._wire(patch, rate)
        spec = find_spec("expunge.handlers.jobs")
        assert spec is not None
        assert spec.loader is not None
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        module.service = bootstrap.build(  # type: ignore[attr-defined]
            self.settings, clock=self.clock, observer=module.measured
        )
        return module.handler  # type: ignore[no-any-return]

    def _wire(self, patch: pytest.MonkeyPatch, rate: float) -> None:
        luck = random.Random(self.luck.random())

        def error() -> BaseException:
            beating = threading.current_thread().name == "heartbeat"
            dies = luck.random() < 0.3 and not beating
            return Killed() if dies else Unavailable("The store did not answer.")

        def stores(settings: Settings) -> adapters.Stores:
            wired = self.reliable(settings)
            return flaky(wired, luck, rate, error=error) if rate else wired

        patch.setattr(bootstrap, "stores", stores)

    def count(self, what: str, by: int = 1) -> None:
        self.counts[what] = self.counts.get(what, 0) + by

    def receive(self) -> list[dict[str, Any]]:
        answer = self.cloud.sqs.receive_message(
            QueueUrl=self.settings.queue_url,
            MaxNumberOfMessages=5,
            VisibilityTimeout=VISIBILITY,
            AttributeNames=["SentTimestamp"],
        )
        return list(answer.get("Messages", []))

    def delete(self, message: dict[str, Any]) -> None:
        receipt = message["ReceiptHandle"]
        # MiniStack knows the latest receipt of a message alone; SQS takes an older one, and does
        # nothing or deletes.
        gap = self.cloud.sqs.exceptions.ReceiptHandleIsInvalid if NAME == "ministack" else ()
        with suppress(gap):
            self.cloud.sqs.delete_message(QueueUrl=self.settings.queue_url, ReceiptHandle=receipt)

    def objects(self) -> dict[str, bytes]:
        bucket = self.settings.bucket
        pages = self.cloud.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
        keys = [one["Key"] for page in pages for one in page.get("Contents", [])]
        return {k: self.cloud.s3.get_object(Bucket=bucket, Key=k)["Body"].read() for k in keys}


@pytest.fixture
def stack(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Stack:  # noqa: F811
    # A function's logger takes over the package's, for as long as there is one.
    package = logging.getLogger("expunge")
    for name, value in (
        ("propagate", package.propagate),
        ("handlers", [*package.handlers]),
        ("filters", [*package.filters]),
        ("level", package.level),
    ):
        monkeypatch.setattr(package, name, value)
    name = f"fire-{uuid.uuid4()}"
    cloud.s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    variables = {
        "EXPUNGE_STORE": "aws",
        "EXPUNGE_TABLE": make_table(cloud),
        "EXPUNGE_BUCKET": name,
        "EXPUNGE_QUEUE_URL": cloud.sqs.create_queue(QueueName=name)["QueueUrl"],
        "EXPUNGE_DELIVERY_QUEUE_URL": cloud.sqs.create_queue(QueueName=f"{name}-d")["QueueUrl"],
        "AWS_ENDPOINT_URL": cloud.endpoint,
        "EXPUNGE_LIMITS": " ".join(LIMITS),
        "EXPUNGE_JOB_ATTEMPTS": "4",
        "EXPUNGE_JOB_LEASE_SECONDS": "1",
    }
    powertools = {
        "POWERTOOLS_TRACE_DISABLED": "true",
        "POWERTOOLS_SERVICE_NAME": "expunge",
        "POWERTOOLS_METRICS_NAMESPACE": "expunge",
        "POWERTOOLS_LOG_LEVEL": "CRITICAL",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": REGION,
    }
    for variable, value in (variables | powertools).items():
        monkeypatch.setenv(variable, value)
    return Stack(Settings.from_env(variables), cloud, random.Random(SEED))


class Lambda:
    """Polls the queue for a function, and repeats, delays and shuffles what comes."""

    def __init__(self, stack: Stack, handler: Callable[..., Any], luck: random.Random) -> None:
        self.stack, self.handler, self.luck = stack, handler, luck
        self.late: list[dict[str, Any]] = []

    def poll(self) -> bool:
        """One batch; whether there was any."""
        batch = self.stack.receive()
        for message in batch:
            if self.luck.random() < 0.5:
                self.late.append(message)
        if self.late and self.luck.random() < 0.4:
            batch.append(self.late.pop(self.luck.randrange(len(self.late))))
            self.stack.count("messages delivered twice or late")
        self.luck.shuffle(batch)
        if self.luck.random() < 0.05:
            self.stack.count("batches that were throttled")
        elif batch:
            self.invoke(batch)
        return bool(batch)

    def invoke(self, batch: list[dict[str, Any]]) -> None:
        records = [
            {
                "messageId": f"{number} {message['MessageId']}",
                "receiptHandle": message["ReceiptHandle"],
                "body": message["Body"],
                "attributes": {"SentTimestamp": message["Attributes"]["SentTimestamp"]},
                "messageAttributes": {},
                "eventSource": "aws:sqs",
                "eventSourceARN": f"arn:aws:sqs:{REGION}:123456789012:JobQueue",
                "awsRegion": REGION,
            }
            for number, message in enumerate(batch)
        ]
        self.stack.count("invocations")
        try:
            answer = self.handler({"Records": records}, Context())
        except Killed:
            self.stack.count("functions killed")
            return
        failed = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
        self.stack.count("batches that failed in part", 0 < len(failed) < len(batch))
        for record, message in zip(records, batch, strict=True):
            if record["messageId"] not in failed and self.luck.random() > 0.03:
                self.stack.delete(message)


def test_the_adapters_of_aws_under_fire(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    sound = stack.service(monkeypatch)
    accounts = [sound.accounts.create(tier) for tier in (Tier.FREE, Tier.PRO)]
    callers = [
        replace(anonymous("203.0.113.5"), browser="browser_1"),
        *(Caller(a.id, a.tier) for a in accounts),
    ]
    front = stack.service(monkeypatch, rate=RATE)
    for _ in range(2):
        stack.cloud.sqs.send_message(QueueUrl=stack.settings.queue_url, MessageBody=POISON)
    seen, over = Seen(), threading.Event()

    def function(handler: Callable[..., Any], luck: random.Random) -> None:
        running = Lambda(stack, handler, luck)
        while not over.is_set():
            if not running.poll():
                over.wait(0.05)
            if luck.random() < 0.05:
                attempted(front.sweep)

    handlers = [stack.handler(monkeypatch, rate=RATE) for _ in range(FUNCTIONS)]
    with ThreadPoolExecutor(FUNCTIONS) as running, ThreadPoolExecutor(4) as calling:
        functions = [
            running.submit(function, handler, random.Random(f"{SEED} {number}"))
            for number, handler in enumerate(handlers)
        ]
        calls = calling.map(lambda call: make(front, callers, call, seen), plan(JOBS, SEED))
        try:
            list(calls)
        finally:
            over.set()
        for one in functions:
            one.result()

    recover(stack, monkeypatch, sound)

    wired = stack.reliable(stack.settings)
    owners = [str(caller.known_as) for caller in callers]
    counts = audit(wired.records, owners, seen, stack.objects(), time.time())
    with capsys.disabled():
        title = f"the adapters of AWS under fire, {JOBS} calls, seed {SEED}"
        print(f"\n{title}\n{told(counts + seen.counts + type(counts)(stack.counts))}")


def attempted(call: Callable[[], Any]) -> Any:
    """The answer, or the error of a call that failed or was cut off."""
    try:
        return call()
    except (ExpungeError, Killed) as error:
        return error


def make(service: Service, callers: list[Caller], call: Call, seen: Seen) -> None:
    caller = callers[call.caller]
    job_request = JobRequest(
        call.mode,
        call.options,
        image=call.image,
        respond_async=call.respond_async,
        idempotency_key=call.key,
    )
    job = None
    for again in range(30):
        answer = attempted(lambda: service.jobs.submit(caller, job_request))
        if isinstance(answer, Killed | Unavailable):
            seen.counts["calls that were cut off or failed"] += 1
            if call.key is None:
                return
            continue
        if isinstance(answer, ExpungeError):
            seen.counts[f"refused: {answer.code}"] += 1
            return
        assert call.valid
        job = answer.job
        seen.job(call, {"id": job.id, "status": job.status, "processing_ms": job.processing_ms})
        if again >= call.replays:
            break
    if job and call.cancel:
        canceled = attempted(lambda: service.jobs.cancel(caller, job.id))
        seen.counts["cancels asked for"] += not isinstance(canceled, BaseException)


def recover(stack: Stack, monkeypatch: pytest.MonkeyPatch, sound: Service) -> None:
    """Stores that answer, and time enough for every message to come again."""
    last = Lambda(stack, stack.handler(monkeypatch), random.Random(0))
    last.luck.random = lambda: 0.9  # type: ignore[method-assign]
    until = time.monotonic() + 120 + JOBS
    stack.ahead = 3600
    quiet = 0
    while time.monotonic() < until:
        sound.sweep()
        had = last.stack.receive()
        jobs = [message for message in had if message["Body"] != POISON]
        if jobs:
            last.invoke(jobs)
        waiting = next(sound.jobs.unfinished(), None)
        quiet = 0 if waiting or jobs else quiet + 1
        if quiet * 0.2 > VISIBILITY + 0.5:
            return
        if not jobs:
            time.sleep(0.2)
    pytest.fail("jobs are left that do not end")
