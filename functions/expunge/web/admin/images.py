"""Admin surface: stored images and jobs of the faces surface, and a test of masking."""

from __future__ import annotations

import base64
from collections import Counter
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from expunge.errors import NotFound, StorageDisabled
from expunge.given import PRESENT
from expunge.jobs.archive import KEPT_SECONDS, SLOT_SECONDS, Archive
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
    TimelinePoint,
    TimelineResponse,
    paginated,
)
from expunge.web.dependencies import ServiceDep
from expunge.web.face_jobs.queries import METHODS, MaskMethod, MaskQuery
from expunge.web.face_jobs.reports import detected, masking
from expunge.web.face_jobs.run import IMAGE_BODY, WORK_PROBLEMS, run, too_large
from expunge.web.times import known_moment
from expunge.web.urls import base_url

router = APIRouter(prefix="/api/v1/admin", tags=["admin"])

ImageId = Annotated[
    str,
    Path(max_length=64, description="The image's id.", examples=["img_01KAYZ8D3M6QW0F8R5T2V4X6Y8"]),
]
JobId = Annotated[
    str,
    Path(max_length=64, description="The job's id.", examples=["job_01KAYZ8D3M6QW0F8R5T2V4X6Y8"]),
]
_PROBLEMS = problems.responses("validation_error", "storage_disabled", *ADMIN_PROBLEMS)
_ONE = _PROBLEMS | problems.responses("not_found")
_REDIRECT: dict[int | str, dict[str, Any]] = {302: {"description": "Redirect to the file."}}
_PRIVATE = {"cache-control": "no-store"}


def _archive(service: ServiceDep, _: AdminDep) -> Archive:
    """The archive of stored images, for the administrator.

    Raises
    ------
    StorageDisabled
        If the operator has not enabled storage.
    """
    if not service.settings.faces_storage:
        raise StorageDisabled(
            "This server does not store images. To store them for a day, set "
            "EXPUNGE_FACES_STORAGE=true and restart it."
        )
    return service.jobs.archive


ArchiveDep = Annotated[Archive, Depends(_archive)]


def _views(request: Request, response: Response, service: ServiceDep) -> AdminViews:
    response.headers.update(_PRIVATE)
    return AdminViews(service.jobs, base_url(request))


ViewsDep = Annotated[AdminViews, Depends(_views)]


@router.get(
    "/stats",
    operation_id="getAdminStats",
    summary="Count the stored images and jobs",
    responses=_PROBLEMS,
)
def get_stats(response: Response, archive: ArchiveDep) -> StatsResponse:
    """Returns totals from counters, without reading any image."""
    response.headers.update(_PRIVATE)
    counts = archive.counts()
    total, by_type = counts.total(), _by_type(counts)
    del counts["faces"]
    return StatsResponse(
        total_images=total,
        total_jobs=total,
        jobs_by_type=by_type,
        jobs_by_method={method: n for method, n in sorted(counts.items()) if n},
        kept_hours=KEPT_SECONDS // 3600,
    )


@router.get(
    "/stats/timeline",
    operation_id="getAdminTimeline",
    summary="Count the stored images by quarter of an hour",
    responses=_PROBLEMS,
)
def get_timeline(response: Response, archive: ArchiveDep) -> TimelineResponse:
    """Returns every quarter of an hour of the last day, the oldest first, also empty ones."""
    response.headers.update(_PRIVATE)
    points = [
        TimelinePoint(start=known_moment(start), **_by_type(counts))
        for start, counts in archive.timeline()
    ]
    return TimelineResponse(slot_seconds=SLOT_SECONDS, points=points)


@router.get(
    "/images",
    operation_id="listStoredImages",
    summary="List the stored images, newest first",
    responses=_PROBLEMS,
)
def list_images(
    archive: ArchiveDep, views: ViewsDep, page: PageNumber = 1, per_page: PerPage = 20
) -> StoredImagePage:
    """A page after the last one is empty."""
    found, total = archive.page(page, per_page)
    items = [views.image(kept) for kept in found]
    return StoredImagePage(**paginated(items, total, page, per_page))


@router.get(
    "/images/{image_id}",
    operation_id="getStoredImage",
    summary="Get a stored image with its jobs",
    responses=_ONE,
)
def get_image(archive: ArchiveDep, views: ViewsDep, image_id: ImageId) -> StoredImageDetailResponse:
    """Images are deleted after a day."""
    return views.image_in_detail(archive.image(image_id))


@router.delete(
    "/images/{image_id}",
    operation_id="deleteStoredImage",
    summary="Delete an image, its job and its result",
    status_code=204,
    response_class=Response,
    responses=_ONE | problems.responses("conflict"),
)
def delete_image(archive: ArchiveDep, image_id: ImageId) -> None:
    """Deletes the records and files at once. If deleting a file fails, the service retries."""
    archive.delete(image_id)


@router.get(
    "/images/{image_id}/download",
    operation_id="downloadStoredImage",
    summary="Download an original image",
    status_code=302,
    response_class=RedirectResponse,
    responses=_ONE | _REDIRECT,
)
def download_image(archive: ArchiveDep, views: ViewsDep, image_id: ImageId) -> Response:
    """Redirects to a signed URL, which expires with the image."""
    url = views.original_url(archive.image(image_id), download=True)
    return RedirectResponse(url, status_code=302, headers=_PRIVATE)


@router.get(
    "/jobs",
    operation_id="listFaceJobs",
    summary="List the jobs of the faces surface, newest first",
    responses=_PROBLEMS,
)
def list_jobs(
    archive: ArchiveDep,
    views: ViewsDep,
    page: PageNumber = 1,
    per_page: PerPage = 20,
    job_type: Annotated[
        JobType | None, PRESENT, Query(description="Only jobs of this type.")
    ] = None,
    method: Annotated[
        MaskMethod | None, PRESENT, Query(description="Only masks by this method.")
    ] = None,
) -> JobPage:
    """Only mask jobs have a `method`: with `job_type=detect` the list is empty."""
    kinds = _kinds(job_type, method)
    found, total = archive.page(page, per_page, kinds)
    items = [views.job(kept) for kept in found if kept.job]
    return JobPage(**paginated(items, total, page, per_page))


@router.get(
    "/jobs/{job_id}",
    operation_id="getFaceJob",
    summary="Get a face job with its results",
    responses=_ONE,
)
def get_job(archive: ArchiveDep, views: ViewsDep, job_id: JobId) -> JobDetailResponse:
    """Jobs are deleted with their image, after a day."""
    return views.job_in_detail(archive.job(job_id))


@router.get(
    "/jobs/{job_id}/download",
    operation_id="downloadFaceJob",
    summary="Download a masked image",
    status_code=302,
    response_class=RedirectResponse,
    responses=_ONE | _REDIRECT,
)
def download_job(archive: ArchiveDep, views: ViewsDep, job_id: JobId) -> Response:
    """Redirects to a signed URL. A detection has no result image and answers 404."""
    url = views.processed_url(archive.job(job_id), download=True)
    if url is None:
        raise NotFound("This job has no processed image.")
    return RedirectResponse(url, status_code=302, headers=_PRIVATE)


@router.post(
    "/test/mask",
    operation_id="tryMask",
    summary="Test masking on an image, with full details",
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
    """Works like `maskFaces`, without its limits. Returns the image in base64, with all figures."""
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


def _by_type(counts: Counter[str]) -> dict[JobType, int]:
    """Counts by kind of image, as counts by type of job."""
    detections = counts["faces"]
    return {"detect": detections, "mask": counts.total() - detections}


def _kinds(job_type: JobType | None, method: str | None) -> set[str] | None:
    """The kinds of stored images that match the filters; ``None`` means all."""
    masks = {each.value for each in METHODS}
    if job_type is None and method is None:
        return None
    of_type = {"detect": {"faces"}, "mask": masks, None: masks | {"faces"}}[job_type]
    return of_type if method is None else of_type & {method}
