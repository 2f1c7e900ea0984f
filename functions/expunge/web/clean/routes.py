"""``GET /clean``: takes the URL of an image and answers with the cleaned image."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from expunge.accounts.callers import Tier
from expunge.accounts.counters import LimitReached
from expunge.clean.formats import agreed
from expunge.clean.request import CleanRequest
from expunge.clean.signature import PATH, verify
from expunge.clean.tracking import without_tracking
from expunge.errors import ExpungeError, JobFailed, SourceUnavailable, TakesTooLong, UseJobs
from expunge.imaging.media_types import EXTENSIONS
from expunge.jobs.operator_rules import check_purpose
from expunge.net.ports import Caching
from expunge.operations import check_scope, enabled_mode
from expunge.stores.disposition import attachment
from expunge.web import problems, rate_limit
from expunge.web.caller.who import caller_of
from expunge.web.clean.openapi import DOCUMENTED
from expunge.web.clean.placeholder import placeholder
from expunge.web.dependencies import ServiceDep, purpose_of
from expunge.web.exchanges import note_problem
from expunge.web.loops import refuse_loop
from expunge.web.urls import absolute, base_url

if TYPE_CHECKING:
    from collections.abc import Mapping
    from concurrent.futures import Future

    from expunge.accounts.callers import Caller
    from expunge.clean.cleaner import Cleaned, Cleaner
    from expunge.clean.results import Result
    from expunge.service import Service

router = APIRouter(tags=["clean"])
log = logging.getLogger(__name__)

MAX_AGE = 86_400
"""Seconds that caches may keep a cleaned image."""
RECEIPT = "expunge-receipt"
"""The header that carries a receipt."""
LISTEN_SECONDS = 0.5
"""Interval between checks that the caller is still connected."""
SPARE_SECONDS = 0.5
"""Extra wait, so that shared work can report its own timeout before its requests do."""


@router.head(PATH, include_in_schema=False)
@router.get(
    PATH,
    operation_id="cleanImage",
    summary="Clean an image by its URL",
    response_class=Response,
    openapi_extra=DOCUMENTED,
)
async def clean_image(request: Request, service: ServiceDep) -> Response:
    """Use it in `<img src>`: every answer is an image, errors included.

    The mode's options are plain query parameters. Results are cached for a day; the source is
    checked for changes after five minutes.
    """
    try:
        return await _answer(request, service)
    except ClientDisconnect:
        raise
    except LimitReached as error:
        fields = rate_limit.refusal_fields(error)
        return await _refusal(request, error.code, error.detail, fields)
    except SourceUnavailable as error:
        wait = {} if error.retry_after is None else {"retry-after": str(error.retry_after)}
        return await _refusal(request, error.code, error.detail, wait)
    except JobFailed as error:
        return await _refusal(request, error.job_code, error.detail)
    except ExpungeError as error:
        return await _refusal(request, error.code, error.detail)
    except Exception:
        log.exception("%s crashed", PATH)
        return await _refusal(request, "internal_error", "The request could not be completed.")


async def _answer(request: Request, service: Service) -> Response:
    refuse_loop(request)
    query = without_tracking(request.query_params.multi_items())
    caller = await run_in_threadpool(caller_of, request)
    if caller.tier is Tier.PRO:
        raise UseJobs("Pro accounts use POST /api/v1/jobs, with image_url.")
    left = _check(service, query)
    clean_request = CleanRequest.of(query)
    clean_request = replace(
        clean_request,
        purpose=clean_request.purpose or purpose_of(request),
        private=caller.reaches_private,
    )
    _check_rules(service, clean_request)
    headers: dict[str, str] = {}
    if clean_request.auto:
        clean_request = replace(clean_request, targets=agreed(request.headers.get("accept", "")))
        headers["vary"] = "Accept"
    cleaner = service.cleaner
    cleaned = await run_in_threadpool(cleaner.stored, clean_request)
    if cleaned is None:
        cleaned = await _cleaned(request, cleaner, caller, clean_request)
    headers["cache-control"] = _kept(service, cleaned, left)
    etag, receipt = cleaned.result.etag, cleaned.result.receipt
    if receipt is not None:
        headers[RECEIPT] = receipt
    if _holds(request.headers.get("if-none-match", ""), etag):
        return Response(status_code=304, headers=headers | {"etag": f'"{etag}"'})
    return await run_in_threadpool(_image, request, cleaner, clean_request, cleaned, headers)


def _kept(service: Service, cleaned: Cleaned, left: int) -> str:
    """Which caches may keep the image, and for how long: no more than those of its source."""
    if cleaned.caching is Caching.OWN_NETWORK:
        return "no-store"
    if cleaned.caching is Caching.PUBLIC or service.settings.embed_ignore_source_cache:
        return f"public, max-age={min(MAX_AGE, left)}"
    if cleaned.caching is Caching.NONE:
        return "no-store"
    return f"private, max-age={min(MAX_AGE, left)}"


def _check_rules(service: Service, clean_request: CleanRequest) -> None:
    """Refuse what the operator does not allow, also where a result is stored already."""
    mode = enabled_mode(clean_request.mode, service.modes)
    check_scope(mode, mode.options(clean_request.options), service.scopes)
    check_purpose(clean_request.purpose, required=service.settings.purpose_required)


def _check(service: Service, query: list[tuple[str, str]]) -> int:
    """Refuse an unsigned or expired URL; return the seconds for which this one is valid."""
    settings = service.settings
    left = verify(
        settings.embed_secrets, PATH, query, unsigned=settings.embed_unsigned, now=time.time()
    )
    return MAX_AGE if left is None else int(left)


async def _cleaned(
    request: Request, cleaner: Cleaner, caller: Caller, clean_request: CleanRequest
) -> Cleaned:
    """Wait for the result, for as long as an answer may take.

    Shared work that began earlier may time out before this request does. Then this request
    starts its own.
    """
    until = time.monotonic() + cleaner.patience
    while True:
        with cleaner.begin(caller, clean_request, base_url(request)) as future:
            try:
                return await _shared_result(request, future, until + SPARE_SECONDS)
            except TakesTooLong:
                if time.monotonic() > until - SPARE_SECONDS:
                    raise


async def _shared_result(request: Request, future: Future[Cleaned], until: float) -> Cleaned:
    """The result of shared work. A caller that disconnects does not cancel it for the others."""
    shared = asyncio.wrap_future(future)
    # Retrieve its error here: every caller may have disconnected, and asyncio would warn.
    shared.add_done_callback(lambda done: done.cancelled() or done.exception())
    while not shared.done():
        left = until - time.monotonic()
        if left <= 0:
            raise TakesTooLong(
                "Too many images are being fetched. Try again in a minute, or use POST "
                "/api/v1/jobs."
            )
        await asyncio.wait([shared], timeout=min(left, LISTEN_SECONDS))
        if not shared.done() and await request.is_disconnected():
            raise ClientDisconnect
    return shared.result()


def _holds(if_none_match: str, etag: str) -> bool:
    """Whether the caller already has this image (RFC 9110 §13.1.2, weak comparison)."""
    tags = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return "*" in tags or f'"{etag}"' in tags


def _image(
    request: Request,
    cleaner: Cleaner,
    clean_request: CleanRequest,
    cleaned: Cleaned,
    headers: dict[str, str],
) -> Response:
    result = cleaned.result
    filename = _filename(clean_request, result) if clean_request.download is not None else None
    link = cleaner.link(result, filename)
    if link is not None:
        location = absolute(base_url(request), link)
        return Response(
            status_code=302, headers=headers | {"location": location, "cache-control": "no-store"}
        )
    if filename is not None:
        headers["content-disposition"] = attachment(filename)
    headers |= {
        "etag": f'"{result.etag}"',
        "content-length": str(result.length),
    }
    data = b"" if request.method == "HEAD" else cleaner.data(clean_request, cleaned)
    return Response(data, headers=headers, media_type=result.media_type)


def _filename(clean_request: CleanRequest, result: Result) -> str:
    """The requested file name, with the extension of the real content type."""
    stem = (clean_request.download or "").rsplit("/", 1)[-1].rsplit(".", 1)[0] or "picture"
    return f"{stem}.{EXTENSIONS[result.media_type]}"


async def _refusal(
    request: Request, code: str, detail: str, more: Mapping[str, str] | None = None
) -> Response:
    problem = problems.REGISTRY[code]
    note_problem(request.scope, code)
    help_page = f"{base_url(request)}/problems/{code}"
    headers = {
        "cache-control": "no-store",
        "x-error-type": code,
        "link": f'<{help_page}>; rel="help"',
    }
    if problem.retryable:
        headers["retry-after"] = "60" if problem.status == 504 else "5"
    headers |= more or {}
    words = problem.status, code, problem.title, problems.shown(detail)
    data = await run_in_threadpool(placeholder, *words)
    if request.method == "HEAD":
        headers["content-length"], data = str(len(data)), b""
    return Response(data, problem.status, headers=headers, media_type="image/png")
