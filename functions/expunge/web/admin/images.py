"""Admin surface: what is kept of the faces surface, and a mask to try."""

from __future__ import annotations

import base64
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from expunge.errors import NotFound, StorageDisabled
from expunge.jobs.archive import KEPT_SECONDS, Archive
from expunge.service import Service
from expunge.web import problems
from expunge.web.admin.auth import ADMIN_PROBLEMS, AdminDep
from expunge.web.admin.schemas import (
    AdminViews,
    JobDetailResponse,
    JobPage,
    JobType,
    MaskResponse,
    Output,
    PageNumber,
    PerPage,
    StatsResponse,
    StoredImageDetailResponse,
    StoredImagePage,
    paginated,
)
from expunge.web.dependencies import ServiceDep
from expunge.web.face_jobs.queries import METHODS, MaskMethod, MaskQuery
from expunge.web.face_jobs.reports import detected, masking
from expunge.web.face_jobs.run import IMAGE_BODY, WORK_PROBLEMS, run, too_large
from expunge.web.urls import base_url

router = APIRouter(prefix="/api/v1/admin", tags=["admin"])

ImageId = Annotated[
    str,
    Path(max_length=64, description="Of the image.", examples=["img_01KAYZ8D3M6QW0F8R5T2V4X6Y8"]),
]
JobId = Annotated[
    str, Path(max_length=64, description="Of the job.", examples=["job_01KAYZ8D3M6QW0F8R5T2V4X6Y8"])
]
_PROBLEMS = problems.responses("validation_error", "storage_disabled", *ADMIN_PROBLEMS)
_ONE = _PROBLEMS | problems.responses("not_found")
_REDIRECT: dict[int | str, dict[str, Any]] = {302: {"description": "To the file."}}
_PRIVATE = {"cache-control": "no-store"}


def _archive(service: ServiceDep, _: AdminDep) -> Archive:
    """What is kept, for the administrator, where anything is.

    Raises
    ------
    StorageDisabled
        Where the operator has switched it off.
    """
    if not service.settings.faces_storage:
        raise StorageDisabled(
            "Images are not kept on this server. Set EXPUNGE_FACES_STORAGE=true and restart it "
            "to keep them for a day."
        )
    return service.jobs.archive


ArchiveDep = Annotated[Archive, Depends(_archive)]


def _shown(request: Request, response: Response, service: ServiceDep) -> AdminViews:
    response.headers.update(_PRIVATE)
    return AdminViews(service.jobs, base_url(request))


ShownDep = Annotated[AdminViews, Depends(_shown)]


@router.get(
    "/stats",
    operation_id="getAdminStats",
    summary="How much is kept",
    responses=_PROBLEMS,
)
def get_stats(response: Response, archive: ArchiveDep) -> StatsResponse:
    """Sums over counters; no picture is looked at."""
    response.headers.update(_PRIVATE)
    counts = archive.counts()
    total, detections = counts.total(), counts.pop("faces", 0)
    return StatsResponse(
        total_images=total,
        total_jobs=total,
        jobs_by_type={"detect": detections, "mask": total - detections},
        jobs_by_method={method: n for method, n in sorted(counts.items()) if n},
        kept_hours=KEPT_SECONDS // 3600,
    )


@router.get(
    "/images",
    operation_id="listStoredImages",
    summary="List the images that are kept, newest first",
    responses=_PROBLEMS,
)
def list_images(
    archive: ArchiveDep, shown: ShownDep, page: PageNumber = 1, per_page: PerPage = 20
) -> StoredImagePage:
    """Pages behind the last are empty."""
    found, total = archive.page(page, per_page)
    items = [shown.image(kept) for kept in found]
    return StoredImagePage(**paginated(items, total, page, per_page))


@router.get(
    "/images/{image_id}",
    operation_id="getStoredImage",
    summary="An image with its jobs",
    responses=_ONE,
)
def get_image(archive: ArchiveDep, shown: ShownDep, image_id: ImageId) -> StoredImageDetailResponse:
    """Until its day is over."""
    return shown.image_in_detail(archive.image(image_id))


@router.delete(
    "/images/{image_id}",
    operation_id="deleteStoredImage",
    summary="Delete an image, its job and its result",
    status_code=204,
    response_class=Response,
    responses=_ONE | problems.responses("conflict"),
)
def delete_image(archive: ArchiveDep, image_id: ImageId) -> None:
    """The records go at once, and so do the files; a file that cannot be deleted now is tried
    again until it is gone.
    """
    archive.delete(image_id)


@router.get(
    "/images/{image_id}/download",
    operation_id="downloadStoredImage",
    summary="Go to an original",
    status_code=302,
    response_class=RedirectResponse,
    responses=_ONE | _REDIRECT,
)
def download_image(archive: ArchiveDep, shown: ShownDep, image_id: ImageId) -> Response:
    """The address is signed, and ends with the image."""
    url = shown.original_url(archive.image(image_id), download=True)
    return RedirectResponse(url, status_code=302, headers=_PRIVATE)


@router.get(
    "/jobs",
    operation_id="listFaceJobs",
    summary="List the jobs of the faces surface, newest first",
    responses=_PROBLEMS,
)
def list_jobs(
    archive: ArchiveDep,
    shown: ShownDep,
    page: PageNumber = 1,
    per_page: PerPage = 20,
    job_type: Annotated[JobType | None, Query(description="Only jobs of this type.")] = None,
    method: Annotated[MaskMethod | None, Query(description="Only masks by this method.")] = None,
) -> JobPage:
    """`method` is a mask's; together with `job_type=detect` it finds nothing."""
    kinds = _kinds(job_type, method)
    found, total = archive.page(page, per_page, kinds)
    items = [shown.job(kept) for kept in found if kept.job]
    return JobPage(**paginated(items, total, page, per_page))


@router.get(
    "/jobs/{job_id}",
    operation_id="getFaceJob",
    summary="A job with what it found",
    responses=_ONE,
)
def get_job(archive: ArchiveDep, shown: ShownDep, job_id: JobId) -> JobDetailResponse:
    """Until its image's day is over."""
    return shown.job_in_detail(archive.job(job_id))


@router.get(
    "/jobs/{job_id}/download",
    operation_id="downloadFaceJob",
    summary="Go to a masked picture",
    status_code=302,
    response_class=RedirectResponse,
    responses=_ONE | _REDIRECT,
)
def download_job(archive: ArchiveDep, shown: ShownDep, job_id: JobId) -> Response:
    """404 for a detection, which makes no picture."""
    url = shown.processed_url(archive.job(job_id), download=True)
    if url is None:
        raise NotFound("This job has no processed image.")
    return RedirectResponse(url, status_code=302, headers=_PRIVATE)


@router.post(
    "/test/mask",
    operation_id="tryMask",
    summary="Hide the faces of a picture, and see how that went",
    response_model=MaskResponse,
    openapi_extra=IMAGE_BODY,
    responses=problems.responses(*WORK_PROBLEMS, *ADMIN_PROBLEMS),
)
async def try_mask(
    request: Request,
    response: Response,
    service: ServiceDep,
    caller: AdminDep,
    query: Annotated[MaskQuery, Query()],
) -> Any:  # noqa: ANN401
    """As `maskFaces`, without its limits; the picture comes as base64 beside all the figures."""
    done = await run(request, service, caller, "mask", query)
    if isinstance(done, Response):
        return done
    _check_length(service, done.image)
    response.headers.update(_PRIVATE)
    return MaskResponse(
        request_id=request.scope["request_id"],
        **done.ids,
        **dict(detected(done.job, done.size_bytes)),
        masking=masking(done.job),
        output=Output(
            format=query.format,
            quality=query.quality,
            size_bytes=len(done.image),
            image_base64=base64.b64encode(done.image).decode(),
        ),
    )


def _check_length(service: Service, image: bytes) -> None:
    if service.answer_bytes is not None and len(image) > service.answer_bytes:
        raise too_large(len(image))


def _kinds(job_type: JobType | None, method: str | None) -> set[str] | None:
    """The kinds of images whose jobs are asked for; ``None`` for all."""
    masks = {each.value for each in METHODS}
    if job_type is None and method is None:
        return None
    of_type = {"detect": {"faces"}, "mask": masks, None: masks | {"faces"}}[job_type]
    return of_type if method is None else of_type & {method}
