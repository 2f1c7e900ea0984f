"""Swaps surface: find the faces in an image by its URL, asynchronously; `swaps` has the rest."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from expunge.accounts.meter import MeteredCall
from expunge.errors import FieldError, JobNotFound, SourceUnreachable, ValidationFailed
from expunge.jobs.request import JobRequest
from expunge.swaps.swaps import is_id
from expunge.web import problems, rate_limit
from expunge.web.caller.who import AccountDep
from expunge.web.dependencies import ServiceDep, purpose_of
from expunge.web.submitting import submit
from expunge.web.swaps import complaints, swaps
from expunge.web.swaps.schemas import (
    FaceDetectCreate,
    FaceDetectCreated,
    FaceDetection,
    created_view,
    detection_view,
)
from expunge.web.urls import base_url

router = APIRouter(prefix="/api/v1", tags=["swaps"])

MODE = "faces"
GROUP = "requests"
"""The group in the policy table: a detection costs one request of the minute's, and no credits."""
TaskId = Annotated[
    str,
    Path(
        description="The id that `createFaceDetection` gave.",
        json_schema_extra={"pattern": "^[A-Za-z0-9_-]{1,64}$"},
    ),
]
_PROBLEMS = (*rate_limit.PROBLEMS, "validation_error", "service_unavailable")


@router.post(
    "/face-detect",
    operation_id="createFaceDetection",
    summary="Find the faces in an image by its URL",
    status_code=202,
    responses=problems.responses(
        *_PROBLEMS,
        "invalid_request",
        "source_unreachable",
        "source_unavailable",
        "loop_detected",
        "payload_too_large",
        "unsupported_media_type",
        "malformed_image",
        "image_too_large",
        "mode_disabled",
        "purpose_required",
        "rate_limited_concurrent",
        "overloaded",
        "storage_full",
        "model_missing",
        dialect=problems.SWAPS,
    ),
)
async def create_face_detection(
    request: Request,
    response: Response,
    body: FaceDetectCreate,
    service: ServiceDep,
    caller: AccountDep,
) -> FaceDetectCreated:
    """Fetches the image and returns a task id at once. Poll `getFaceDetection` with it. Costs no
    credits, and counts toward your requests per minute.
    """
    job_request = JobRequest(
        mode=MODE,
        options={},
        group=GROUP,
        image_url=body.target_url,
        base_url=base_url(request),
        respond_async=True,
        purpose=purpose_of(request),
    )
    try:
        submitted = await submit(request, service, caller, job_request)
    except SourceUnreachable as error:
        if body.target_url.startswith("https:"):
            raise
        raise ValidationFailed(FieldError("/target_url", error.detail)) from None
    view = created_view(submitted.job)
    response.headers.update(rate_limit.fields(submitted.quotas))
    response.headers["location"] = f"{base_url(request)}{view.poll_url}"
    return view


@router.get(
    "/face-detect/{task_id}",
    operation_id="getFaceDetection",
    summary="Get the faces that were found",
    responses=problems.responses(*_PROBLEMS, "job_not_found", dialect=problems.SWAPS),
)
def get_face_detection(
    response: Response, service: ServiceDep, caller: AccountDep, task_id: TaskId
) -> FaceDetection:
    """`faces` is there when `status` is `done`, `error` when it is `failed`. A key sees the
    detections that it created and those created with a session of its account.
    """
    response.headers.update(rate_limit.fields(service.meter.take(caller, MeteredCall(GROUP))))
    job = service.jobs.find(caller.subject, task_id) if is_id(task_id) else None
    if job is None or job.mode != MODE or (caller.key and job.key not in (None, caller.key)):
        raise JobNotFound("You have no such task, or its record has expired.")
    return detection_view(job)


for part in (swaps, complaints):
    router.routes.extend(part.router.routes)  # include_router would build each again
