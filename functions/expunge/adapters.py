"""The two adapter sets of the ports: AWS, or one folder on this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from expunge.errors import Unavailable
from expunge.jobs.register import RESULT_SECONDS
from expunge.service import SignedObjects, kind_of
from expunge.stores.ports import (
    Backlog,
    DeadLetters,
    Inbox,
    Key,
    Mail,
    Objects,
    OwnSecret,
    Queue,
    Records,
    Signals,
    Value,
)
from expunge.telemetry import tracing
from expunge.telemetry.readings import Reading

if TYPE_CHECKING:
    from expunge.settings import Settings

OBJECT_SECONDS = {"in/": 24 * 3600, "out/": RESULT_SECONDS, "parts/": 24 * 3600}
"""How long the local store keeps files at most, by prefix, whatever their records say. On AWS
the bucket's lifecycle rules set this, in days."""
MAIL_SECONDS = 24 * 3600
"""How long mail stays in the local outbox; the links in it are valid for 15 minutes."""


@dataclass(frozen=True, slots=True)
class Stores:
    """One adapter for each port, and optional parts that only the local set has."""

    records: Records
    objects: Objects
    queue: Queue
    deliveries: Queue
    """The webhook queue, separate so that a slow receiver does not delay jobs."""
    batches: Queue
    """The queue of batches; locally that of jobs."""
    mail: Mail
    receipt_secret: OwnSecret
    """The private key that signs receipts, if no setting names one."""
    large_queue: Queue | None = None
    """The queue of large jobs, if workers with more memory run them."""
    media_queue: Queue | None = None
    """The queue of swaps and moving pictures, if workers of their own run them."""
    signed_objects: SignedObjects | None = None
    results_origin: str | None = None
    """Origin of the object store's signed URLs; ``None`` if it is the service itself."""
    signals: Signals | None = None
    inbox: Inbox | None = None
    deliveries_inbox: Inbox | None = None
    dead_letters: tuple[DeadLetters, ...] = ()
    alarms_url: str | None = None
    """The page of the alarms that watch these stores, if the provider has one."""
    writable: Callable[[], Mapping[str, bool]] = dict
    """Whether the stores accept writes, by name; stores that cannot be full are omitted."""
    check_space: Callable[[int], object] = lambda _: None
    """Checks that this many bytes may be stored, or raises `StorageFull`."""
    stored_bytes: Callable[[], int] | None = None
    """Bytes of all stored data; ``None`` where the provider measures them."""
    housekeeping: Callable[[], object] = lambda: None
    close: Callable[[], object] = lambda: None

    @property
    def queues(self) -> Mapping[str, Queue]:
        """Every queue, by name."""
        large = {"large": self.large_queue} if self.large_queue else {}
        media = {"media": self.media_queue} if self.media_queue else {}
        batches = {} if self.inbox else {"batches": self.batches}
        return {"jobs": self.queue, **large, **media, "deliveries": self.deliveries, **batches}

    def ready(self) -> Mapping[str, bool]:
        """Whether each store responds, and can be written if it can be full.

        The reads name a key that does not exist; any response to them is enough.
        """
        writable = self.writable()
        return {
            "records": _answers(lambda: self.records.get(Key("health", "health")))
            and writable.get("records", True),
            "objects": _answers(lambda: self.objects.head("out/health"))
            and writable.get("objects", True),
        }

    def readings(self) -> Iterator[Reading]:
        """What the stores hold now, where they do not belong to a provider that tells it."""
        inboxes = {"jobs": self.inbox, "deliveries": self.deliveries_inbox}
        for name, inbox in inboxes.items():
            if inbox is not None:
                yield from _of_queue(name, inbox.backlog())
        if self.stored_bytes is not None:
            yield Reading("expunge_store_bytes", "Size of all stored data.", self.stored_bytes())


def _of_queue(name: str, backlog: Backlog) -> Iterator[Reading]:
    label = {"queue": name}
    waiting, oldest = "Messages that wait in a queue.", "Age of the oldest message that waits."
    yield Reading("expunge_queue_messages", waiting, backlog.messages, label)
    yield Reading("expunge_queue_oldest_seconds", oldest, backlog.oldest_seconds, label)
    dead = "Messages whose attempts all failed."
    yield Reading("expunge_queue_dead_messages", dead, backlog.dead, label)


def _answers(question: Callable[[], object]) -> bool:
    try:
        question()
    except (Unavailable, OSError):
        return False
    return True


def stores(settings: Settings) -> Stores:
    """The adapter set that the settings choose; its calls are traced if tracing is on."""
    chosen = _aws(settings) if settings.store == "aws" else _local(settings)
    return _traced(chosen) if tracing.is_on() else chosen


def _traced(plain: Stores) -> Stores:
    names = ("records", "objects", "queue", "deliveries", "signed_objects")
    ports: dict[str, Any] = {name: getattr(plain, name) for name in names}
    traced: dict[str, Any] = {n: tracing.Traced(p, n) for n, p in ports.items() if p is not None}
    return replace(plain, **traced)


def _aws(settings: Settings) -> Stores:
    from expunge.stores.aws import clients
    from expunge.stores.aws.mail import SesMail
    from expunge.stores.aws.objects import S3Objects
    from expunge.stores.aws.queue import SqsDeadLetters, SqsQueue
    from expunge.stores.aws.records import DynamoRecords
    from expunge.stores.secrets import SharedSecret

    session = clients.BotocoreSession()
    queue_url, delivery_queue_url = settings.queue_url or "", settings.delivery_queue_url or ""
    large_queue_url, media_queue_url = settings.large_queue_url, settings.media_queue_url
    batch_queue_url = settings.batch_queue_url or queue_url
    dynamodb, sqs = clients.dynamodb(session), clients.sqs(session)
    s3 = clients.s3(session)
    mail = SesMail(lambda: clients.ses(session), sender=settings.mail_from or "")
    records = DynamoRecords(dynamodb, table=settings.table or "")
    secret = SharedSecret(records, "objects")
    objects = S3Objects(s3, bucket=settings.bucket or "", secret=lambda: secret.value)

    def origin(message: Mapping[str, Value]) -> str:
        """The URL of the queue that a dead letter came from."""
        kind = kind_of(message)
        if kind not in ("job", "scan"):
            return delivery_queue_url if kind == "delivery" else batch_queue_url
        if media_queue_url and message.get("media"):
            return media_queue_url
        return large_queue_url if large_queue_url and message.get("large") else queue_url

    def close() -> None:
        for client in (dynamodb, sqs, s3, mail):
            client.close()

    return Stores(
        records=records,
        objects=objects,
        results_origin=objects.origin,
        queue=SqsQueue(sqs, queue_url=queue_url),
        deliveries=SqsQueue(sqs, queue_url=delivery_queue_url),
        batches=SqsQueue(sqs, queue_url=batch_queue_url),
        large_queue=SqsQueue(sqs, queue_url=large_queue_url) if large_queue_url else None,
        media_queue=SqsQueue(sqs, queue_url=media_queue_url) if media_queue_url else None,
        dead_letters=(SqsDeadLetters(sqs, queue_url=queue_url, route=origin),),
        alarms_url=clients.alarms_url(session),
        mail=mail,
        receipt_secret=SharedSecret(records, "receipts"),
        close=close,
    )


def _local(settings: Settings) -> Stores:
    from expunge.stores.local import layout
    from expunge.stores.local.database import Database
    from expunge.stores.local.folders import data_folder
    from expunge.stores.local.mail import FolderMail
    from expunge.stores.local.objects import FileObjects
    from expunge.stores.local.probe import WriteProbe
    from expunge.stores.local.queue import SqliteQueue
    from expunge.stores.local.records import SqliteRecords
    from expunge.stores.local.secret import FileSecret, load_secret
    from expunge.stores.local.signals import signals_in
    from expunge.stores.local.space import MEGABYTE, Space
    from expunge.stores.local.staging import clear_staging

    folder = settings.data
    data_folder(folder)
    database = Database(folder / layout.RECORDS)
    records = SqliteRecords(database)
    limit = settings.data_max_mb
    space = Space(
        folder,
        max_bytes=None if limit is None else limit * MEGABYTE,
        free_bytes=settings.data_free_mb * MEGABYTE,
    )
    objects = FileObjects(
        folder / layout.OBJECTS, secret=load_secret(folder / layout.SECRET), check_space=space.check
    )
    queue = SqliteQueue(database)
    deliveries_database = Database(folder / layout.DELIVERIES)
    deliveries = SqliteQueue(deliveries_database)
    signals = signals_in(folder / "run")

    mail = FolderMail(folder / layout.OUTBOX)

    def close() -> None:
        database.close()
        deliveries_database.close()
        if signals:
            signals.close()

    def housekeeping() -> None:
        records.sweep()
        database.forget()
        objects.sweep(OBJECT_SECONDS)
        mail.sweep(MAIL_SECONDS)
        clear_staging(folder)

    return Stores(
        records=records,
        objects=objects,
        queue=queue,
        deliveries=deliveries,
        batches=queue,
        mail=mail,
        receipt_secret=FileSecret(folder / layout.RECEIPT_KEY),
        signed_objects=objects,
        signals=signals,
        inbox=queue,
        deliveries_inbox=deliveries,
        dead_letters=(queue, deliveries),
        writable=WriteProbe(records, folder / layout.OBJECTS),
        check_space=space.check,
        stored_bytes=space.used,
        housekeeping=housekeeping,
        close=close,
    )
