"""What every way to create a job has in common."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool

from expunge.accounts.meter import MeteredCall
from expunge.operations import MODES
from expunge.web import rate_limit
from expunge.web.caller.who import CALLER_PROBLEMS, maker_of
from expunge.web.submitting import in_thread

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from expunge.accounts.callers import Caller
    from expunge.jobs.request import JobRequest, SubmitResult
    from expunge.service import Service
    from expunge.web.dependencies import Preference

Created = tuple["Caller", "SubmitResult"]
CREATE_PROBLEMS = (
    "invalid_request",
    "source_unreachable",
    "source_unavailable",
    "mode_disabled",
    "scope_disabled",
    "recognition_disabled",
    "purpose_required",
    "upload_not_found",
    "upload_incomplete",
    "conflict",
    "idempotency_conflict",
    "payload_too_large",
    "unsupported_media_type",
    "validation_error",
    "malformed_image",
    "image_too_large",
    "rewrite_unproven",
    "manifest_conflict",
    "idempotency_mismatch",
    "pipeline_error",
    "service_unavailable",
    "overloaded",
    "storage_full",
    "model_missing",
    "extra_missing",
    *CALLER_PROBLEMS,
    "loop_detected",
    *rate_limit.PROBLEMS,
    "rate_limited_concurrent",
    "insufficient_credits",
)
"""Problems that a request for a new job may get."""


async def created(
    request: Request,
    response: Response,
    service: Service,
    caller: Caller,
    preference: Preference,
    job_request: JobRequest,
) -> Created:
    """Submit the job; one thread does all that reads or writes a store.

    The limits, and whether an earlier request made the job, are added to ``response``.
    """
    create = partial(_create, request, response, service, caller, preference, job_request)
    caller, submitted = await in_thread(request, job_request, create)
    quotas = submitted.quotas
    if submitted.replayed:
        response.headers["idempotent-replayed"] = "true"
        group = MODES[submitted.job.mode].group
        quotas = await run_in_threadpool(service.meter.quotas, caller, group)
    response.headers.update(rate_limit.fields(quotas))
    return caller, submitted


def _create(
    request: Request,
    response: Response,
    service: Service,
    caller: Caller,
    preference: Preference,
    job_request: JobRequest,
) -> Created:
    caller = maker_of(request, response, caller, job_request)
    meter_wait(service, caller, preference)
    return caller, service.jobs.submit(caller, job_request)


def meter_wait(service: Service, caller: Caller, preference: Preference) -> None:
    """Count a request that waits toward the limit per minute.

    Raises
    ------
    RateLimited
    """
    if preference.wait:
        service.meter.take(caller, MeteredCall("requests"))
