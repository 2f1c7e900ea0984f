"""Request and response schemas of the swaps surface."""

from __future__ import annotations

import ipaddress
import re
from datetime import datetime
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from expunge.jobs.job import Job, Status
from expunge.net.ports import WEB
from expunge.web.times import known_moment, moment

MAX_URL = 8_192
_ID = "job_01M7W6BQC7XG4N0Q2V9T5R8YKD"
_POLL_URL = "/api/v1/face-detect/{}"
StatusWord = Literal["queued", "processing", "done", "failed"]
_WORDS: dict[Status, StatusWord] = {
    Status.QUEUED: "queued",
    Status.PROCESSING: "processing",
    Status.SUCCEEDED: "done",
    Status.FAILED: "failed",
    Status.CANCELED: "failed",
}
_CANCELED = "The task was cancelled."
_NUMERIC = re.compile(r"0x[0-9a-f]*|[0-9]+", re.IGNORECASE)
"""A host's last label that makes a program read the host as an IPv4 address (WHATWG URL)."""


def _well_formed(url: str) -> str:
    """Refuse a URL that programs read differently; what is behind it is checked when fetched."""
    try:
        host = _host_of(url)
    except ValueError:
        raise _error("this is not a URL that starts with https://") from None
    if _NUMERIC.fullmatch(host.rstrip(".").rpartition(".")[2]):
        try:
            ipaddress.IPv4Address(host)
        except ValueError:
            raise _error("an IP address has four decimal numbers") from None
    return url


def _host_of(url: str) -> str:
    """The host in a URL of the web; `ValueError` for any other text."""
    parts = urlsplit(url)
    if parts.scheme not in WEB or not parts.hostname or parts.port == 0 or re.search(r"\s", url):
        raise ValueError(url)
    return parts.hostname


def _error(message: str) -> PydanticCustomError:
    return PydanticCustomError("url", "{message}", {"message": message})


SourceUrl = Annotated[
    str,
    Field(
        max_length=MAX_URL,
        json_schema_extra={"pattern": r"^https://([\w-]+\.)*[A-Za-z][\w-]*(:(80|443))?(/\S*)?$"},
    ),
    AfterValidator(_well_formed),
]
"""A URL whose form is right. A signed URL of this service's own store may have http; whether it is
one shows when it is read."""


class FaceDetectCreate(BaseModel):
    """A new face detection."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"examples": [{"target_url": "https://example.com/group.jpg"}]},
    )

    target_url: SourceUrl = Field(
        description="Public https URL of the image, or the `source_url` of an upload."
    )


class FaceDetectCreated(BaseModel):
    """A face detection that was just created."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "task_id": _ID,
                    "status": "queued",
                    "poll_url": _POLL_URL.format(_ID),
                    "note": "Poll poll_url until status is done or failed.",
                }
            ]
        }
    )

    task_id: str
    status: StatusWord
    poll_url: str = Field(description="Path of `getFaceDetection` for this task.")
    note: str


class BoundingBox(BaseModel):
    """A rectangle in pixels of the displayed image; x and y are its upper left corner."""

    x: float
    y: float
    width: float
    height: float


class DetectedFace(BaseModel):
    """A face. `index` is its number wherever a face of this image is named."""

    index: int
    bounding_box: BoundingBox


class FaceDetection(BaseModel):
    """A face detection and its current state."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "task_id": _ID,
                    "status": "done",
                    "faces_detected": 1,
                    "faces": [
                        {
                            "index": 0,
                            "bounding_box": {"x": 212.5, "y": 80.0, "width": 96.0, "height": 121.5},
                        }
                    ],
                    "error": None,
                    "created_at": "2026-11-30T08:30:00Z",
                    "completed_at": "2026-11-30T08:30:01Z",
                }
            ]
        }
    )

    task_id: str
    status: StatusWord
    faces_detected: int | None = Field(description="All faces; `faces` lists at most 500.")
    faces: list[DetectedFace] | None = Field(description="`null` until `status` is `done`.")
    error: str | None = Field(description="Why the detection failed.")
    created_at: datetime | None
    completed_at: datetime | None


def created_view(job: Job) -> FaceDetectCreated:
    return FaceDetectCreated(
        task_id=job.id,
        status=_WORDS[job.status],
        poll_url=_POLL_URL.format(job.id),
        note="Poll poll_url until status is done or failed.",
    )


def detection_view(job: Job) -> FaceDetection:
    is_done = job.status is Status.SUCCEEDED
    return FaceDetection(
        task_id=job.id,
        status=_WORDS[job.status],
        faces_detected=job.report["count"] if is_done else None,
        faces=[_face_view(face) for face in job.report["faces"]] if is_done else None,
        error=_CANCELED if job.status is Status.CANCELED else job.error_message,
        created_at=known_moment(job.created_at),
        completed_at=moment(job.ended_at),
    )


def _face_view(face: dict[str, Any]) -> DetectedFace:
    box = face["box"]
    return DetectedFace(
        index=face["index"],
        bounding_box=BoundingBox(
            x=box["x1"],
            y=box["y1"],
            width=round(box["x2"] - box["x1"], 2),
            height=round(box["y2"] - box["y1"], 2),
        ),
    )
