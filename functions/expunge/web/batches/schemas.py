"""Request and response schemas of batches."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from expunge.batches.batch import MAX_ITEMS, Batch, State
from expunge.batches.batches import Batches
from expunge.given import PRESENT, OptionalObject, OptionalWord
from expunge.jobs.operator_rules import MAX_PURPOSE
from expunge.web.choices import OPTIONAL_URL_PATTERN
from expunge.web.times import known_moment, moment
from expunge.web.urls import absolute, below, prefix_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from expunge.stores.ports import Item

POLL_MS = 2_000
"""Suggested delay before the next poll of a batch, in milliseconds."""
_ID = "batch_01KAYZ8D3M6QW0F8R5T2V4X6Y8ABCDEFGH"
_JOB = "job_01KAYZ8D3M6QW0F8R5T2V4X6Y8ABCDEFGH"
_COUNTS: dict[str, Any] = {
    "queued": 0,
    "processing": 0,
    "succeeded": 1,
    "failed": 1,
    "canceled": 0,
}


class BatchItemCreate(BaseModel):
    """One image of a new batch: an upload's key, or a URL."""

    model_config = ConfigDict(extra="forbid", strict=True)

    object_key: OptionalWord = Field(None, description="From `POST /api/v1/uploads`.")
    image_url: OptionalWord = Field(
        None, description="A public https URL from which the service fetches the image."
    )
    mode: OptionalWord = Field(None, description="What to do with this image; else the batch's.")
    options: OptionalObject = Field(
        None,
        description="Options of this image's mode. An item with a mode of its own does not get "
        "the batch's options.",
    )


class BatchCreate(BaseModel):
    """A new batch in JSON."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={
            "examples": [
                {
                    "mode": "metadata",
                    "items": [
                        {"image_url": "https://pictures.example/photo.png"},
                        {"object_key": "in/2026-05-24/up_01KAYZ.png", "mode": "detect"},
                    ],
                    "zip": True,
                }
            ]
        },
    )

    items: list[BatchItemCreate] = Field(min_length=1, max_length=MAX_ITEMS)
    mode: OptionalWord = Field(None, description="What to do with each item that does not say it.")
    options: OptionalObject = Field(None, description="Options of that mode.")
    zip: bool = Field(
        default=False, description="Whether a worker puts all results into one ZIP at the end."
    )
    webhook_url: OptionalWord = Field(
        None,
        description="A public https URL that receives a message when the batch ends.",
        json_schema_extra={"pattern": OPTIONAL_URL_PATTERN},
    )
    purpose: Annotated[Annotated[str, Field(max_length=MAX_PURPOSE)] | None, PRESENT] = Field(
        None, description="What this is for; see `createJob`."
    )


class BatchItemView(BaseModel):
    """One item of a batch, which is a job."""

    index: int = Field(description="Its position in the request, from 0.")
    status: Literal["queued", "processing", "succeeded", "failed", "canceled"]
    job_id: str | None = Field(
        None, description="Its job, with the report. Absent until the job has been made."
    )
    mode: str | None = None
    name: str | None = Field(None, description="The name of its file, if one is known.")
    result_url: str | None = Field(
        None, description="Signed URL of the result, valid until `result_expires_at`."
    )
    result_expires_at: datetime | None = None
    error_code: str | None = Field(None, description="A problem code, listed at `/problems`.")
    error_message: str | None = None


class BatchCounts(BaseModel):
    """The number of items by the state of their jobs."""

    queued: int
    processing: int
    succeeded: int
    failed: int
    canceled: int


class BatchView(BaseModel):
    """A batch and its current state."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": _ID,
                    "status": "finished",
                    "created_at": "2026-05-24T10:00:00Z",
                    "ended_at": "2026-05-24T10:00:07Z",
                    "total": 2,
                    "counts": _COUNTS,
                    "zip_url": f"https://store.example/out/2026-05-24/{_ID}.zip?signature=…",
                    "zip_bytes": 4_823_391,
                    "zip_expires_at": "2026-05-25T10:00:07Z",
                    "items": [
                        {
                            "index": 0,
                            "status": "succeeded",
                            "job_id": _JOB,
                            "mode": "metadata",
                            "name": "photo.png",
                            "result_url": "https://store.example/out/2026-05-24/job_01KAYZ.png?…",
                            "result_expires_at": "2026-05-25T10:00:03Z",
                        },
                        {
                            "index": 1,
                            "status": "failed",
                            "job_id": _JOB,
                            "mode": "detect",
                            "error_code": "upload_incomplete",
                            "error_message": "No file was uploaded yet.",
                        },
                    ],
                }
            ]
        }
    )

    id: str
    status: Literal["processing", "canceling", "finished", "canceled"] = Field(
        description="`finished` when every job has ended, also if jobs failed."
    )
    created_at: datetime
    ended_at: datetime | None = None
    purpose: str | None = None
    total: int = Field(description="The number of items.")
    counts: BatchCounts | None = Field(
        None, description="Absent in lists and messages while the batch goes on."
    )
    zip_url: str | None = Field(
        None, description="Signed URL of the ZIP, valid until `zip_expires_at`."
    )
    zip_bytes: int | None = None
    zip_expires_at: datetime | None = None
    zip_error: str | None = Field(None, description="Why there is no ZIP, if one was requested.")
    poll_url: str | None = Field(None, description="URL to poll until the batch ends.")
    poll_after_ms: int | None = Field(None, description="Suggested delay before the next poll.")
    webhook_secret: str | None = Field(
        None, description="Secret that verifies the message to `webhook_url`; shown once."
    )
    items: list[BatchItemView] | None = Field(
        None, description="Every item in the order of the request; absent in lists and messages."
    )


class BatchesView(BaseModel):
    """One page of the caller's batches, newest first."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "batches": [
                        {
                            "id": _ID,
                            "status": "processing",
                            "created_at": "2026-05-24T10:00:00Z",
                            "total": 2,
                            "poll_url": f"/api/v1/batches/{_ID}",
                            "poll_after_ms": POLL_MS,
                        }
                    ],
                    "next_cursor": _ID,
                }
            ]
        }
    )

    batches: list[BatchView]
    next_cursor: str | None = Field(None, description="Send it as `cursor` to get the next page.")


def batch_view(batches: Batches, batch: Batch, base_url: str) -> BatchView:
    """The batch as JSON without its items, with a newly signed URL for its ZIP."""
    view = BatchView.model_validate(
        {
            "id": batch.id,
            "status": batch.state.value,
            "created_at": known_moment(batch.created_at),
            "ended_at": moment(batch.ended_at),
            "purpose": batch.purpose,
            "total": batch.total,
            "counts": batch.counts or None,
            "zip_error": batch.zip_error,
        }
    )
    url = batches.zip_url(batch)
    if url:
        view.zip_url, view.zip_bytes = absolute(base_url, url), batch.zip_bytes
        view.zip_expires_at = moment(batch.zip_expires_at)
    if batch.state in (State.PROCESSING, State.CANCELING):
        view.poll_url = below(prefix_of(base_url), f"/api/v1/batches/{batch.id}")
        view.poll_after_ms = POLL_MS
    return view


def whole_view(batches: Batches, batch: Batch, base_url: str) -> BatchView:
    """The same with every item, and the number of items by state."""
    entries = batches.entries(batch)
    view = batch_view(batches, batch, base_url)
    view.counts = BatchCounts.model_validate(batches.counts(batch, entries))
    view.items = _items(batches, batch, entries, base_url)
    return view


def _items(
    batches: Batches, batch: Batch, entries: Sequence[Item], base_url: str
) -> list[BatchItemView]:
    """The items; those without a job yet are queued."""
    known = {int(str(entry["index"])): entry for entry in entries}
    return [
        _item(batches, known[index], base_url)
        if index in known
        else BatchItemView(index=index, status="queued")
        for index in range(batch.total)
    ]


def _item(batches: Batches, entry: Item, base_url: str) -> BatchItemView:
    facts: dict[str, Any] = {
        "index": entry["index"],
        "status": entry["status"],
        "job_id": entry["job"],
        "mode": entry["mode"],
        "name": entry.get("name") or None,
        "error_code": entry.get("error_code"),
        "error_message": entry.get("error_message"),
    }
    url = batches.result_url(entry)
    if url:
        expires_at: Any = entry["result_expires_at"]
        facts |= {"result_url": absolute(base_url, url), "result_expires_at": moment(expires_at)}
    return BatchItemView.model_validate(facts)
