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


def build(settings: Settings) -> Service:
    """Wire the whole service.

    Raises
    ------
    SettingsInvalid
        For a setting that only shows wrong against the rest of the house.
    """
    modes = _modes(settings)
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
    )


def stores(settings: Settings) -> Stores:
    """The adapter set that the settings ask for."""
    return _aws(settings) if settings.store == "aws" else _local(settings)


def _modes(settings: Settings) -> tuple[str, ...]:
    chosen = settings.modes if settings.modes is not None else tuple(MODES)
    unknown = [name for name in chosen if name not in MODES]
    if unknown:
        raise SettingsInvalid(
            f"EXPUNGE_MODES: no such mode: {', '.join(unknown)}; the modes are: {', '.join(MODES)}"
        )
    return chosen


def _ready(wired: Stores) -> Mapping[str, bool]:
    """Ask for something that is not there: an answer is all that counts."""
    return {
        "records": _answers(lambda: wired.records.get(Key("health", "health"))),
        "objects": _answers(lambda: wired.objects.head("health")),
    }


def _answers(question: Callable[[], object]) -> bool:
    try:
        question()
    except (Unavailable, OSError):
        return False
    return True


def _aws(settings: Settings) -> Stores:
    raise SettingsInvalid("EXPUNGE_STORE: aws is not wired")


def _local(settings: Settings) -> Stores:
    raise SettingsInvalid("EXPUNGE_STORE: local is not wired")
