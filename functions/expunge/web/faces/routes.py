"""Faces surface: detect faces, or hide them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from expunge.service import Service
from expunge.web import problems
from expunge.web.caller.who import KeyHolderDep
from expunge.web.dependencies import ServiceDep
from expunge.web.face_jobs.queries import DetectQuery, MaskQuery
from expunge.web.face_jobs.reports import detected, profiling
from expunge.web.face_jobs.run import (
    CORRECTED,
    IMAGE_BODY,
    WORK_PROBLEMS,
    FinishedFaceJob,
    run,
    too_large,
)
from expunge.web.faces.schemas import DetectResponse
from expunge.web.urls import absolute, base_url

router = APIRouter(prefix="/api/v1", tags=["faces"])

_PROBLEMS = problems.responses(*WORK_PROBLEMS, "unauthorized", "invalid_api_key", "rate_limited")
_TEXT: dict[str, Any] = {"schema": {"type": "string"}}
_HEADERS: dict[str, Any] = {
    "X-Request-Id": {"description": "The request's id.", "example": "0f3c9a52-6b1d-…"},
    "X-Face-Count": {"description": "Number of faces hidden.", "example": "2"},
    "X-Inference-Ms": {"description": "Time of the neural network.", "example": "92.31"},
    "X-Mask-Ms": {"description": "Time to draw the masks.", "example": "3.20"},
    "X-Encode-Ms": {"description": "Time to encode the file.", "example": "21.44"},
    "X-Total-Ms": {"description": "Total time.", "example": "142.70"},
    "X-Model": {"description": "The detector used.", "example": "centerface"},
    "X-Image-Id": {"description": "Set if images are stored.", "example": "img_01KAYZ…"},
    "X-Job-Id": {"description": "Set if images are stored.", "example": "job_01KAYZ…"},
}
_DETECTED: dict[int | str, dict[str, Any]] = {200: {"headers": CORRECTED}}
_MASKED: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The image with its faces hidden.",
        "headers": {name: facts | _TEXT for name, facts in _HEADERS.items()} | CORRECTED,
        "content": {
            media_type: {"schema": {"type": "string", "format": "binary"}}
            for media_type in ("image/jpeg", "image/png", "image/webp")
        },
    },
    303: {"description": "The result is too large for one response; fetch it at `Location`."},
}


@router.post(
    "/detect",
    operation_id="detectFaces",
    summary="Detect the faces in an image",
    response_model=DetectResponse,
    openapi_extra=IMAGE_BODY,
    responses=_DETECTED | _PROBLEMS,
)
async def detect(
    request: Request,
    response: Response,
    service: ServiceDep,
    caller: KeyHolderDep,
    query: Annotated[DetectQuery, Query()],
) -> Any:  # noqa: ANN401
    """Runs a `faces` job at once. Coordinates are pixels of the image as displayed."""
    done = await run(request, service, caller, "faces", query)
    if isinstance(done, Response):
        return done
    response.headers.update(done.headers)
    found = detected(done.job, done.size_bytes)
    return DetectResponse(request_id=request.scope["request_id"], **done.ids, **dict(found))


@router.post(
    "/mask",
    operation_id="maskFaces",
    summary="Hide the faces in an image",
    response_class=Response,
    openapi_extra=IMAGE_BODY,
    responses=_MASKED | _PROBLEMS,
)
async def mask(
    request: Request,
    service: ServiceDep,
    caller: KeyHolderDep,
    query: Annotated[MaskQuery, Query()],
) -> Response:
    """Runs a `mask` job and answers with the image. All metadata is removed."""
    done = await run(request, service, caller, "mask", query)
    if isinstance(done, Response):
        return done
    headers = done.headers | _figures(done)
    if service.answer_bytes is not None and len(done.image) > service.answer_bytes:
        return _redirect(request, service, done, headers)
    return Response(done.image, media_type=f"image/{query.format}", headers=headers)


def _figures(done: FinishedFaceJob) -> dict[str, str]:
    profile = profiling(done.job, done.size_bytes)
    spent = {
        "x-inference-ms": profile.inference_ms,
        "x-mask-ms": profile.mask_ms,
        "x-encode-ms": profile.encode_ms,
        "x-total-ms": profile.total_ms,
    }
    names = {"x-image-id": done.ids["image_id"], "x-job-id": done.ids["job_id"]}
    return {
        "x-face-count": str(done.job.report["count"]),
        "x-model": profile.model_name,
        **{name: f"{ms:.2f}" for name, ms in spent.items()},
        **{name: value for name, value in names.items() if value is not None},
    }


def _redirect(
    request: Request, service: Service, done: FinishedFaceJob, headers: dict[str, str]
) -> Response:
    """A redirect to a result that is too large for one response."""
    url = service.jobs.result_url(done.job)
    if url is None:
        raise too_large(len(done.image))
    where = absolute(base_url(request), url)
    return Response(status_code=303, headers=headers | {"location": where})
