"""Request and response schemas of swaps."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool

from expunge.accounts.ledger import MILLI
from expunge.given import PRESENT, WHOLE
from expunge.jobs.job import Job, Status
from expunge.jobs.jobs import Jobs
from expunge.operations.options.moving import Codec
from expunge.operations.options.swap import MAX_SWAPS, Consent
from expunge.swaps.pricing import Kind
from expunge.web.swaps.fields import told
from expunge.web.swaps.schemas import SourceUrl
from expunge.web.times import known_moment
from expunge.web.urls import absolute

MAX_METADATA = 8_192
"""Bytes of `metadata` as JSON."""
MAX_INDEX = 9_999
MAX_SECONDS = 86_400
MAX_BYTES = 1 << 40

_ID = "job_01M7W6BQC7XG4N0Q2V9T5R8YKD3M6QW0F8"
_SWAP: dict[str, Any] = {
    "id": _ID,
    "type": "image",
    "status": "done",
    "credit_cost": 1.0,
    "progress": 100,
    "created_at": "2026-11-30T08:30:00Z",
    "result_url": "https://clean.example/objects/out/2026-11-30/job_01M7W6BQC7.jpg?signature=…",
    "error": None,
    "metadata": {"order": 4711},
    "webhook_url": None,
}
StatusWord = Literal["queued", "preparing", "processing", "done", "failed", "canceled"]
_WORDS: dict[Status, StatusWord] = {
    Status.QUEUED: "queued",
    Status.PROCESSING: "processing",
    Status.SUCCEEDED: "done",
    Status.FAILED: "failed",
    Status.CANCELED: "canceled",
}
_EXPIRED = "The result has expired: results are kept for 24 hours."


def _small(metadata: dict[str, Any] | None) -> dict[str, Any] | None:
    """Refuse metadata that cannot be echoed: too much of it, or numbers beyond JSON."""
    try:
        size = len(json.dumps(metadata, ensure_ascii=False, allow_nan=False).encode())
    except ValueError:
        raise ValueError("has a number that JSON does not have") from None
    if size > MAX_METADATA:
        raise ValueError(f"has {size:,} bytes as JSON; at most {MAX_METADATA:,} are kept")
    return metadata


Index = Annotated[int, Field(strict=True, ge=0, le=MAX_INDEX), WHOLE]
Seconds = Annotated[float, Field(strict=True, ge=0, le=MAX_SECONDS)]
Duration = Annotated[float, Field(strict=True, gt=0, le=MAX_SECONDS)]
Bytes = Annotated[int, Field(strict=True, gt=0, le=MAX_BYTES), WHOLE]
Pixels = Annotated[int, Field(strict=True, gt=0, le=100_000), WHOLE]
OptionalUrl = Annotated[SourceUrl | None, PRESENT]
Metadata = Annotated[dict[str, Any] | None, AfterValidator(_small), PRESENT]


class FaceSwapCreate(BaseModel):
    """One face of the target, and the picture of the face that replaces it."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, allow_inf_nan=False)

    face_index: Index = Field(description="The face, as `createFaceDetection` numbers them.")
    source_url: SourceUrl = Field(description="Public https URL of the image of the new face.")
    frame_time_seconds: Seconds | None = Field(
        None, description="`video` only, required there: the time at which `face_index` holds."
    )
    enable_face_enhancer: StrictBool | None = Field(
        None, description="Default: as for the whole swap."
    )


class SwapCreate(BaseModel):
    """A new swap."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        allow_inf_nan=False,
        json_schema_extra={
            "examples": [
                {
                    "type": "image",
                    "source_url": "https://example.com/source_url.jpg",
                    "target_url": "https://example.com/target_url.jpg",
                    "target_face_index": 1,
                    "enable_face_enhancer": True,
                },
                {
                    "type": "multi_face_image",
                    "target_url": "https://example.com/group.jpg",
                    "face_swaps": [
                        {"face_index": 0, "source_url": "https://example.com/ann.jpg"},
                        {"face_index": 2, "source_url": "https://example.com/bob.jpg"},
                    ],
                },
                {
                    "type": "video",
                    "source_url": "https://example.com/source_url.jpg",
                    "target_url": "https://example.com/clip.mp4",
                    "reference_frame_time_seconds": 1.5,
                    "webhook_url": "https://your-app.com/webhooks/swaps",
                    "metadata": {"order": 4711},
                },
            ]
        },
    )

    type: Kind
    source_url: OptionalUrl = Field(
        None,
        description="Public https URL of the image of the new face, or the `source_url` of an "
        "upload. Required, except with `face_swaps`.",
    )
    target_url: SourceUrl = Field(
        description="Public https URL of the image, GIF or video whose face is replaced, or the "
        "`source_url` of an upload."
    )
    target_face_index: Index | None = Field(
        None,
        description="The face to replace, as `createFaceDetection` numbers them. Default: the "
        "largest. Not with `face_swaps`.",
    )
    enable_face_enhancer: StrictBool | None = Field(
        None, description="Sharpen the new face to match the picture around it."
    )
    reference_frame_time_seconds: Seconds | None = Field(
        None,
        description="`gif` and `video` only: the time at which `target_face_index` holds. "
        "Default: the start.",
    )
    duration_seconds: Duration | None = Field(
        None,
        description="`gif` and `video` only: your own estimate. The price is what the file "
        "measures.",
    )
    file_size_bytes: Bytes | None = Field(None, description="As `duration_seconds`.")
    keep_audio: StrictBool | None = Field(
        None, description="`video` only: keep the sound. Default: true."
    )
    face_swaps: Annotated[
        Annotated[list[FaceSwapCreate], Field(min_length=1, max_length=MAX_SWAPS)] | None,
        PRESENT,
    ] = Field(
        None,
        description="The faces to replace: required for `multi_face_image`, optional for `video`.",
    )
    webhook_url: OptionalUrl = Field(
        None,
        description="Public https URL that receives the swap when it has ended, signed with the "
        "secret of `getHookSecret`.",
    )
    metadata: Metadata = Field(
        None,
        description=f"Echoed in every answer; at most {MAX_METADATA:,} bytes as JSON.",
        examples=[{"order": 4711}],
    )
    consent: Consent | None = Field(
        None,
        description="Why you may use the faces: `own_face`, or `permission` of their owners. Some "
        "servers require it. It is kept with the audit entry.",
    )
    codec: Codec | None = Field(
        None,
        description="`video` only: the codec of the result. `h264` plays on every device; the "
        "operator decides whether it is allowed. Default: vp9.",
    )
    visible_label: StrictBool | None = Field(
        None, description="Also write into the picture that a face was swapped."
    )

    @property
    def faces(self) -> int:
        return len(self.face_swaps or [None])


class SwapEstimate(BaseModel):
    """A swap as its caller declares it."""

    model_config = ConfigDict(
        extra="forbid",
        allow_inf_nan=False,
        json_schema_extra={
            "examples": [
                {"type": "video", "duration_seconds": 12, "width": 1280, "height": 720},
                {"type": "gif", "duration_seconds": 2.5, "file_size_bytes": 900_000},
                {"type": "multi_face_image", "faces": 3},
            ]
        },
    )

    type: Kind
    faces: Annotated[int, Field(strict=True, ge=1, le=MAX_SWAPS), WHOLE] = Field(
        1, description="Number of `face_swaps`."
    )
    duration_seconds: Duration | None = Field(None, description="Required for `gif` and `video`.")
    file_size_bytes: Bytes | None = Field(None, description="Required for `gif`.")
    width: Pixels | None = Field(
        None, description="Pixels of a video. Without them the estimate is that of a large one."
    )
    height: Pixels | None = None


class SwapPrice(BaseModel):
    """What a swap would cost."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"type": "video", "credit_cost": 3.0}]}
    )

    type: Kind
    credit_cost: float = Field(
        description="Credits. The price that is charged is what the file measures."
    )


class PublicSwap(BaseModel):
    """A swap and its current state."""

    model_config = ConfigDict(json_schema_extra={"examples": [_SWAP]})

    id: str
    type: Kind
    status: StatusWord
    credit_cost: float = Field(
        description="Credits charged for it; a swap that `failed` or was `canceled` got them back."
    )
    progress: int = Field(ge=0, le=100, description="Percent; 100 only when it is `done`.")
    created_at: datetime
    result_url: str | None = Field(
        description="URL of the result, newly signed by each request while the result is kept."
    )
    error: str | None = Field(
        description="Why the swap failed, or why a `done` one has no `result_url`."
    )
    metadata: dict[str, Any] | None
    webhook_url: str | None


class SwapPage(BaseModel):
    """One page of swaps, newest first."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"data": [_SWAP], "next_cursor": None}]}
    )

    data: list[PublicSwap]
    next_cursor: str | None = Field(description="Gets the next page; `null` on the last one.")


def swap_view(jobs: Jobs, job: Job, base_url: str) -> PublicSwap:
    """The swap as JSON, with a newly signed URL for its result, absolute under ``base_url``."""
    url = jobs.result_url(job) if job.status is Status.SUCCEEDED else None
    return PublicSwap(
        id=job.id,
        type=Kind(job.request["type"]),
        status="preparing" if job.is_preparing else _WORDS[job.status],
        credit_cost=sum(job.refund_data.get("credits", {}).values()) / MILLI,
        progress=job.progress,
        created_at=known_moment(job.created_at),
        result_url=absolute(base_url, url) if url else None,
        error=_EXPIRED if job.status is Status.SUCCEEDED and not url else _why(job),
        metadata=json.loads(job.request.get("metadata", "null")),
        webhook_url=job.webhook_url,
    )


def _why(job: Job) -> str | None:
    return None if job.error_message is None else told(job.error_message)
