"""The job record and its states."""

from __future__ import annotations

from dataclasses import MISSING, dataclass, field, fields, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self

from expunge.imaging.media_types import EXTENSIONS
from expunge.jobs.packing import packed, unpacked

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    """Which images of a job are stored."""

    RESULT = "result"
    """The result, for a day."""
    ALL = "all"
    """The original and the result, which the operator can view; see `archive`."""
    REPORT = "report"
    """None, but the job's record: the request that runs the job gets the result. One that a worker
    makes, or that is too large for an answer, is stored for a day."""
    NOTHING = "nothing"
    """Neither: only the request that created the job gets the result."""


PACKED = "packed"
"""The field of a record that holds others in a shorter form (`packing`)."""
_PACKABLE = ("report", "timings_ms")
RENAMED_FIELDS = {"keep": "retention", "charge": "refund_data"}
"""Field names in records of version 0.1, and their present names."""


@dataclass(frozen=True, slots=True)
class Job:
    """One image and one mode. Times are Unix seconds."""

    id: str
    owner: str
    """The account that owns it; an anonymous job is its own owner (`Caller.owner_of`)."""
    mode: str
    options: dict[str, Any]
    status: Status
    sync: bool
    """Whether the request that created it also runs it, so that no worker ever does."""
    media_type: str
    created_at: float
    record_seconds: int
    """Seconds for which the record can be read after the job's end."""
    surface: str | None = None
    """The surface whose numbered lists hold it (`page_index`); ``None`` for no such list."""
    price: int = 0
    """Millicredits that it costs, 0 for a job that counts toward its group."""
    key: str | None = None
    """The id of the API key that created it."""
    request: dict[str, Any] = field(default_factory=dict)
    """The caller's request, as that surface shows it."""
    browser: str | None = None
    """For an anonymous job, the browser name that lists it and may cancel or delete it."""
    batch: str | None = None
    """The id of the batch that it is an item of."""
    batch_index: int = 0
    """Its position in the batch, from 0."""
    webhook_url: str | None = None
    """A URL that receives a message about this job's end, besides the subscriptions."""
    webhook_private: bool = False
    """Whether that URL may lead to a private target that the operator has opened."""
    webhook_secret: str | None = None
    base_url: str = ""
    """The service's URL, as the caller used it."""
    guessed_type: str | None = None
    """The media type that the client guessed from the file name, if it was wrong."""
    retention: Retention = Retention.RESULT
    pixels: int = 0
    """Pixels of all frames, from the image's header."""
    memory: int = 0
    """Maximum bytes of memory for its run, estimated from the header."""
    media: bool = False
    """Whether it is for workers with the libraries of swaps and moving pictures."""
    input_key: str | None = None
    """The object key of its image: an upload, or a copy made for this job."""
    input_content: str | None = None
    """For an upload, what identifies the bytes that were checked (`Uploaded.content`)."""
    companions: dict[str, str] = field(default_factory=dict)
    """The object keys of copies of its other images, by their names (`JobRequest.companions`)."""
    own_label: str | None = None
    """The label of the swap that its image is known to be, which it may not carry (`OwnLabel`)."""
    purpose: str | None = None
    """What the caller said it is for."""
    filename: str = ""
    """The caller's own name for its image; empty if unknown."""
    attempts: int = 0
    lease: str | None = None
    """The token of the run that may end the job."""
    lease_until: float = 0.0
    progress: int = 0
    """Percent; 100 only after success. It falls only when another run starts."""
    ended_at: float | None = None
    processing_ms: int | None = None
    timings_ms: dict[str, float] = field(default_factory=dict)
    """Run time by stage; the stages add up to ``total``."""
    report: dict[str, Any] = field(default_factory=dict)
    result_key: str | None = None
    result_type: str | None = None
    result_bytes: int | None = None
    result_expires_at: float | None = None
    error_code: str | None = None
    error_message: str | None = None
    apart: bool = False
    """Whether its pending entry and its listing are written by themselves (`Register.add`)."""
    refund_data: dict[str, Any] = field(default_factory=dict)
    """The admission's reservation; the job's end settles or refunds it."""

    @property
    def is_anonymous(self) -> bool:
        """Whether no account owns it."""
        return self.owner == self.id

    def held_for(self, now: float, lease_seconds: float) -> float:
        """Seconds until another run may take it, 0 where one may now.

        A lease with more than twice its time left was given before the clock was stepped back.
        """
        left = self.lease_until - now
        held = self.status is Status.PROCESSING and 0 < left <= 2 * lease_seconds
        return left if held else 0.0

    def item(self) -> Item:
        """The job as a record, without the fields that have their default value."""
        facts = {name: getattr(self, name) for name in _FIELDS}
        given = {
            name: value
            for name, value in facts.items()
            if name not in _DEFAULTS or value != _DEFAULTS[name]
        }
        return stored(given)

    def object_key(self, prefix: str, media_type: str, companion: str = "") -> str:
        """The object key of its original (``in``), of a companion, or of its result (``out``)."""
        day = datetime.fromtimestamp(self.created_at, UTC).date().isoformat()
        name = f"{self.id}-{companion}" if companion else self.id
        return f"{prefix}/{day}/{name}.{EXTENSIONS[media_type]}"

    @property
    def copy_keys(self) -> list[str]:
        """The object keys of the image copies made only for this job; an upload is none.

        Companions go with the job's end even where the operator keeps its original.
        """
        own = self.input_key is not None and self.id in self.input_key
        mine = [self.input_key] if own and self.retention is not Retention.ALL else []
        return [*filter(None, mine), *self.companions.values()]

    def result_keys(self) -> list[str]:
        """Every object key under which a run may have stored a result."""
        return [self.object_key("out", media_type) for media_type in EXTENSIONS]

    def message(self) -> Item:
        """The queue message: ids, never the image."""
        return {"owner": self.owner, "job": self.id} | ({"media": True} if self.media else {})

    def changed(self, **changes: Any) -> Self:  # noqa: ANN401
        return replace(self, **changes)

    @classmethod
    def of(cls, item: Item) -> Self:
        """Read a job from a record. Fields unknown to this version are ignored."""
        renamed = {RENAMED_FIELDS.get(name, name): value for name, value in item.items()}
        if PACKED in renamed:
            renamed |= unpacked(str(renamed[PACKED]))
        known: dict[str, Any] = {name: renamed[name] for name in _FIELDS if name in renamed}
        retention = Retention(known.get("retention", Retention.RESULT))
        return cls(**known | {"status": Status(known["status"]), "retention": retention})


_FIELDS = tuple(field.name for field in fields(Job))
_DEFAULTS: dict[str, Any] = {
    one.name: one.default_factory() if one.default_factory is not MISSING else one.default
    for one in fields(Job)
    if one.default is not MISSING or one.default_factory is not MISSING
}


def stored(facts: Mapping[str, Any]) -> Item:
    """Fields as they are stored: a report and its times are packed, if that is shorter."""
    large = {name: facts[name] for name in _PACKABLE if facts.get(name)}
    text = packed(large) if large else None
    if text is None:
        return dict(facts)
    return {name: value for name, value in facts.items() if name not in large} | {PACKED: text}
