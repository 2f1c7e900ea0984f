"""Batches: up to 100 images by one request."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Path, Request, Response
from starlette.concurrency import run_in_threadpool

from expunge.accounts.callers import Caller
from expunge.service import Service
from expunge.web import problems, rate_limit
from expunge.web.batches.openapi import BODY
from expunge.web.batches.schemas import (
    POLL_MS,
    BatchesView,
    BatchView,
    batch_view,
    whole_view,
)
from expunge.web.batches.submission import read_batch_request
from expunge.web.caller.who import CALLER_PROBLEMS, CallerDep, HolderDep, maker_of
from expunge.web.dependencies import IdempotencyKeyDep, PageCursor, PageLimit, ServiceDep
from expunge.web.loops import refuse_loop
from expunge.web.submitting import reaching_out
from expunge.web.urls import base_url

if TYPE_CHECKING:
    from expunge.batches.request import BatchRequest

router = APIRouter(prefix="/api/v1/batches", tags=["batches"])

BatchId = Annotated[
    str,
    Path(
        max_length=64,
        description="The batch's id.",
        examples=["batch_01KAYZ8D3M6QW0F8R5T2V4X6Y8ABCDEFGH"],
    ),
]
_CREATE_PROBLEMS = (
    "invalid_request",
    "mode_disabled",
    "scope_disabled",
    "recognition_disabled",
    "purpose_required",
    "upload_not_found",
    "idempotency_conflict",
    "payload_too_large",
    "unsupported_media_type",
    "validation_error",
    "malformed_image",
    "image_too_large",
    "idempotency_mismatch",
    "service_unavailable",
    "storage_full",
    "loop_detected",
    *CALLER_PROBLEMS,
    *rate_limit.PROBLEMS,
)


@router.post(
    "",
    operation_id="createBatch",
    summary="Create a batch of jobs",
    status_code=202,
    response_model=BatchView,
    response_model_exclude_none=True,
    openapi_extra=BODY,
    responses=problems.responses(*_CREATE_PROBLEMS),
)
async def create_batch(
    request: Request,
    response: Response,
    service: ServiceDep,
    caller: CallerDep,
    idempotency_key: IdempotencyKeyDep,
) -> BatchView:
    """Makes one job of each of up to 100 images, and charges all of them at once: a batch that
    does not fit into your limits is refused as a whole. A job that fails is refunded.

    Images are `image_url`s or `object_key`s of uploads, or the files `image` of a form. The mode
    and its options apply to all items; in JSON each item may have its own.
    """
    refuse_loop(request)
    own = base_url(request)
    asked = await read_batch_request(request, idempotency_key=idempotency_key, base_url=own)
    create = partial(_create, request, response, service, caller, asked)
    if asked.webhook_url is not None:
        return await reaching_out(request, create)
    return await run_in_threadpool(create)


def _create(
    request: Request,
    response: Response,
    service: Service,
    caller: Caller,
    asked: BatchRequest,
) -> BatchView:
    caller = maker_of(request, response, caller, asked)
    made = service.batches.submit(caller, asked)
    response.headers["location"] = f"/api/v1/batches/{made.batch.id}"
    response.headers["retry-after"] = str(math.ceil(POLL_MS / 1000))
    response.headers["cache-control"] = "no-store"
    if made.replayed:
        response.headers["idempotent-replayed"] = "true"
        return whole_view(service.batches, made.batch, asked.base_url)
    response.headers.update(rate_limit.fields(made.quotas))
    view = whole_view(service.batches, made.batch, asked.base_url)
    view.webhook_secret = made.batch.webhook_secret
    return view


@router.get(
    "",
    operation_id="listBatches",
    summary="List your batches, newest first",
    response_model=BatchesView,
    response_model_exclude_none=True,
    responses=problems.responses(
        "validation_error", "client_secret_required", "service_unavailable", *CALLER_PROBLEMS
    ),
)
def list_batches(
    request: Request,
    response: Response,
    service: ServiceDep,
    caller: HolderDep,
    limit: PageLimit = 25,
    cursor: PageCursor = None,
) -> BatchesView:
    """Returns one page of batches without their items. `next_cursor` gets the next page.

    Without an account, the list shows the batches of your browser's cookie or of the
    `X-Client-Secret` that you send.
    """
    own = base_url(request)
    found, following = service.batches.page(caller, limit, cursor)
    response.headers["cache-control"] = "no-store"
    views = [batch_view(service.batches, batch, own) for batch in found]
    return BatchesView(batches=views, next_cursor=following)


@router.get(
    "/{batch_id}",
    operation_id="getBatch",
    summary="Get a batch",
    response_model=BatchView,
    response_model_exclude_none=True,
    responses=problems.responses("batch_not_found", "service_unavailable", *CALLER_PROBLEMS),
)
def get_batch(
    request: Request, response: Response, service: ServiceDep, caller: CallerDep, batch_id: BatchId
) -> BatchView:
    """Returns the batch with the state of every item. A batch created without an account can be
    read by anyone who has its id.
    """
    response.headers["cache-control"] = "no-store"
    batch = service.batches.get(caller, batch_id)
    if not batch.state.ended:
        response.headers["retry-after"] = str(math.ceil(POLL_MS / 1000))
    return whole_view(service.batches, batch, base_url(request))


@router.delete(
    "/{batch_id}",
    operation_id="cancelBatch",
    summary="Cancel a batch, or delete an ended one",
    response_model=BatchView,
    response_model_exclude_none=True,
    responses=problems.responses(
        "batch_not_found", "client_secret_required", "service_unavailable", *CALLER_PROBLEMS
    ),
)
def delete_batch(
    request: Request, response: Response, service: ServiceDep, caller: HolderDep, batch_id: BatchId
) -> BatchView:
    """Jobs of a batch that have not started are cancelled and refunded; running ones end. A batch
    that has ended is deleted with its ZIP and its jobs, results and images.

    Without an account, send the cookie or the `X-Client-Secret` that created the batch.
    """
    response.headers["cache-control"] = "no-store"
    batch = service.batches.remove(caller, batch_id)
    return batch_view(service.batches, batch, base_url(request))
