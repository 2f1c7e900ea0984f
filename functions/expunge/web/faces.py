"""Faces surface: find them, hide them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urljoin

from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from expunge.accounts.callers import Caller
from expunge.errors import PayloadTooLarge
from expunge.jobs.admission import Admitted, Wish
from expunge.jobs.archive import image_id
from expunge.jobs.job import Job, Keep, Status
from expunge.service import Service
from expunge.web import limits, problems
from expunge.web.dependencies import KeyHolderDep, ServiceDep
from expunge.web.faces_views import (
    DetectQuery,
    DetectResponse,
    MaskQuery,
    detected,
    profiling,
)
from expunge.web.submission import read_picture

router = APIRouter(prefix="/api/v1", tags=["faces"])

PICTURE_BODY: dict[str, Any] = {
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
                "example": {"image": "(the file)"},
            }
        },
    }
}
WORK_PROBLEMS = (
    "invalid_request",
    "mode_disabled",
    "payload_too_large",
    "unsupported_media_type",
    "validation_error",
    "malformed_image",
    "image_too_large",
    "pipeline_error",
    "service_unavailable",
    "model_missing",
)
"""What may go wrong with a picture that is sent to be looked at."""
_PROBLEMS = problems.responses(*WORK_PROBLEMS, "unauthorized", "invalid_api_key", "rate_limited")
_TEXT: dict[str, Any] = {"schema": {"type": "string"}}
_HEADERS: dict[str, Any] = {
    "X-Request-Id": {"description": "The request's id.", "example": "0f3c9a52-6b1d-…"},
    "X-Face-Count": {"description": "Faces that were found and hidden.", "example": "2"},
    "X-Inference-Ms": {"description": "What the network took.", "example": "92.31"},
    "X-Mask-Ms": {"description": "What the masks took.", "example": "3.20"},
    "X-Encode-Ms": {"description": "What writing the file took.", "example": "21.44"},
    "X-Total-Ms": {"description": "All of it.", "example": "142.70"},
    "X-Model": {"description": "The detector.", "example": "centerface"},
    "X-Image-Id": {"description": "Where pictures are kept.", "example": "img_01KAYZ…"},
    "X-Job-Id": {"description": "Where pictures are kept.", "example": "job_01KAYZ…"},
}
_MASKED: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The picture with its faces hidden.",
        "headers": {name: facts | _TEXT for name, facts in _HEADERS.items()},
        "content": {
            media_type: {"schema": {"type": "string", "format": "binary"}}
            for media_type in ("image/jpeg", "image/png", "image/webp")
        },
    },
    303: {"description": "The result is too large for one answer; it lies at `Location`."},
}


@dataclass(frozen=True, slots=True)
class Done:
    """A job of this surface that has succeeded."""

    admitted: Admitted
    size_bytes: int
    """Of the picture that was sent."""

    @property
    def job(self) -> Job:
        return self.admitted.job

    @property
    def kept(self) -> bool:
        return self.job.keep is Keep.ALL

    @property
    def ids(self) -> dict[str, str | None]:
        """What the operator finds it by."""
        if not self.kept:
            return {"image_id": None, "job_id": None}
        return {"image_id": image_id(self.job), "job_id": self.job.id}

    @property
    def image(self) -> bytes:
        """The masked picture."""
        assert self.admitted.outcome is not None
        assert self.admitted.outcome.image is not None
        return self.admitted.outcome.image

    @property
    def headers(self) -> dict[str, str]:
        return limits.fields(self.admitted.standings) | {"cache-control": "no-store"}


@router.post(
    "/detect",
    operation_id="detectFaces",
    summary="Say where the faces of a picture are",
    response_model=DetectResponse,
    openapi_extra=PICTURE_BODY,
    responses=_PROBLEMS,
)
async def detect(
    request: Request,
    response: Response,
    service: ServiceDep,
    caller: KeyHolderDep,
    query: Annotated[DetectQuery, Query()],
) -> Any:  # noqa: ANN401
    """A job of the mode `faces`, run at once. Coordinates are those of the displayed picture."""
    done = await run(request, service, caller, "faces", query)
    if isinstance(done, Response):
        return done
    response.headers.update(done.headers)
    found = detected(done.job, done.size_bytes)
    return DetectResponse(request_id=request.scope["request_id"], **done.ids, **dict(found))


@router.post(
    "/mask",
    operation_id="maskFaces",
    summary="Hide the faces of a picture",
    response_class=Response,
    openapi_extra=PICTURE_BODY,
    responses=_MASKED | _PROBLEMS,
)
async def mask(
    request: Request,
    service: ServiceDep,
    caller: KeyHolderDep,
    query: Annotated[MaskQuery, Query()],
) -> Response:
    """A job of the mode `mask`, run at once. All metadata goes; see docs/faces.md for the rest."""
    done = await run(request, service, caller, "mask", query)
    if isinstance(done, Response):
        return done
    headers = done.headers | _described(done)
    if service.answer_bytes is not None and len(done.image) > service.answer_bytes:
        return _elsewhere(request, service, done, headers)
    return Response(done.image, media_type=f"image/{query.format}", headers=headers)


async def run(
    request: Request, service: Service, caller: Caller, mode: str, query: DetectQuery
) -> Done | Response:
    """Make a job of the picture in the request; a problem where it came to no good end."""
    image, declared = await read_picture(request)
    wish = Wish(
        mode,
        query.options(),
        image=image,
        declared=declared,
        base_url=problems.base_url(request),
        group="faces-mask" if mode == "mask" else "faces-detect",
        keep=Keep.ALL if service.settings.faces_storage else Keep.NOTHING,
    )
    admitted = await run_in_threadpool(service.jobs.submit, caller, wish)
    done = Done(admitted, len(image))
    job = admitted.job
    if job.status is not Status.SUCCEEDED:
        code, detail = job.error_code or "pipeline_error", job.error_message or ""
        return problems.answer(request, code, detail, headers=done.headers)
    return done


def _described(done: Done) -> dict[str, str]:
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


def _elsewhere(request: Request, service: Service, done: Done, headers: dict[str, str]) -> Response:
    """A redirect to a result that one answer cannot carry."""
    url = service.jobs.result_url(done.job)
    if url is None:
        raise too_large(len(done.image))
    where = urljoin(problems.base_url(request) + "/", url)
    return Response(status_code=303, headers=headers | {"location": where})


def too_large(length: int) -> PayloadTooLarge:
    """The error for a result that one answer cannot carry, and that is not kept anywhere."""
    return PayloadTooLarge(
        f"The result has {length:,} bytes, more than one answer can carry here. "
        "Ask for format=jpeg or webp, or use POST /api/v1/jobs."
    )
