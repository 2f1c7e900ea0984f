"""Creates a face job from the image in a request, and runs it at once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool

from expunge.accounts.callers import Caller
from expunge.errors import PayloadTooLarge
from expunge.jobs.archive import image_id
from expunge.jobs.job import Job, Retention, Status
from expunge.jobs.request import JobRequest, SubmitResult
from expunge.service import Service
from expunge.web import problems, rate_limit
from expunge.web.dependencies import purpose_of
from expunge.web.face_jobs.queries import DetectQuery
from expunge.web.multipart import read_image
from expunge.web.urls import base_url

IMAGE_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["image"],
                    "additionalProperties": False,
                    "properties": {
                        "image": {
                            "type": "string",
                            "format": "binary",
                            "description": "The file, up to 10 MB.",
                        }
                    },
                },
            }
        },
    }
}
CORRECTED: dict[str, Any] = {
    "X-Corrected": {
        "description": "Set if the form declared another media type than the file has.",
        "example": 'declared="image/png", actual="image/webp"',
        "schema": {"type": "string"},
    }
}
"""The header of `_corrected`, for OpenAPI."""
WORK_PROBLEMS = (
    "invalid_request",
    "mode_disabled",
    "scope_disabled",
    "purpose_required",
    "payload_too_large",
    "unsupported_media_type",
    "validation_error",
    "malformed_image",
    "image_too_large",
    "pipeline_error",
    "service_unavailable",
    "overloaded",
    "storage_full",
    "model_missing",
)
"""Problems that a request with an image for a face job may get."""

_NOT_IN_TYPES = re.compile(r"[^A-Za-z0-9.+/_-]")
"""Characters that a header does not repeat from what a caller declared."""


@dataclass(frozen=True, slots=True)
class FinishedFaceJob:
    """A face job that has succeeded."""

    submitted: SubmitResult
    size_bytes: int
    """Length of the uploaded image."""

    @property
    def job(self) -> Job:
        return self.submitted.job

    @property
    def kept(self) -> bool:
        return self.job.retention is Retention.ALL

    @property
    def ids(self) -> dict[str, str | None]:
        """The ids by which the operator finds a stored image; ``None`` if it is not stored."""
        if not self.kept:
            return {"image_id": None, "job_id": None}
        return {"image_id": image_id(self.job), "job_id": self.job.id}

    @property
    def image(self) -> bytes:
        """The file of the masked image."""
        assert self.submitted.outcome is not None
        assert self.submitted.outcome.image is not None
        return self.submitted.outcome.image

    @property
    def headers(self) -> dict[str, str]:
        limits = rate_limit.fields(self.submitted.quotas)
        return limits | _corrected(self.job) | {"cache-control": "no-store"}


async def run(
    request: Request, service: Service, caller: Caller, mode: str, query: DetectQuery
) -> FinishedFaceJob | Response:
    """Create and run a job for the image in the request; a job that fails gives a problem."""
    image, guessed = await read_image(request)
    job_request = JobRequest(
        mode,
        query.options(),
        image=image,
        guessed=guessed,
        base_url=base_url(request),
        purpose=purpose_of(request),
        needs_outcome=True,
        group="faces-mask" if mode == "mask" else "faces-detect",
        retention=Retention.ALL if service.settings.faces_storage else Retention.NOTHING,
    )
    submitted = await run_in_threadpool(service.jobs.submit, caller, job_request)
    done = FinishedFaceJob(submitted, len(image))
    job = submitted.job
    if job.status is not Status.SUCCEEDED:
        code, detail = job.error_code or "pipeline_error", job.error_message or ""
        return problems.answer(request, code, detail, headers=done.headers)
    return done


def _corrected(job: Job) -> dict[str, str]:
    """The header for a file whose name implied another media type."""
    if job.guessed_type is None:
        return {}
    declared = _NOT_IN_TYPES.sub("", job.guessed_type)
    return {"x-corrected": f'declared="{declared}", actual="{job.media_type}"'}


def too_large(length: int) -> PayloadTooLarge:
    """The error for a result that is too large for one response and is not stored."""
    return PayloadTooLarge(
        f"The result has {length:,} bytes, which is too large for one response. "
        "Use format=jpeg or webp, or POST /api/v1/jobs."
    )
