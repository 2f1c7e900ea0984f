"""The wired application, as its entrances see it; `bootstrap` makes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Protocol

from expunge.accounts.accounts import Accounts
from expunge.accounts.administrator import Administrator
from expunge.accounts.billing import Billing
from expunge.accounts.browsers import Browsers
from expunge.accounts.credentials import Credentials
from expunge.accounts.meter import Meter
from expunge.accounts.signin import SignIn
from expunge.accounts.usage import Usage
from expunge.clean.cleaner import Cleaner
from expunge.erasure import Erasure
from expunge.hooks.hooks import Hooks
from expunge.imaging.limits import Limits
from expunge.jobs.jobs import Jobs
from expunge.settings import Settings
from expunge.stores.ports import DeadLetters, Inbox, Mail, Objects, Signals, Value


def is_delivery(message: Mapping[str, Value]) -> bool:
    """Whether a queue's message is of a webhook; the others are of jobs."""
    return message.get("kind") == "delivery"


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
    meter: Meter
    """What may still be done, and what it costs."""
    accounts: Accounts
    credentials: Credentials
    browsers: Browsers
    """Secrets of callers without an account."""
    usage: Usage
    sign_in: SignIn
    administrator: Administrator
    billing: Billing
    cleaner: Cleaner
    hooks: Hooks
    erasure: Erasure
    mail: Mail
    ready: Callable[[], Mapping[str, bool]]
    """Asks each store whether it answers, by name."""
    limits: Limits
    """How large a file may be."""
    answer_bytes: int | None
    """The largest picture that one answer can carry; ``None`` for any."""
    modes: tuple[str, ...]
    """The names of the modes that are on."""
    signed_objects: SignedObjects | None
    """The local object store, or ``None`` where the store answers its own URLs."""
    results_origin: str | None
    """The origin that signed URLs lead to, or ``None`` where that is the service itself."""
    signals: Signals | None
    """Tell of ended jobs, by id, where processes share one machine."""
    inbox: Inbox | None
    """The local queue's receiving end, or ``None`` where the queue calls the service."""
    deliveries_inbox: Inbox | None
    """The same of the queue for webhooks."""
    dead_letters: tuple[DeadLetters, ...]
    """Messages that were given up, of every queue."""
    housekeeping: Callable[[], object]
    """Clears away what has expired, where the store does not do so by itself."""
    close: Callable[[], object]
    """Lets go of files and connections."""

    def work(self, message: Mapping[str, Value]) -> None:
        """Do what a queue message asks for, by its kind. Doing it twice is harmless.

        Raises
        ------
        expunge.jobs.runner.NotNow, expunge.errors.Unavailable
            Where the message should come again.
        """
        if is_delivery(message):
            self.hooks.work(message)
        else:
            self.jobs.work(message)

    def sweep(self) -> dict[str, int]:
        """Look after what nobody looks after; how many things of each kind there were."""
        swept = asdict(self.jobs.sweep()) | asdict(self.jobs.cleanup.sweep())
        erased = self.erasure.sweep()
        return swept | {"deliveries_due": self.hooks.sweep(), "accounts_erased": erased}
