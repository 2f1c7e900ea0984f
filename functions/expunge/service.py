"""The wired application, as its entrances see it; `bootstrap` makes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from expunge.clean.cleaner import Cleaner
from expunge.jobs.jobs import Jobs
from expunge.settings import Settings
from expunge.stores.ports import Inbox, Mail, Objects


class SignedObjects(Objects, Protocol):
    """An object store whose signed URLs this very service answers."""

    def authorize_put(
        self,
        key: str,
        query: Mapping[str, str],
        *,
        content_type: str | None,
        length: int | None,
    ) -> None: ...

    def authorize_get(self, key: str, query: Mapping[str, str]) -> str | None: ...

    def create(self, key: str, data: bytes, content_type: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Service:
    """Settings in, a whole service out."""

    settings: Settings
    jobs: Jobs
    cleaner: Cleaner
    mail: Mail
    ready: Callable[[], Mapping[str, bool]]
    """Asks each store whether it answers, by name."""
    modes: tuple[str, ...]
    """The names of the modes that are on."""
    signed_objects: SignedObjects | None
    """The local object store, or ``None`` where the store answers its own URLs."""
    inbox: Inbox | None
    """The local queue's receiving end, or ``None`` where the queue calls the service."""
    housekeeping: Callable[[], object]
    """Clears away what has expired, where the store does not do so by itself."""
    close: Callable[[], object]
    """Lets go of files and connections."""
