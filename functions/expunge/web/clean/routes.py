"""``GET /clean``: the address of a picture in, the cleaned picture out, for ``<img src>``."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from expunge.accounts.callers import Tier
from expunge.accounts.counters import LimitReached
from expunge.clean.embed import Embed
from expunge.clean.formats import agreed
from expunge.clean.signature import PATH, verify
from expunge.errors import ExpungeError, JobFailed, ModeDisabled, TakesTooLong, UseJobs
from expunge.imaging.media_types import EXTENSIONS
from expunge.stores.disposition import attachment
from expunge.web import rate_limit
from expunge.web.caller.who import caller_of
from expunge.web.clean.placeholder import placeholder
from expunge.web.clean.schemas import DOCUMENTED
from expunge.web.dependencies import ServiceDep
from expunge.web.problems.registry import REGISTRY
from expunge.web.urls import base_url

if TYPE_CHECKING:
    from collections.abc import Mapping
    from concurrent.futures import Future

    from expunge.accounts.callers import Caller
    from expunge.clean.cleaner import Cleaner
    from expunge.clean.results import Result
    from expunge.service import Service

router = APIRouter(tags=["clean"])
log = logging.getLogger(__name__)

MAX_AGE = 86_400
"""Seconds that caches may keep a cleaned picture."""
SPARE_SECONDS = 0.5
"""So that a flight which gives up can say so before its passengers do."""


@router.head(PATH, include_in_schema=False)
@router.get(
    PATH,
    operation_id="cleanImage",
    summary="A cleaned picture for an address",
    response_class=Response,
    openapi_extra=DOCUMENTED,
)
async def clean_image(request: Request, service: ServiceDep) -> Response:
    """For `<img src>`: whatever happens, the answer is a picture.

    The options of the mode are plain query parameters. What was cleaned before is kept for a
    day; the source is looked at again after five minutes.
    """
    try:
        return await _answer(request, service)
    except LimitReached as error:
        return _refusal(request, error.code, error.detail, rate_limit.refusal_fields(error))
    except JobFailed as error:
        return _refusal(request, error.job_code, error.detail)
    except ExpungeError as error:
        return _refusal(request, error.code, error.detail)
    except Exception:
        log.exception("%s crashed", PATH)
        return _refusal(request, "internal_error", "The request could not be completed.")


async def _answer(request: Request, service: Service) -> Response:
    query = request.query_params.multi_items()
    caller = await run_in_threadpool(caller_of, request)
    if caller.tier is Tier.PRO:
        raise UseJobs("Pro accounts use POST /api/v1/jobs, with image_url.")
    left = _check(service, query)
    embed = Embed.of(query)
    if embed.mode not in service.modes:
        raise ModeDisabled(f"The mode «{embed.mode}» is switched off on this server.")
    headers = {"cache-control": f"public, max-age={min(MAX_AGE, left)}"}
    if embed.auto:
        embed = replace(embed, targets=agreed(request.headers.get("accept", "")))
        headers["vary"] = "Accept"
    cleaner = service.cleaner
    result = await run_in_threadpool(cleaner.stored, embed)
    if result is None:
        result = await _made(cleaner, caller, embed)
    if _holds(request.headers.get("if-none-match", ""), result.etag):
        return Response(status_code=304, headers=headers | {"etag": f'"{result.etag}"'})
    return await run_in_threadpool(_picture, request, cleaner, embed, result, headers)


def _check(service: Service, query: list[tuple[str, str]]) -> int:
    """Refuse who has no business here; the seconds for which the others' address holds."""
    settings = service.settings
    left = verify(
        settings.embed_secrets, PATH, query, unsigned=settings.embed_unsigned, now=time.time()
    )
    return MAX_AGE if left is None else int(left)


async def _made(cleaner: Cleaner, caller: Caller, embed: Embed) -> Result:
    """The result, waited for as long as an answer may take.

    A flight that was on its way already may run out of time before this request does;
    then there is another.
    """
    until = time.monotonic() + cleaner.patience
    while True:
        flight = cleaner.begin(caller, embed)
        try:
            return await _landed(flight, until - time.monotonic() + SPARE_SECONDS)
        except TakesTooLong:
            if time.monotonic() > until - SPARE_SECONDS:
                raise


async def _landed(flight: Future[Result], seconds: float) -> Result:
    """The end of a flight; one who leaves before does not bring it down for the others."""
    landing = asyncio.wrap_future(flight)
    # Its error is looked at here, since there may be nobody left to tell.
    landing.add_done_callback(lambda done: done.cancelled() or done.exception())
    try:
        return await asyncio.wait_for(asyncio.shield(landing), seconds)
    except TimeoutError:
        raise TakesTooLong(
            "Too many pictures are being fetched. Ask again in a minute, or use POST /api/v1/jobs."
        ) from None


def _holds(if_none_match: str, etag: str) -> bool:
    """Whether the caller has this very picture (RFC 9110 §13.1.2: by weak comparison)."""
    tags = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return "*" in tags or f'"{etag}"' in tags


def _picture(
    request: Request, cleaner: Cleaner, embed: Embed, result: Result, headers: dict[str, str]
) -> Response:
    filename = _filename(embed, result) if embed.download is not None else None
    link = cleaner.link(result, filename)
    if link is not None:
        location = urljoin(base_url(request) + "/", link)
        return Response(
            status_code=302, headers={"location": location, "cache-control": "no-store"}
        )
    if filename is not None:
        headers["content-disposition"] = attachment(filename)
    headers |= {
        "etag": f'"{result.etag}"',
        "content-length": str(result.length),
        "access-control-allow-origin": "*",
    }
    data = b"" if request.method == "HEAD" else cleaner.data(embed, result)
    return Response(data, headers=headers, media_type=result.media_type)


def _filename(embed: Embed, result: Result) -> str:
    """The name that was asked for, with the ending that the content has."""
    stem = (embed.download or "").rsplit("/", 1)[-1].rsplit(".", 1)[0] or "picture"
    return f"{stem}.{EXTENSIONS[result.media_type]}"


def _refusal(
    request: Request, code: str, detail: str, more: Mapping[str, str] | None = None
) -> Response:
    problem = REGISTRY[code]
    help_page = f"{base_url(request)}/problems/{code}"
    headers = {
        "cache-control": "no-store",
        "x-error-type": code,
        "link": f'<{help_page}>; rel="help"',
        "access-control-allow-origin": "*",
    }
    if problem.retryable:
        headers["retry-after"] = "60" if problem.status == 504 else "5"
    headers |= more or {}
    data = placeholder(problem.status, code, problem.title, detail)
    if request.method == "HEAD":
        headers["content-length"], data = str(len(data)), b""
    return Response(data, problem.status, headers=headers, media_type="image/png")
