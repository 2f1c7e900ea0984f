"""Picture in, picture out: a new job whose answer is its image."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, NoReturn

from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from expunge.accounts.callers import Caller
from expunge.clean.request import image_mode
from expunge.clean.signature import PATH
from expunge.errors import NotFound
from expunge.jobs.job import Job, Retention, Status
from expunge.jobs.request import JobRequest, SubmitResult
from expunge.operations import MODES
from expunge.service import Service
from expunge.web import problems
from expunge.web.caller.who import CallerDep
from expunge.web.dependencies import MAX_WAIT, IdempotencyKeyDep, Preference, ServiceDep
from expunge.web.native.creating import CREATE_PROBLEMS, created
from expunge.web.native.openapi import PICTURE, PICTURE_BODY
from expunge.web.native.submission import read_job_request
from expunge.web.urls import absolute, base_url
from expunge.web.waiting import waiters_of

router = APIRouter(tags=["clean"])

StoreDep = Annotated[
    bool,
    Query(description="With an image as the answer: whether the result is stored for a day, too."),
]
LATER = (
    "This image takes longer than one response can wait. The job continues: its URL is in the "
    "Link header, or use POST /api/v1/jobs, which answers at once."
)
RETRY_SECONDS = 60


@router.post(
    PATH,
    operation_id="cleanPicture",
    summary="Send an image, get the cleaned image",
    response_class=Response,
    openapi_extra=PICTURE_BODY,
    responses=PICTURE | problems.responses(*CREATE_PROBLEMS, "takes_too_long"),
)
async def clean_picture(
    request: Request,
    response: Response,
    service: ServiceDep,
    caller: CallerDep,
    idempotency_key: IdempotencyKeyDep,
    store: StoreDep = False,
) -> Response:
    """The body is the image, or a form with it. `mode` and its options are in the query. The type
    of the body is judged by its first bytes, unless the request declares an image type.

    The job, with its report, is linked as `describedby`. The result is not stored, unless you ask
    for it with `store=true` or an `Idempotency-Key`.
    """
    job_request = await read_job_request(
        request,
        respond_async=False,
        idempotency_key=idempotency_key,
        base_url=base_url(request),
        in_query=True,
        any_type=True,
    )
    return await answer_with_image(request, response, service, caller, job_request, store=store)


async def answer_with_image(
    request: Request,
    response: Response,
    service: Service,
    caller: Caller,
    job_request: JobRequest,
    *,
    store: bool,
) -> Response:
    """Create the job, wait for it as long as an answer may take, and answer with its image.

    Raises
    ------
    ValidationFailed
        For a mode without an image as its result.
    NotFound
        For a repeated request whose result has expired.
    """
    wanted = _for_image(job_request, store=store)
    mode = MODES.get(wanted.mode)
    waits = Preference(wait=0 if mode and mode.sync else MAX_WAIT)
    caller, submitted = await created(request, response, service, caller, waits, wanted)
    job = submitted.job
    if not job.status.ended:
        job = await waiters_of(request).wait(caller, job, service.cleaner.patience)
    return await _image(request, response, service, submitted, job)


def _for_image(job_request: JobRequest, *, store: bool) -> JobRequest:
    """The request with an image as its answer, which is stored only if somebody wants it again.

    A retry with the same Idempotency-Key does.

    Raises
    ------
    ValidationFailed
        For a mode without an image as its result.
    """
    image_mode(job_request.mode, "/mode")
    stored = store or job_request.idempotency_key is not None
    retention = Retention.RESULT if stored else Retention.REPORT
    return replace(job_request, answers_image=True, retention=retention, respond_async=False)


async def _image(
    request: Request, response: Response, service: Service, submitted: SubmitResult, job: Job
) -> Response:
    """The image of a job, if it has ended; the job's URL is in the Link header."""
    own = base_url(request)
    link = f'<{own}/api/v1/jobs/{job.id}>; rel="describedby"'
    headers = dict(response.headers) | {"link": link, "cache-control": "no-store"}
    if not job.status.ended:
        headers["retry-after"] = str(RETRY_SECONDS)
        return problems.answer(request, "takes_too_long", LATER, headers=headers)
    if job.status is not Status.SUCCEEDED:
        code, detail = job.error_code or "conflict", job.error_message or "The job was cancelled."
        return problems.answer(request, code, detail, headers=headers)
    if service.answer_bytes is not None and (job.result_bytes or 0) > service.answer_bytes:
        headers["location"] = absolute(own, service.jobs.result_url(job) or _expired())
        return Response(status_code=303, headers=headers)
    if receipt := job.report.get("receipt"):
        headers["expunge-receipt"] = receipt
    outcome = submitted.outcome
    if outcome is not None and outcome.image is not None:
        return Response(outcome.image, media_type=outcome.media_type, headers=headers)
    data = await run_in_threadpool(service.jobs.result, job) or _expired()
    return Response(data, media_type=job.result_type, headers=headers)


def _expired() -> NoReturn:
    raise NotFound("The result of this request has expired, or was not stored.")
