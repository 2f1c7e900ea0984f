"""Request and response schemas of the admin surface."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Generic, Literal, TypeVar

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field, JsonValue, StrictBool

from expunge.accounts.account import ApiKey
from expunge.accounts.usage import KeyUsage
from expunge.given import PRESENT, Word
from expunge.jobs.archive import StoredImage
from expunge.jobs.job import Status
from expunge.jobs.jobs import Jobs
from expunge.operations.options.mask import OutputFormat
from expunge.web.face_jobs.reports import detected, masking, profiling
from expunge.web.face_jobs.schemas import DETECTED, FaceReport, Masking, Named
from expunge.web.times import known_moment, moment
from expunge.web.urls import absolute

JobType = Literal["detect", "mask"]
MODES: dict[str, JobType] = {"faces": "detect", "mask": "mask"}
"""This surface's names for the modes."""

PageNumber = Annotated[int, Query(ge=1, le=1_000_000, description="Page number, from 1.")]
PerPage = Annotated[int, Query(ge=1, le=100, description="Entries per page.")]
T = TypeVar("T")

_IMAGE: dict[str, JsonValue] = {
    "id": "img_01KAYZ8D3M6QW0F8R5T2V4X6Y8",
    "original_url": "https://store.example/in/2026-05-24/job_01KAYZ.jpg?signature=…",
    "processed_url": "https://store.example/out/2026-05-24/job_01KAYZ.jpg?signature=…",
    "content_type": "image/jpeg",
    "width": 1920,
    "height": 1080,
    "size_bytes": 245760,
    "job_count": 1,
    "created_at": "2026-05-24T10:00:00Z",
    "expires_at": "2026-05-25T10:00:00Z",
}
_JOB: dict[str, JsonValue] = {
    "id": "job_01KAYZ8D3M6QW0F8R5T2V4X6Y8",
    "image_id": "img_01KAYZ8D3M6QW0F8R5T2V4X6Y8",
    "job_type": "mask",
    "method": "gaussian",
    "status": "succeeded",
    "face_count": 1,
    "model": "centerface",
    "inference_ms": 92.31,
    "total_ms": 142.7,
    "processed_url": "https://store.example/out/2026-05-24/job_01KAYZ.jpg?signature=…",
    "error": None,
    "created_at": "2026-05-24T10:00:00Z",
    "completed_at": "2026-05-24T10:00:00Z",
}
_DETECTION: dict[str, JsonValue] = {name: DETECTED[name] for name in FaceReport.model_fields}
_MASKING: dict[str, JsonValue] = {
    "method": "gaussian",
    "strength": 199,
    "padding": 0.15,
    "regions_masked": 1,
}
_KEY: dict[str, JsonValue] = {
    "id": "key_01KAYZ8D3M6QW0F8R5T2V4X6Y8",
    "name": "Production App",
    "key_prefix": "uk_3fQ9",
    "key_suffix": "x7Lw",
    "key_preview": "uk_3fQ9…x7Lw",
    "is_active": True,
    "request_count": 42,
    "last_used_at": "2026-05-24T11:30:00Z",
    "created_at": "2026-05-24T10:00:00Z",
}


class PaginatedResponse(BaseModel, Generic[T]):
    """One page, newest first."""

    items: list[T]
    total: int
    page: int
    per_page: int
    pages: int = Field(description="Number of pages, at least 1.")


def paginated(items: list[Any], total: int, page: int, per_page: int) -> dict[str, Any]:
    """The fields of a `PaginatedResponse`."""
    pages = max(1, -(-total // per_page))
    return {"items": items, "total": total, "page": page, "per_page": per_page, "pages": pages}


def _page_of(item: dict[str, JsonValue]) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [paginated([item], 1, 1, 20)]})


class StatsResponse(BaseModel):
    """Totals of the stored images and jobs."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "total_images": 57,
                    "total_jobs": 57,
                    "jobs_by_type": {"detect": 42, "mask": 15},
                    "jobs_by_method": {"gaussian": 12, "pixelate": 3},
                    "kept_hours": 24,
                }
            ]
        }
    )

    total_images: int
    total_jobs: int
    jobs_by_type: dict[JobType, int]
    jobs_by_method: dict[str, int]
    kept_hours: int = Field(
        description="Hours for which images are stored; older ones do not count."
    )


class TimelinePoint(BaseModel):
    """The images of one quarter of an hour, by the type of their job."""

    start: datetime
    detect: int
    mask: int


class TimelineResponse(BaseModel):
    """Stored images over time."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "slot_seconds": 900,
                    "points": [{"start": "2026-05-24T10:00:00Z", "detect": 4, "mask": 1}],
                }
            ]
        }
    )

    slot_seconds: int = Field(description="Seconds from one point to the next.")
    points: list[TimelinePoint]


class StoredImageResponse(BaseModel):
    """A stored image."""

    model_config = ConfigDict(json_schema_extra={"examples": [_IMAGE]})

    id: str
    original_url: str = Field(description="Signed URL; it expires with the image.")
    processed_url: str | None = Field(
        description="Signed URL of the result; `null` if there is none."
    )
    content_type: str
    width: int
    height: int
    size_bytes: int
    job_count: int
    created_at: datetime
    expires_at: datetime


class StoredImagePage(PaginatedResponse[StoredImageResponse]):
    """One page of images, newest first."""

    model_config = _page_of(_IMAGE)


class JobResponse(BaseModel):
    """A job of the faces surface."""

    model_config = ConfigDict(json_schema_extra={"examples": [_JOB]})

    id: str
    image_id: str
    job_type: JobType
    method: str | None = Field(description="`null` for a detection.")
    status: Literal["queued", "processing", "succeeded", "failed", "canceled"]
    face_count: int | None
    model: str | None
    inference_ms: float | None
    total_ms: float | None
    processed_url: str | None
    error: str | None
    created_at: datetime
    completed_at: datetime | None


class JobPage(PaginatedResponse[JobResponse]):
    """One page of jobs, newest first."""

    model_config = _page_of(_JOB)


class JobDetailResponse(JobResponse):
    """A job with its detections and masking."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [_JOB | {"detection": _DETECTION, "masking": _MASKING}]}
    )

    detection: FaceReport | None = Field(description="`null` unless the job succeeded.")
    masking: Masking | None = Field(description="`null` for a detection.")


class StoredImageDetailResponse(StoredImageResponse):
    """A stored image with its jobs."""

    model_config = ConfigDict(json_schema_extra={"examples": [_IMAGE | {"jobs": [_JOB]}]})

    jobs: list[JobResponse]


class ApiKeyCreate(BaseModel):
    """A new API key."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"name": "Production App"}]}
    )

    name: Word = Field(min_length=1, max_length=64, description="Your name for the key.")


class ApiKeyChange(BaseModel):
    """Changes to a key; omitted fields stay as they are."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"name": "Renamed App", "is_active": False}]},
    )

    name: Annotated[Annotated[str, Field(max_length=64)] | None, PRESENT] = None
    is_active: StrictBool | None = Field(None, description="`false` disables the key.")


class ApiKeyResponse(BaseModel):
    """An API key's details, without the key itself."""

    model_config = ConfigDict(json_schema_extra={"examples": [_KEY]})

    id: str
    name: str
    key_prefix: str
    key_suffix: str
    key_preview: str
    is_active: bool
    request_count: int
    last_used_at: datetime | None = Field(description="Exact to the minute.")
    created_at: datetime


class ApiKeyCreatedResponse(ApiKeyResponse):
    """A new API key in full, shown only once."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [_KEY | {"key": "uk_3fQ9…(43 letters and digits)…x7Lw"}]}
    )

    key: str = Field(description="Save it: it cannot be shown again.")


class ApiKeyPage(PaginatedResponse[ApiKeyResponse]):
    """One page of keys, newest first."""

    model_config = _page_of(_KEY)


class AdminViews:
    """Builds the responses for stored images and jobs; URLs in them start with ``base_url``."""

    def __init__(self, jobs: Jobs, base_url: str) -> None:
        self._jobs = jobs
        self._base_url = base_url

    def image(self, kept: StoredImage) -> StoredImageResponse:
        image = kept.image
        return StoredImageResponse(
            id=image.id,
            original_url=self.original_url(kept),
            processed_url=self.processed_url(kept),
            content_type=image.media_type,
            width=image.width,
            height=image.height,
            size_bytes=image.size,
            job_count=int(kept.job is not None),
            created_at=known_moment(image.made_at),
            expires_at=known_moment(image.expires_at),
        )

    def image_in_detail(self, kept: StoredImage) -> StoredImageDetailResponse:
        jobs = [self.job(kept)] if kept.job else []
        return StoredImageDetailResponse(**dict(self.image(kept)), jobs=jobs)

    def job(self, kept: StoredImage) -> JobResponse:
        job = kept.job
        assert job is not None
        profile = profiling(job, kept.image.size) if job.status is Status.SUCCEEDED else None
        return JobResponse(
            id=job.id,
            image_id=kept.image.id,
            job_type=MODES[job.mode],
            method=job.options.get("method"),
            status=job.status.value,
            face_count=job.report.get("count"),
            model=job.options.get("model"),
            inference_ms=profile and profile.inference_ms,
            total_ms=profile and profile.total_ms,
            processed_url=self.processed_url(kept),
            error=job.error_message,
            created_at=known_moment(job.created_at),
            completed_at=moment(job.ended_at),
        )

    def job_in_detail(self, kept: StoredImage) -> JobDetailResponse:
        job = kept.job
        assert job is not None
        done = job.status is Status.SUCCEEDED
        return JobDetailResponse(
            **dict(self.job(kept)),
            detection=detected(job, kept.image.size) if done else None,
            masking=masking(job) if done and job.mode == "mask" else None,
        )

    def original_url(self, kept: StoredImage, *, download: bool = False) -> str:
        """The signed URL of the original image."""
        return self._absolute(self._jobs.archive.original_url(kept.image, download=download))

    def processed_url(self, kept: StoredImage, *, download: bool = False) -> str | None:
        """The signed URL of the masked image, if there is one."""
        url = self._jobs.result_url(kept.job, download=download) if kept.job else None
        return url and self._absolute(url)

    def _absolute(self, url: str) -> str:
        return absolute(self._base_url, url)


def api_key_view(key: ApiKey, used: KeyUsage) -> ApiKeyResponse:
    """The details of an API key for the administrator, without the key itself."""
    return ApiKeyResponse(
        id=key.id,
        name=key.name,
        key_prefix=key.prefix,
        key_suffix=key.suffix,
        key_preview=key.preview,
        is_active=key.enabled,
        request_count=used.request_count,
        last_used_at=moment(used.last_used_at),
        created_at=known_moment(key.created_at),
    )


class Output(BaseModel):
    """The masked image."""

    format: OutputFormat
    quality: int
    size_bytes: int
    image_base64: str


class MaskResponse(FaceReport, Named):
    """The faces in an image, and the image with its faces hidden."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                DETECTED
                | {
                    "masking": {
                        "method": "gaussian",
                        "strength": 199,
                        "padding": 0.15,
                        "regions_masked": 1,
                    },
                    "output": {
                        "format": "jpeg",
                        "quality": 95,
                        "size_bytes": 123456,
                        "image_base64": "/9j/4AAQSkZJRg…",
                    },
                }
            ]
        }
    )

    masking: Masking
    output: Output
