"""The wired application, as its entry points see it; `bootstrap` builds it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, Protocol

from expunge.accounts.accounts import Accounts
from expunge.accounts.administrator import Administrator
from expunge.accounts.billing import Billing
from expunge.accounts.browsers import Browsers
from expunge.accounts.credentials import Credentials
from expunge.accounts.meter import Meter
from expunge.accounts.signin import SignIn
from expunge.accounts.usage import Usage
from expunge.batches.batches import Batches
from expunge.clean.cleaner import Cleaner
from expunge.erasure import Erasure
from expunge.hooks.hooks import Hooks
from expunge.imaging.limits import Limits
from expunge.jobs.attempts import Attempts
from expunge.jobs.jobs import Jobs
from expunge.operations.receipt import Issuer
from expunge.settings import Settings
from expunge.stores.ports import DeadLetters, Inbox, Mail, Objects, Queue, Signals, Value
from expunge.swaps.audit import Audit
from expunge.swaps.complaints import Complaints
from expunge.swaps.gate import Gate
from expunge.swaps.known_results import KnownResults
from expunge.swaps.swaps import Swaps

if TYPE_CHECKING:
    from expunge.telemetry.metrics import Metrics  # noqa: TC004  needs the serve extra

Kind = Literal["job", "delivery", "batch", "scan"]


def kind_of(message: Mapping[str, Value]) -> Kind:
    """What a queue message is for. Messages for jobs name no kind."""
    kind = message.get("kind")
    if kind == "delivery":
        return "delivery"
    if kind == "scan":
        return "scan"
    return "batch" if kind == "batch" else "job"


class SignedObjects(Objects, Protocol):
    """An object store whose signed URLs lead to this service."""

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

    def create_file(self, key: str, file: BinaryIO, content_type: str) -> None: ...


@dataclass(frozen=True, slots=True)
class TaskTerms:
    """What the operator has decided about the tasks surface."""

    price: int
    """Millicredits for a task."""
    options: dict[str, Any]
    """The options of `mask` for every task."""


@dataclass(frozen=True, slots=True)
class Service:
    """The parts of the wired application."""

    settings: Settings
    jobs: Jobs
    batches: Batches
    meter: Meter
    """Quotas and costs."""
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
    gate: Gate
    """Scans the inputs of face swaps."""
    audit: Audit
    """The register of face swaps."""
    known_results: KnownResults
    """Knows results of face swaps again."""
    complaints: Complaints
    """Complaints about refusals of the gate."""
    erasure: Erasure
    tasks: TaskTerms
    swaps: Swaps
    mail: Mail
    ready: Callable[[], Mapping[str, bool]]
    """Whether each store responds, by the store's name."""
    limits: Limits
    """Limits on the size of a file."""
    answer_bytes: int | None
    """Largest image in one response, in bytes; ``None`` for no limit."""
    modes: tuple[str, ...]
    """Names of the enabled modes."""
    scopes: tuple[str, ...]
    """Names of the enabled scopes of ``metadata``."""
    issuer: Issuer
    """Signs receipts, and knows the keys that verify them."""
    signed_objects: SignedObjects | None
    """The local object store; ``None`` if the store serves its own URLs (S3)."""
    results_origin: str | None
    """The origin of signed URLs; ``None`` if it is the service itself."""
    signals: Signals | None
    """Notifications of ended jobs, by id, between processes on one machine."""
    inbox: Inbox | None
    """Receiving end of the local job queue; ``None`` if the queue calls the service (SQS)."""
    deliveries_inbox: Inbox | None
    """Receiving end of the local webhook queue; ``None`` as above."""
    queues: Mapping[str, Queue]
    """The queues by name: ``jobs`` and ``deliveries``, on AWS ``large``, ``media``, ``batches``."""
    dead_letters: tuple[DeadLetters, ...]
    """The dead-letter queues of all queues."""
    alarms_url: str | None
    """The page of the provider's alarms; ``None`` if there is no provider (local)."""
    metrics: Metrics | None
    """What the operator's monitoring reads; ``None`` if it is off."""
    housekeeping: Callable[[], object]
    """Deletes expired data, if the store does not do so by itself."""
    close: Callable[[], object]
    """Closes files and connections."""

    def work(self, message: Mapping[str, Value]) -> None:
        """Process a queue message by its kind. Processing it twice is harmless.

        Raises
        ------
        expunge.jobs.failures.NotNow, expunge.errors.Unavailable
            If the message should be delivered again.
        """
        kind = kind_of(message)
        if kind == "delivery":
            self.hooks.work(message)
        elif kind == "batch":
            self.batches.work(message)
        elif kind == "scan":
            self.gate.work(message)
        else:
            self.jobs.work(message)

    def sweep(self) -> dict[str, int]:
        """Repair overdue jobs, deletions and deliveries; return the number of each kind.

        If one of these fails, the others still have their turn; see `Attempts`.
        """
        sweeps: dict[str, Callable[[], dict[str, int]]] = {
            "jobs": lambda: asdict(self.jobs.sweep()),
            "deletions": lambda: asdict(self.jobs.cleanup.sweep()),
            "batches": lambda: {"batches_due": self.batches.sweep()},
            "accounts": lambda: {"accounts_erased": self.erasure.sweep()},
            "deliveries": lambda: {"deliveries_due": self.hooks.sweep()},
        }
        swept: dict[str, int] = {}
        attempts = Attempts()
        for name, sweep in sweeps.items():
            with attempts.one(f"the sweep of {name}"):
                swept |= sweep()
        attempts.finish()
        return swept
