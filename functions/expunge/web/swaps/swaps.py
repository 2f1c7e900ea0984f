"""Swaps surface: replace faces in images, GIFs and videos by their URLs, for credits."""

from __future__ import annotations

import asyncio
import time
from functools import partial
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from expunge.accounts.callers import Caller
from expunge.accounts.ledger import MILLI
from expunge.accounts.meter import MeteredCall
from expunge.errors import IdempotencyConflict
from expunge.web import problems, rate_limit
from expunge.web.caller.who import AccountDep
from expunge.web.dependencies import (
    MAX_WAIT,
    IdempotencyKeyDep,
    PageLimit,
    PreferenceDep,
    ServiceDep,
    accepts,
    purpose_of,
)
from expunge.web.submitting import in_thread
from expunge.web.swaps.requests import estimated, job_request, worded
from expunge.web.swaps.swap_schemas import (
    PublicSwap,
    SwapCreate,
    SwapEstimate,
    SwapPage,
    SwapPrice,
    swap_view,
)
from expunge.web.urls import base_url
from expunge.web.waiting import FIRST_READ_SECONDS, SLOWER, waiters_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from expunge.jobs.request import JobRequest, SubmitResult

router = APIRouter(prefix="/api/v1/swaps", tags=["swaps"])

_PROBLEMS = (*rate_limit.PROBLEMS, "swaps_disabled", "service_unavailable")


@accepts("key", "keyHeader", "session")
def _metered(
    request: Request, response: Response, service: ServiceDep, caller: AccountDep
) -> Caller:
    """The caller, whose request counts toward the minute's budget.

    Raises
    ------
    SwapsDisabled, RateLimited
    """
    service.swaps.check_open()
    fields = rate_limit.fields(service.meter.take(caller, MeteredCall("requests")))
    response.headers.update(fields | {"cache-control": "no-store"})
    request.state.problem_headers = fields
    return caller


MeteredDep = Annotated[Caller, Depends(_metered)]
SwapId = Annotated[
    str,
    Path(
        description="The id that `createSwap` gave.",
        json_schema_extra={"pattern": "^[A-Za-z0-9_-]{1,64}$"},
    ),
]
Cursor = Annotated[
    str | None,
    Query(pattern=r"^[A-Za-z0-9_-]{1,64}$", description="`next_cursor` of the previous page."),
]


@router.post(
    "",
    operation_id="createSwap",
    summary="Replace faces in an image, GIF or video by its URL",
    status_code=201,
    responses=problems.responses(
        *_PROBLEMS,
        "validation_error",
        "invalid_request",
        "source_unreachable",
        "source_unavailable",
        "loop_detected",
        "payload_too_large",
        "unsupported_media_type",
        "malformed_image",
        "image_too_large",
        "idempotency_mismatch",
        "idempotency_conflict",
        "purpose_required",
        "consent_required",
        "nsfw_content_detected",
        "insufficient_credits",
        "rate_limited_concurrent",
        "scan_pending",
        "mode_disabled",
        "overloaded",
        "storage_full",
        "model_missing",
        dialect=problems.SWAPS,
    ),
)
async def create_swap(
    request: Request,
    response: Response,
    body: SwapCreate,
    service: ServiceDep,
    caller: MeteredDep,
    preference: PreferenceDep,
    idempotency_key: IdempotencyKeyDep,
) -> PublicSwap:
    """Fetches and checks all files, and returns the swap at once. Poll `getSwap` until it has
    ended, or wait for its end with `wait=true`, for at most 25 seconds.

    The price is reserved now, spent when the swap is done, and returned if it fails or is
    canceled. Without enough credits nothing is created.
    """
    started, own = time.monotonic(), base_url(request)
    wanted = job_request(
        body, base_url=own, idempotency_key=idempotency_key, purpose=purpose_of(request)
    )
    create = partial(service.swaps.create, caller, body.type, wanted, faces=body.faces)
    with worded(body):
        submitted = await _created(request, wanted, create)
    if submitted.replayed:
        response.headers["idempotent-replayed"] = "true"
    job, left = submitted.job, preference.wait - (time.monotonic() - started)
    if preference.wait and left > 0:
        job = await waiters_of(request).wait(caller, job, left)
    response.headers.update(preference.applied)
    response.headers["location"] = f"{own}/api/v1/swaps/{job.id}"
    return await run_in_threadpool(swap_view, service.jobs, job, own)


async def _created(
    request: Request, wanted: JobRequest, create: Callable[[], SubmitResult]
) -> SubmitResult:
    """Create the swap. While an equal request with its idempotency key is under way, wait."""
    until, pause = time.monotonic() + MAX_WAIT, FIRST_READ_SECONDS
    while True:
        try:
            return await in_thread(request, wanted, create)
        except IdempotencyConflict as error:
            left = until - time.monotonic()
            if error.retryable is False or left <= 0:
                raise
        await asyncio.sleep(min(pause, left))
        pause *= SLOWER


@router.post(
    "/estimate",
    operation_id="estimateSwap",
    summary="Get the price of a swap that you describe",
    responses=problems.responses(
        *_PROBLEMS,
        "validation_error",
        "invalid_request",
        "unsupported_media_type",
        dialect=problems.SWAPS,
    ),
)
def estimate_swap(
    body: SwapEstimate,
    service: ServiceDep,
    caller: MeteredDep,  # noqa: ARG001  counts the request
) -> SwapPrice:
    """Fetches and creates nothing. The price of a swap is what its files measure, so it differs
    from this where they differ from what you say.
    """
    price = service.swaps.estimate(body.type, estimated(body))
    return SwapPrice(type=body.type, credit_cost=price / MILLI)


@router.get(
    "",
    operation_id="listSwaps",
    summary="List your swaps, newest first",
    responses=problems.responses(*_PROBLEMS, "validation_error", dialect=problems.SWAPS),
)
def list_swaps(
    request: Request,
    service: ServiceDep,
    caller: MeteredDep,
    limit: PageLimit = 25,
    cursor: Cursor = None,
) -> SwapPage:
    """With an API key, lists the swaps that this key created. With a session, lists those of the
    whole account. A swap stays in the list for 29 to 30 days.
    """
    own = base_url(request)
    jobs, following = service.swaps.page(caller, limit, cursor)
    return SwapPage(data=[swap_view(service.jobs, job, own) for job in jobs], next_cursor=following)


@router.get(
    "/{task_id}",
    operation_id="getSwap",
    summary="Get a swap",
    responses=problems.responses(*_PROBLEMS, "job_not_found", dialect=problems.SWAPS),
)
def get_swap(
    request: Request, service: ServiceDep, caller: MeteredDep, task_id: SwapId
) -> PublicSwap:
    """When the swap is `done`, `result_url` is the URL of the result, newly signed by each request.
    A key sees the swaps that it created and those created with a session of its account.
    """
    job = service.swaps.get(caller, task_id)
    return swap_view(service.jobs, job, base_url(request))


@router.delete(
    "/{task_id}",
    operation_id="cancelSwap",
    summary="Cancel a swap that has not started",
    responses=problems.responses(*_PROBLEMS, "job_not_found", dialect=problems.SWAPS),
)
def cancel_swap(
    request: Request, service: ServiceDep, caller: MeteredDep, task_id: SwapId
) -> PublicSwap:
    """A `queued` or `preparing` swap becomes `canceled` and is refunded. Any other one is returned
    unchanged.
    """
    job = service.swaps.cancel(caller, task_id)
    return swap_view(service.jobs, job, base_url(request))
