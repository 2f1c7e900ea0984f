"""Submits job requests in threads; those that wait for other hosts have a pool of their own."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeVar

import anyio
from starlette.concurrency import run_in_threadpool

from expunge.errors import Unavailable
from expunge.web.loops import refuse_loop
from expunge.web.threads import threads_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from expunge.accounts.callers import Caller
    from expunge.jobs.request import JobRequest, SubmitResult
    from expunge.service import Service

_T = TypeVar("_T")
MAX_FETCHES = 16
"""Requests in one process that may wait for other hosts at the same time."""
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
    return await in_thread(request, job_request, partial(service.jobs.submit, caller, job_request))


async def in_thread(request: Request, job_request: JobRequest, work: Callable[[], _T]) -> _T:
    """Do the work of a job request in a thread; raises like `submit`."""
    if job_request.fetches:
        refuse_loop(request)
    if job_request.reaches_out:
        return await reaching_out(request, work)
    return await run_in_threadpool(work)


async def reaching_out(request: Request, work: Callable[[], _T]) -> _T:
    """Do work that waits for other hosts, in one of the threads that such work has for itself.

    Raises
    ------
    Unavailable
        If too many requests wait for one.
    """
    fetching = threads_for(request, "fetches", MAX_FETCHES)
    if fetching.statistics().tasks_waiting >= MAX_WAITING_FETCHES:
        raise Unavailable("Too many URLs are being fetched. Try again in a moment.")
    return await anyio.to_thread.run_sync(work, limiter=fetching)
