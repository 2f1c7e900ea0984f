"""The one composition root: settings in, a wired service out."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from expunge.errors import Unavailable
from expunge.jobs.jobs import Jobs
from expunge.operations import MODES
from expunge.service import Service, SignedObjects
from expunge.settings import SettingsInvalid
from expunge.stores.ports import Inbox, Key, Mail, Objects, Queue, Records

if TYPE_CHECKING:
    from collections.abc import Mapping

    from expunge.settings import Settings


OBJECT_SECONDS = {"in/": 24 * 3600, "out/": 25 * 3600}
"""How long the local store keeps files, by prefix; on AWS the bucket's lifecycle says so."""


@dataclass(frozen=True, slots=True)
class Stores:
    """One adapter for each port, and what only the local set has."""

    records: Records
    objects: Objects
    queue: Queue
    mail: Mail
    signed_objects: SignedObjects | None = None
    inbox: Inbox | None = None
    housekeeping: Callable[[], object] = lambda: None
    close: Callable[[], object] = lambda: None


def build(settings: Settings) -> Service:
    """Wire the whole service.

    Raises
    ------
    SettingsInvalid
        For a setting that only shows wrong against the rest of the house.
    """
    modes = modes_of(settings)
    wired = stores(settings)
    jobs = Jobs(
        wired.records,
        wired.objects,
        wired.queue,
        modes=modes,
        lease_seconds=settings.job_lease_seconds,
        attempts=settings.job_attempts,
        clock=time.time,
    )
    return Service(
        settings=settings,
        jobs=jobs,
        mail=wired.mail,
        modes=modes,
        ready=lambda: _ready(wired),
        signed_objects=wired.signed_objects,
        inbox=wired.inbox,
        housekeeping=wired.housekeeping,
        close=wired.close,
    )


def stores(settings: Settings) -> Stores:
    """The adapter set that the settings ask for."""
    return _aws(settings) if settings.store == "aws" else _local(settings)


def modes_of(settings: Settings) -> tuple[str, ...]:
    """The modes that are on.

    Raises
    ------
    SettingsInvalid
        For one that this build does not know.
    """
    chosen = settings.modes if settings.modes is not None else tuple(MODES)
    unknown = [name for name in chosen if name not in MODES]
    if unknown:
        raise SettingsInvalid(
            f"EXPUNGE_MODES: no such mode: {', '.join(unknown)}; the modes are: {', '.join(MODES)}"
        )
    return chosen


def _ready(wired: Stores) -> Mapping[str, bool]:
    """Ask for something that is not there, where the roles may look: any answer counts."""
    return {
        "records": _answers(lambda: wired.records.get(Key("health", "health"))),
        "objects": _answers(lambda: wired.objects.head("out/health")),
    }


def _answers(question: Callable[[], object]) -> bool:
    try:
        question()
    except (Unavailable, OSError):
        return False
    return True


def _aws(settings: Settings) -> Stores:
    import boto3

    from expunge.stores.aws import clients
    from expunge.stores.aws.mail import SesMail
    from expunge.stores.aws.objects import S3Objects
    from expunge.stores.aws.queue import SqsQueue
    from expunge.stores.aws.records import DynamoRecords

    session, endpoint = boto3.Session(), settings.aws_endpoint_url
    return Stores(
        records=DynamoRecords(clients.dynamodb(session, endpoint), table=settings.table or ""),
        objects=S3Objects(clients.s3(session, endpoint), bucket=settings.bucket or ""),
        queue=SqsQueue(clients.sqs(session, endpoint), queue_url=settings.queue_url or ""),
        mail=SesMail(clients.ses(session, endpoint), sender=settings.mail_from or ""),
    )


def _local(settings: Settings) -> Stores:
    from expunge.stores.local.database import Database
    from expunge.stores.local.mail import OutboxMail
    from expunge.stores.local.objects import FileObjects
    from expunge.stores.local.queue import SqliteQueue
    from expunge.stores.local.records import SqliteRecords
    from expunge.stores.local.secret import load_secret

    folder = settings.data
    database = Database(folder / "expunge.sqlite3")
    records = SqliteRecords(database)
    objects = FileObjects(folder / "objects", secret=load_secret(folder / "secret"))
    queue = SqliteQueue(database)

    def housekeeping() -> None:
        records.sweep()
        objects.sweep(OBJECT_SECONDS)

    return Stores(
        records=records,
        objects=objects,
        queue=queue,
        mail=OutboxMail(folder / "outbox"),
        signed_objects=objects,
        inbox=queue,
        housekeeping=housekeeping,
        close=database.close,
    )
