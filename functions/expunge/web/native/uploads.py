"""Native surface: uploads."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from expunge.web import problems, rate_limit
from expunge.web.caller.who import CALLER_PROBLEMS, MakerDep
from expunge.web.dependencies import ServiceDep
from expunge.web.native.schemas import UploadCreate, UploadView
from expunge.web.urls import absolute, base_url

router = APIRouter(prefix="/api/v1/uploads", tags=["uploads"])


@router.post(
    "",
    operation_id="createUpload",
    summary="Get a signed URL to upload an image",
    responses=problems.responses(
        "invalid_request",
        "payload_too_large",
        "validation_error",
        "service_unavailable",
        "storage_full",
        *CALLER_PROBLEMS,
        *rate_limit.PROBLEMS,
    ),
)
def create_upload(
    request: Request,
    response: Response,
    body: UploadCreate,
    service: ServiceDep,
    caller: MakerDep,
) -> UploadView:
    """PUT the file to `upload_url` within 15 minutes, with exactly the returned `headers`.

    Then create a job with the `object_key`. The signature covers length and type: a PUT that
    differs is refused. Where a URL is expected, `source_url` stands for the file.
    """
    own = base_url(request)
    upload = service.jobs.uploads.create(
        caller, content_type=body.content_type, size=body.size, filename=body.filename
    )
    response.headers.update(rate_limit.fields(upload.quotas))
    return UploadView(
        upload_url=absolute(own, upload.request.url),
        object_key=upload.object_key,
        expires_at=upload.request.expires_at,
        method=upload.request.method,
        headers=dict(upload.request.headers),
        source_url=absolute(own, upload.source_url),
    )
