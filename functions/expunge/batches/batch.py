"""The record of a batch, its states, and its plan.

The record is small, since each step of the work writes it. What the request asked for is the
*plan*, which never changes.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self

from expunge.accounts.callers import Caller, Tier
from expunge.jobs.job import Status
from expunge.operations import mode_named
from expunge.stores.fields import known

if TYPE_CHECKING:
    from collections.abc import Iterable

    from expunge.stores.ports import Item

MAX_ITEMS = 100
"""Items of one batch."""


class State(StrEnum):
    """``processing → finished``, or ``processing → canceling → canceled``; then ``deleted``."""

    PROCESSING = "processing"
    CANCELING = "canceling"
    FINISHED = "finished"
    CANCELED = "canceled"
    DELETED = "deleted"
    """Nobody can read it any more; a worker deletes what belongs to it."""

    @property
    def ended(self) -> bool:
        return self not in (State.PROCESSING, State.CANCELING)


@dataclass(frozen=True, slots=True)
class Planned:
    """One item of a batch, as it was requested and charged."""

    index: int
    """Its position in the request, from 0."""
    job: str
    """The id that its job will have."""
    mode: str
    options: dict[str, Any]
    object_key: str | None = None
    image_url: str | None = None
    name: str = ""
    """The name of its file, if the request says one: the sender's own, or the URL's."""
    refund_data: dict[str, Any] = field(default_factory=dict)

    def item(self) -> Item:
        return asdict(self)

    def lasting(self) -> Self:
        """The item as it is kept after the batch's end: without options that identify people."""
        options = mode_named(self.mode).options_type.without_biometrics(self.options)
        return replace(self, options=options)


@dataclass(frozen=True, slots=True)
class Batch:
    """The record of a batch. Times are Unix seconds."""

    id: str
    owner: str
    """The account that owns it; an anonymous batch is its own owner (`Caller.owner_of`)."""
    caller: dict[str, Any]
    """The caller, as the domain knows it (`caller_of`)."""
    state: State
    total: int
    created_at: float
    record_seconds: int
    """Seconds for which it can be read after its end."""
    browser: str | None = None
    """For an anonymous batch, the browser name that lists it and may cancel or delete it."""
    planned: int = 0
    """The items, in the order of the plan, of which jobs have been made."""
    lease: str | None = None
    """The token of the worker that makes its jobs."""
    lease_until: float = 0.0
    zip: bool = False
    """Whether its results are put into a ZIP."""
    zip_key: str | None = None
    zip_bytes: int | None = None
    zip_expires_at: float | None = None
    zip_error: str | None = None
    counts: dict[str, int] = field(default_factory=dict)
    """The number of its jobs by state, once it has ended."""
    ended_at: float | None = None
    purpose: str | None = None
    webhook_url: str | None = None
    webhook_secret: str | None = None
    base_url: str = ""

    @property
    def account(self) -> str | None:
        """The account that owns it; ``None`` for an anonymous batch."""
        return None if self.owner == self.id else self.owner

    def owner_of(self, job: str) -> str:
        """The owner of one of its jobs."""
        return self.account or job

    def message(self) -> Item:
        """The queue message."""
        return message_of(self.owner, self.id)

    def item(self) -> Item:
        return asdict(self)

    def changed(self, **changes: Any) -> Self:  # noqa: ANN401
        return replace(self, **changes)

    @classmethod
    def of(cls, item: Item) -> Self:
        """Read a batch from a record. Fields unknown to this version are ignored."""
        facts = known(cls, item)
        return cls(**facts | {"state": State(facts["state"])})


def message_of(owner: str, batch: str) -> Item:
    """The queue message of a batch: ids only."""
    return {"kind": "batch", "owner": owner, "batch": batch}


def remembered(caller: Caller) -> dict[str, Any]:
    """A caller as a batch stores it. No field holds an IP address in clear."""
    return asdict(caller) | {"tier": caller.tier.value, "has_new_secret": False}


def caller_of(batch: Batch) -> Caller:
    """The caller who created a batch."""
    return Caller(**known(Caller, batch.caller) | {"tier": Tier(batch.caller["tier"])})


def counted(entries: Iterable[Item], total: int) -> dict[str, int]:
    """The number of jobs by state; an item without a job is queued."""
    counts = dict.fromkeys((status.value for status in Status), 0)
    for entry in entries:
        counts[str(entry["status"])] += 1
    counts[Status.QUEUED] += total - sum(counts.values())
    return counts
