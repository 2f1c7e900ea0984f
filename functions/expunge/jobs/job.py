"""The job record and its states."""

from __future__ import annotations

import math
from dataclasses import MISSING, dataclass, field, fields, replace
from datetime import UTC, datetime
from enum import StrEnum
from operator import mul
from typing import TYPE_CHECKING, Any, Self

from expunge.imaging.media_types import EXTENSIONS
from expunge.jobs.packing import packed, unpacked
from expunge.operations.parts import Part

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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


ALL_WORK = 10_000
"""About the work of all parts of a job, in the unit of `Job.work_left`."""
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
    stages: list[int] = field(default_factory=list)
    """The number of parts in each of its stages; empty for a job that one message runs."""
    part_work: list[int] = field(default_factory=list)
    """The work of one part in each stage, in the unit of ``work_left``."""
    stage: int = 0
    """The stage whose parts run now."""
    stage_at: float = 0.0
    """When that stage began."""
    started_at: float | None = None
    """When the first of its parts was started."""
    work_left: int = 0
    """The work of all parts that is not done."""
    apart: bool = False
    """Whether its pending entry and its listing are written by themselves (`Register.add`)."""
    refund_data: dict[str, Any] = field(default_factory=dict)
    """The admission's reservation; the job's end settles or refunds it."""

    @property
    def is_anonymous(self) -> bool:
        """Whether no account owns it."""
        return self.owner == self.id

    def held_for(self, now: float, lease_seconds: float) -> float:
        """Seconds until another run may take it, 0 where one may now."""
        held = self.status is Status.PROCESSING
        return lease_left(self.lease_until, now, lease_seconds) if held else 0.0

    @property
    def parts(self) -> list[Part]:
        """The parts of its present stage; none for a job that one message runs."""
        stages = tuple(self.stages)
        return [Part(self.stage, index, stages) for index in range(sum(stages[self.stage :][:1]))]

    @property
    def is_preparing(self) -> bool:
        """Whether its first stage runs, so that it has begun and can still be cancelled."""
        return self.status is Status.QUEUED and self.started_at is not None

    @property
    def is_stage_over(self) -> bool:
        """Whether all parts of its present stage have ended."""
        return self.work_left <= self._work_from(self.stage + 1)

    @property
    def all_work(self) -> int:
        """The work of all its parts."""
        return self._work_from(0)

    def _work_from(self, stage: int) -> int:
        """The work of all parts of a stage and of those after it."""
        counts, each = self.stages[stage:], self.part_work[stage:]
        return sum(map(mul, counts, each))

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
        name = f"{self.id}-{companion}" if companion else self.id
        return f"{prefix}/{self.day}/{name}.{EXTENSIONS[media_type]}"

    @property
    def day(self) -> str:
        """The date on which it was made, in UTC."""
        return datetime.fromtimestamp(self.created_at, UTC).date().isoformat()

    def in_stages(self, stages: Sequence[int], shares: Sequence[float]) -> Self:
        """A new job with so many parts in each stage, and this share of its work there."""
        each = [
            max(round(ALL_WORK * share / n), 1) for n, share in zip(stages, shares, strict=True)
        ]
        new = self.changed(stages=list(stages), part_work=each, stage_at=self.created_at)
        return new.changed(work_left=new.all_work)

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
        job = cls(**known | {"status": Status(known["status"]), "retention": retention})
        return job.changed(progress=max(job.progress, _percent(job))) if job.stages else job


_FIELDS = tuple(field.name for field in fields(Job))
_DEFAULTS: dict[str, Any] = {
    one.name: one.default_factory() if one.default_factory is not MISSING else one.default
    for one in fields(Job)
    if one.default is not MISSING or one.default_factory is not MISSING
}


def _percent(job: Job) -> int:
    """The progress of a job over all its parts, at most 99."""
    return min(99, 100 - math.ceil(100 * job.work_left / job.all_work))


def lease_left(until: float, now: float, lease_seconds: float) -> float:
    """Seconds for which a lease is still held.

    A lease with more than twice its time left was given before the clock was stepped back.
    """
    left = until - now
    return left if 0 < left <= 2 * lease_seconds else 0.0


def stored(facts: Mapping[str, Any]) -> Item:
    """Fields as they are stored: a report and its times are packed, if that is shorter."""
    large = {name: facts[name] for name in _PACKABLE if facts.get(name)}
    text = packed(large) if large else None
    if text is None:
        return dict(facts)
    return {name: value for name, value in facts.items() if name not in large} | {PACKED: text}
