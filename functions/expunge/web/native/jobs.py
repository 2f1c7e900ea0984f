"""Native surface: jobs."""

from __future__ import annotations

import math
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from starlette.concurrency import run_in_threadpool

from expunge.accounts.callers import Caller
from expunge.errors import IdempotencyConflict
from expunge.jobs.job import Job, Status
from expunge.service import Service
from expunge.web import problems
from expunge.web.caller.who import CALLER_PROBLEMS, CallerDep, HolderDep
from expunge.web.dependencies import (
    MAX_WAIT,
    IdempotencyKeyDep,
    PageCursor,
    PageLimit,
    Preference,
    PreferenceDep,
    ServiceDep,
)
from expunge.web.native.accept import prefers_image
from expunge.web.native.creating import CREATE_PROBLEMS, created, meter_wait
from expunge.web.native.openapi import JOB_BODY
from expunge.web.native.pictures import StoreDep, answer_with_image
from expunge.web.native.schemas import JobsView, JobView, job_view
from expunge.web.native.submission import read_job_request
from expunge.web.urls import base_url
from expunge.web.waiting import waiters_of

router = APIRouter(prefix="/api/v1/jobs", tags=["jobs"])

JobId = Annotated[
    str,
    Path(max_length=64, description="The job's id.", examples=["job_01KAYZ8D3M6QW0F8R5T2V4X6Y8"]),
]

_ACCEPTED: dict[int | str, dict[str, Any]] = {
    202: {"model": JobView, "description": "Accepted; poll the URL in `Location`."}
}


@router.post(
    "",
    operation_id="createJob",
    summary="Create a job",
    response_model=JobView,
    response_model_exclude_none=True,
    openapi_extra=JOB_BODY,
    responses=_ACCEPTED | problems.responses(*CREATE_PROBLEMS, "takes_too_long"),
)
async def create_job(
    request: Request,
    response: Response,
    service: ServiceDep,
    caller: CallerDep,
    preference: PreferenceDep,
    idempotency_key: IdempotencyKeyDep,
    store: StoreDep = False,
) -> Any:  # noqa: ANN401
    """Creates a job. A light job answers with its result. A heavy job, or a request with
    `Prefer: respond-async`, answers with 202.

    Send the image as a `multipart/form-data` file, as `image_base64` in JSON (up to 1 MB),
    as the `object_key` of an upload, as an `image_url` that the service fetches, or as the body
    itself, with the mode and its options in the query.

    With `Accept: image/*` the answer is the image, as from `cleanPicture`.
    """
    wants_image = prefers_image(",".join(request.headers.getlist("accept")))
    wants_image = wants_image and not preference.respond_async
    job_request = await read_job_request(
        request,
        respond_async=preference.respond_async,
        idempotency_key=idempotency_key,
        base_url=base_url(request),
        in_query=wants_image,
    )
    if wants_image:
        return await answer_with_image(request, response, service, caller, job_request, store=store)
    caller, submitted = await created(request, response, service, caller, preference, job_request)
    job = submitted.job
    if not job.status.ended and (preference.wait or job.sync):
        seconds = MAX_WAIT if job.sync else preference.wait
        job = await waiters_of(request).wait(caller, job, seconds)
    if job.sync and not job.status.ended:
        raise IdempotencyConflict("The first request with this Idempotency-Key is still running.")
    if job.sync and job.status is Status.FAILED and job.error_code:
        headers = dict(response.headers)
        return problems.answer(request, job.error_code, job.error_message or "", headers=headers)
    response.headers.update(preference.applied)
    response.headers["cache-control"] = "no-store"
    view = await _view(service, job, job_request.base_url)
    _set_retry_after(response, view)
    if not job.status.ended:
        response.status_code = 202
    view.webhook_secret = None if submitted.replayed else job.webhook_secret
    return view


@router.get(
    "",
    operation_id="listJobs",
    summary="List your jobs, newest first",
    response_model=JobsView,
    response_model_exclude_none=True,
    responses=problems.responses(
        "validation_error", "client_secret_required", "service_unavailable", *CALLER_PROBLEMS
    ),
)
def list_jobs(
    request: Request,
    response: Response,
    service: ServiceDep,
    caller: HolderDep,
    limit: PageLimit = 25,
    cursor: PageCursor = None,
) -> JobsView:
    """Returns one page of jobs. `next_cursor` gets the next page.

    Without an account, the list shows the jobs of your browser's cookie or of the
    `X-Client-Secret` that you send. An IP address alone shows no jobs.
    """
    own = base_url(request)
    jobs, following = service.jobs.page(caller, limit, cursor)
    response.headers["cache-control"] = "no-store"
    return JobsView(jobs=[job_view(service.jobs, job, own) for job in jobs], next_cursor=following)


@router.get(
    "/{job_id}",
    operation_id="getJob",
    summary="Get a job",
    response_model=JobView,
    response_model_exclude_none=True,
    responses=problems.responses("job_not_found", "service_unavailable", *CALLER_PROBLEMS),
)
async def get_job(
    request: Request,
    response: Response,
    service: ServiceDep,
    caller: CallerDep,
    preference: PreferenceDep,
    job_id: JobId,
) -> JobView:
    """Returns the job's state. With `Prefer: wait=N` the answer waits until the job ends, for at
    most N seconds.

    A job created without an account can be read by anyone who has its id.
    """
    job = await run_in_threadpool(_get, service, caller, preference, job_id)
    if preference.wait:
        job = await waiters_of(request).wait(caller, job, preference.wait)
        response.headers["preference-applied"] = f"wait={preference.wait}"
    response.headers["cache-control"] = "no-store"
    view = await _view(service, job, base_url(request))
    _set_retry_after(response, view)
    return view


@router.delete(
    "/{job_id}",
    operation_id="cancelJob",
    summary="Cancel a queued job, or delete an ended one",
    response_model=JobView,
    response_model_exclude_none=True,
    responses=problems.responses(
        "job_not_found", "client_secret_required", "service_unavailable", *CALLER_PROBLEMS
    ),
)
def delete_job(
    request: Request, response: Response, service: ServiceDep, caller: HolderDep, job_id: JobId
) -> JobView:
    """A queued job is cancelled and refunded. An ended job is deleted with its record, result and
    image; an upload stays while another job needs it. A running job is returned unchanged.

    Without an account, send the cookie or the `X-Client-Secret` that created the job.
    """
    response.headers["cache-control"] = "no-store"
    job = service.jobs.remove(caller, job_id)
    return job_view(service.jobs, job, base_url(request))


def _get(service: Service, caller: Caller, preference: Preference, job_id: str) -> Job:
    meter_wait(service, caller, preference)
    return service.jobs.get(caller, job_id)


async def _view(service: Service, job: Job, base_url: str) -> JobView:
    """The job as JSON. Only for a job that goes on, this reads the store (`poll_after_ms`)."""
    if job.status.ended:
        return job_view(service.jobs, job, base_url)
    return await run_in_threadpool(job_view, service.jobs, job, base_url)


def _set_retry_after(response: Response, view: JobView) -> None:
    if view.poll_url and view.poll_after_ms:
        response.headers["location"] = f"/api/v1/jobs/{view.id}"
        response.headers["retry-after"] = str(math.ceil(view.poll_after_ms / 1000))
