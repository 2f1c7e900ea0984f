"""Request and response schemas of the native surface."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from expunge.given import PRESENT, WHOLE, OptionalObject, OptionalWord, Word
from expunge.imaging.media_types import EXTENSIONS
from expunge.jobs.job import Job, Status
from expunge.jobs.jobs import Jobs
from expunge.jobs.operator_rules import MAX_PURPOSE
from expunge.web.choices import OPTIONAL_URL_PATTERN
from expunge.web.times import known_moment, moment
from expunge.web.urls import absolute, below, prefix_of

SMALL_PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAD3RFWHRBdXRob3IASmFuZSBEb2U0ahlJAAAAEElEQVR4"
    "2mMQzw4HIgYIBQAWygNlIYG1KgAAAABJRU5ErkJggg=="
)
"""A whole image that names an author, so that the example of a job works as it stands."""


_REPORT: dict[str, JsonValue] = {
    "format": "image/png",
    "changed": True,
    "removed": [{"kind": "text", "name": "tEXt", "path": "tEXt[0]", "offset": 33, "length": 27}],
    "removed_count": 1,
    "removed_bytes": 27,
    "kept": [],
    "survivors": [],
    "pictures": [],
    "c2pa": None,
    "warnings": [],
    "orientation": 1,
    "unexamined": ["bytes in IDAT or fdAT after the end of the compressed data"],
}


class UploadCreate(BaseModel):
    """A request for a URL to upload one file to."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={
            "examples": [{"filename": "photo.png", "content_type": "image/png", "size": 4_823_109}]
        },
    )

    filename: str = Field(
        max_length=255,
        description="Your own name for the file. Results are downloaded under it, with the "
        "extension of their format.",
    )
    content_type: Word = Field(
        description="The file's media type.", json_schema_extra={"enum": list(EXTENSIONS)}
    )
    size: Annotated[int, WHOLE] = Field(
        description="The file's exact length in bytes. Images may have 10 MB by default; the "
        "maximum is that of videos and audio files.",
        json_schema_extra={"minimum": 1},
    )


class UploadView(BaseModel):
    """The URL to upload the file to, with the method and headers to use."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "upload_url": "https://store.example/in/2026-05-24/up_01KAYZ.png?signature=…",
                    "object_key": "in/2026-05-24/up_01KAYZ.png",
                    "expires_at": "2026-05-24T10:15:00Z",
                    "method": "PUT",
                    "headers": {
                        "content-type": "image/png",
                        "content-length": "4823109",
                        "if-none-match": "*",
                    },
                    "source_url": "https://store.example/in/2026-05-24/up_01KAYZ.png?signature=…",
                }
            ]
        }
    )

    upload_url: str
    object_key: str
    expires_at: datetime
    method: str
    headers: dict[str, str] = Field(
        description="Headers for the PUT. Length and type are signed. `if-none-match` is optional: "
        "with it, a second PUT is refused with 412 or 409."
    )
    source_url: str = Field(
        description="URL of the uploaded file, readable for 15 minutes. Use it wherever a URL of "
        "an image is expected: this service reads it from its own store."
    )


class SourceImage(BaseModel):
    """One of several faces: by an upload's key, by URL, or in base64."""

    model_config = ConfigDict(extra="forbid")

    object_key: OptionalWord = Field(None, description="From `POST /api/v1/uploads`.")
    image_url: OptionalWord = Field(
        None,
        description="A public https URL.",
        json_schema_extra={"pattern": OPTIONAL_URL_PATTERN},
    )
    image_base64: OptionalWord = Field(None, description="As `image_base64` of the job.")


class JobCreate(BaseModel):
    """A new job in JSON: its image in base64, by an upload's key, or by URL."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "image_base64": SMALL_PNG,
                    "content_type": "image/png",
                    "mode": "metadata",
                    "options": {},
                },
                {"object_key": "in/2026-05-24/up_01KAYZ.png", "mode": "metadata"},
                {"image_url": "https://pictures.example/photo.png", "mode": "metadata"},
            ]
        },
    )

    mode: Word = Field(description="What to do.")
    options: OptionalObject = Field(None, description="The mode's options.")
    object_key: OptionalWord = Field(None, description="From `POST /api/v1/uploads`.")
    image_url: OptionalWord = Field(
        None, description="A public https URL from which the service fetches the image."
    )
    image_base64: OptionalWord = Field(
        None,
        description="The file in base64, plain or URL-safe, or a data URL; at most 1,048,576 bytes "
        "decoded.",
    )
    source_key: OptionalWord = Field(
        None, description="For `swap`: the picture of the face to put in, as the key of an upload."
    )
    source_url: OptionalWord = Field(
        None,
        description="For `swap`: the same, as a public https URL.",
        json_schema_extra={"pattern": OPTIONAL_URL_PATTERN},
    )
    source_base64: OptionalWord = Field(
        None, description="For `swap`: the same, in base64 as `image_base64`."
    )
    sources: Annotated[dict[str, SourceImage] | None, PRESENT] = Field(
        None,
        description="For `swap` with `face_swaps`: the pictures that it names, such as `source-0`.",
    )
    webhook_url: OptionalWord = Field(
        None,
        description="A public https URL that receives a message when the job ends.",
        json_schema_extra={"pattern": OPTIONAL_URL_PATTERN},
    )
    purpose: Annotated[Annotated[str, Field(max_length=MAX_PURPOSE)] | None, PRESENT] = Field(
        None,
        description="What this is for, in a few words. It is stored with the job. Some servers "
        "require it; `GET /api/v1/config` tells.",
    )
    content_type: OptionalWord = Field(
        None,
        description="The media type of `image_base64`; a data URL may state it instead.",
    )


class JobView(BaseModel):
    """A job and its current state."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "job_01KAYZ8D3M6QW0F8R5T2V4X6Y8",
                    "status": "succeeded",
                    "mode": "metadata",
                    "created_at": "2026-05-24T10:00:00Z",
                    "progress": 100,
                    "processing_ms": 4,
                    "result_url": "https://store.example/out/2026-05-24/job_01KAYZ.png?signature=…",
                    "result_expires_at": "2026-05-25T10:00:00Z",
                    "report": _REPORT,
                },
                {
                    "id": "job_01KAYZ8D3M6QW0F8R5T2V4X6Y9",
                    "status": "queued",
                    "mode": "metadata",
                    "created_at": "2026-05-24T10:00:00Z",
                    "progress": 0,
                    "poll_url": "/api/v1/jobs/job_01KAYZ8D3M6QW0F8R5T2V4X6Y9",
                    "poll_after_ms": 2000,
                },
            ]
        }
    )

    id: str
    status: Literal["queued", "processing", "succeeded", "failed", "canceled"]
    mode: str
    created_at: datetime
    purpose: str | None = Field(None, description="What the caller said it is for.")
    progress: int | None = Field(
        None,
        ge=0,
        le=100,
        description="Percent; 100 only after success. It falls only when a run starts again.",
    )
    processing_ms: int | None = Field(None, description="Run time in milliseconds.")
    result_url: str | None = Field(
        None, description="Signed URL of the result, valid until `result_expires_at`."
    )
    result_expires_at: datetime | None = None
    report: dict[str, Any] | None = Field(
        None,
        description="What the mode found and changed. `corrected` is present if a form declared "
        "the wrong media type: `declared` is that type, `actual` is the file's real type. "
        "`receipt` is the signed receipt, if the options asked for one.",
    )
    poll_url: str | None = Field(None, description="URL to poll until the job ends.")
    poll_after_ms: int | None = Field(
        None, description="Suggested delay before the next poll, from recent run times."
    )
    webhook_secret: str | None = Field(
        None, description="Secret that verifies the message to `webhook_url`; shown once."
    )
    error_code: str | None = Field(None, description="A problem code, listed at `/problems`.")
    error_message: str | None = None


class JobsView(BaseModel):
    """One page of the caller's jobs, newest first."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "jobs": [JobView.model_json_schema()["examples"][0]],
                    "next_cursor": "job_01KAYZ8D3M6QW0F8R5T2V4X6Y8",
                }
            ]
        }
    )

    jobs: list[JobView]
    next_cursor: str | None = Field(None, description="Send it as `cursor` to get the next page.")


def job_view(jobs: Jobs, job: Job, base_url: str) -> JobView:
    """The job as JSON, with a newly signed URL for its result, absolute under ``base_url``."""
    view = JobView(
        id=job.id,
        status=job.status.value,
        mode=job.mode,
        created_at=known_moment(job.created_at),
        purpose=job.purpose,
        processing_ms=job.processing_ms,
    )
    if job.status is Status.SUCCEEDED:
        view.progress = job.progress
        view.report = job.report
        url = jobs.result_url(job)
        if url:
            view.result_url = absolute(base_url, url)
            view.result_expires_at = moment(job.result_expires_at)
    elif job.status is Status.FAILED:
        view.error_code, view.error_message = job.error_code, job.error_message
    elif not job.status.ended:
        view.progress = job.progress
        view.poll_url = below(prefix_of(base_url), f"/api/v1/jobs/{job.id}")
        view.poll_after_ms = jobs.poll_after_ms(job)
    return view
