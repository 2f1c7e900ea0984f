"""Submits job requests in threads; those that fetch a URL have a thread pool of their own."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import anyio
from starlette.concurrency import run_in_threadpool

from expunge.errors import Unavailable
from expunge.web.loops import refuse_loop
from expunge.web.threads import threads_for

if TYPE_CHECKING:
    from starlette.requests import Request

    from expunge.accounts.callers import Caller
    from expunge.jobs.request import JobRequest, SubmitResult
    from expunge.service import Service

MAX_FETCHES = 16
"""Requests in one process that may fetch a URL at the same time."""
MAX_WAITING_FETCHES = 64
"""Requests that may wait for their turn; any further one is refused at once."""


async def submit(
    request: Request, service: Service, caller: Caller, job_request: JobRequest
) -> SubmitResult:
    """Submit a job request; see `Jobs.submit`.

    Raises
    ------
    LoopDetected
        If the request names a URL and was itself sent by an expunge service.
    Unavailable
        If too many requests wait for an image.
    """
    if job_request.image_url is None:
        return await run_in_threadpool(service.jobs.submit, caller, job_request)
    refuse_loop(request)
    fetching = threads_for(request, "fetches", MAX_FETCHES)
    if fetching.statistics().tasks_waiting >= MAX_WAITING_FETCHES:
        raise Unavailable("Too many images are being fetched. Try again in a moment.")
    submission = partial(service.jobs.submit, caller, job_request)
    return await anyio.to_thread.run_sync(submission, limiter=fetching)
