"""What a job is."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self

from expunge.imaging.media_types import EXTENSIONS

if TYPE_CHECKING:
    from expunge.stores.ports import Item


class Status(StrEnum):
    """``queued → processing → succeeded | failed``, or ``queued → canceled``."""

    QUEUED = "queued"
    PROCESSING = "processing"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"

    @property
    def ended(self) -> bool:
        return self not in (Status.QUEUED, Status.PROCESSING)


class Retention(StrEnum):
    """What is stored of a job's pictures."""

    RESULT = "result"
    """The result, to be fetched for a day."""
    ALL = "all"
    """The original too, and the operator can look at both; see `archive`."""
    NOTHING = "nothing"
    """Neither: only the call that made the job gets its result."""


RENAMED_FIELDS = {"keep": "retention", "charge": "refund_data"}
"""Fields of records that version 0.1 wrote, and their names today."""


@dataclass(frozen=True, slots=True)
class Job:
    """One image, one mode, one end. Times are Unix seconds."""

    id: str
    owner: str
    """The account that it belongs to; an anonymous job is its own owner (`Caller.owner_of`)."""
    mode: str
    options: dict[str, Any]
    status: Status
    sync: bool
    """Answered by the call that made it; no worker will ever take it up."""
    media_type: str
    created_at: float
    record_seconds: int
    """How long the record can be read once the job has ended."""
    browser: str | None = None
    """Of an anonymous job: whose list it is in, and who may cancel and delete it."""
    webhook_url: str | None = None
    """Who is to be told of the end, beside those who are told of all."""
    webhook_secret: str | None = None
    base_url: str = ""
    """Where its maker reached this service."""
    guessed_type: str | None = None
    """What its file's name made a client take it for, where it is another."""
    retention: Retention = Retention.RESULT
    pixels: int = 0
    """Over all frames, as the header says."""
    memory: int = 0
    """Bytes that its run takes at most, estimated from the header."""
    input_key: str | None = None
    """Where its image lies: an upload, or a copy made for this job."""
    attempts: int = 0
    lease: str | None = None
    """Which run of the job may end it."""
    lease_until: float = 0.0
    progress: int = 0
    """Percent; it falls only when another run starts anew, and is 100 only at success."""
    ended_at: float | None = None
    processing_ms: int | None = None
    timings_ms: dict[str, float] = field(default_factory=dict)
    """Where that went, by stage; the stages add up to ``total``."""
    report: dict[str, Any] = field(default_factory=dict)
    result_key: str | None = None
    result_type: str | None = None
    result_bytes: int | None = None
    result_expires_at: float | None = None
    error_code: str | None = None
    error_message: str | None = None
    refund_data: dict[str, Any] = field(default_factory=dict)
    """What admission reserved; the end settles it or gives it back."""

    def item(self) -> Item:
        """As a record."""
        return asdict(self)

    def object_key(self, prefix: str, media_type: str) -> str:
        """The key of its original (``in``) or of its result (``out``), of this type."""
        day = datetime.fromtimestamp(self.created_at, UTC).date().isoformat()
        return f"{prefix}/{day}/{self.id}.{EXTENSIONS[media_type]}"

    @property
    def copy_key(self) -> str | None:
        """The copy of an image that was made for this job's run alone; an upload is none."""
        own = self.input_key is not None and self.id in self.input_key
        return self.input_key if own and self.retention is not Retention.ALL else None

    def result_keys(self) -> list[str]:
        """Every key that a run of it may have stored a result under."""
        return [self.object_key("out", media_type) for media_type in EXTENSIONS]

    def message(self) -> Item:
        """What the queue carries: names, never the image."""
        return {"owner": self.owner, "job": self.id}

    def changed(self, **changes: Any) -> Self:  # noqa: ANN401
        return replace(self, **changes)

    @classmethod
    def of(cls, item: Item) -> Self:
        """From a record. Fields this version does not know are ignored."""
        renamed = {RENAMED_FIELDS.get(name, name): value for name, value in item.items()}
        known: dict[str, Any] = {f.name: renamed[f.name] for f in fields(cls) if f.name in renamed}
        retention = Retention(known.get("retention", Retention.RESULT))
        return cls(**known | {"status": Status(known["status"]), "retention": retention})
