"""Native surface: uploads."""

from __future__ import annotations

from urllib.parse import urljoin

from fastapi import APIRouter, Request, Response

from expunge.web import limits, problems
from expunge.web.dependencies import CallerDep, ServiceDep
from expunge.web.views import UploadView, UploadWish

router = APIRouter(prefix="/api/v1/uploads", tags=["uploads"])


@router.post(
    "",
    operation_id="createUpload",
    summary="Ask for an address to upload a file to",
    responses=problems.responses(
        "invalid_request",
        "payload_too_large",
        "validation_error",
        "service_unavailable",
        *limits.PROBLEMS,
    ),
)
def create_upload(
    request: Request,
    response: Response,
    wish: UploadWish,
    service: ServiceDep,
    caller: CallerDep,
) -> UploadView:
    """PUT the file to `upload_url` with exactly the given `headers` within 15 minutes.

    Then create a job with the `object_key`. Length and type are part of the signature: a PUT
    that differs is refused.
    """
    upload = service.jobs.uploads.create(caller, content_type=wish.content_type, size=wish.size)
    response.headers.update(limits.fields(upload.standings))
    return UploadView(
        upload_url=urljoin(problems.base_url(request) + "/", upload.request.url),
        object_key=upload.object_key,
        expires_at=upload.request.expires_at,
        method=upload.request.method,
        headers=dict(upload.request.headers),
    )
