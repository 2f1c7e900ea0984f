"""HTML pages: playground, sign-in, account, console, API reference, and one for each problem."""

from __future__ import annotations

from html import escape
from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import HTMLResponse

from expunge.errors import NotFound
from expunge.imaging.limits import MEBIBYTE
from expunge.web.dependencies import ServiceDep
from expunge.web.problems.registry import REGISTRY, ProblemType
from expunge.web.site.shell import page

router = APIRouter(include_in_schema=False)


@router.api_route("/", methods=["GET", "HEAD"])
def playground(service: ServiceDep) -> HTMLResponse:
    """The playground, where visitors try the service with their own images."""
    return page("playground.html", "/", max_file_mb=str(service.limits.file_bytes // MEBIBYTE))


@router.api_route("/sign-in", methods=["GET", "HEAD"])
def sign_in() -> HTMLResponse:
    """Sign in by an e-mail link, with Google, or as a guest."""
    return page("sign-in.html", "/account")


@router.api_route("/account", methods=["GET", "HEAD"])
def account() -> HTMLResponse:
    """Quotas, credits and API keys of the signed-in user."""
    return page("account.html", "/account")


@router.api_route("/console", methods=["GET", "HEAD"])
def console() -> HTMLResponse:
    """The administrator's console. The page holds no data; it signs in, then calls the API."""
    return page("console.html", "/console")


@router.api_route("/docs", methods=["GET", "HEAD"])
def reference() -> HTMLResponse:
    """The interactive API reference: Swagger UI, served from this service."""
    return page("docs.html", "/docs")


@router.api_route("/problems", methods=["GET", "HEAD"])
def problem_list() -> HTMLResponse:
    """All problem types, with a link to each one's page."""
    rows = "".join(
        f'<li><a href="/problems/{p.code}"><code>{p.code}</code></a> '
        f"<span>{p.status}</span> {escape(p.title)}</li>"
        for p in REGISTRY.values()
    )
    return _page("Problems", f'<ul class="problems">{rows}</ul>')


@router.api_route("/problems/{code}", methods=["GET", "HEAD"])
def problem_page(code: Annotated[str, Path(max_length=64)]) -> HTMLResponse:
    """What happened and what to do; the ``type`` of a problem is the URL of this page."""
    if code not in REGISTRY:
        raise NotFound("There is no such problem type; /problems lists them all.")
    return _page(REGISTRY[code].title, _explained(REGISTRY[code]))


def _explained(problem: ProblemType) -> str:
    retry = "The same request may succeed later." if problem.retryable else ""
    return (
        f"<p class=code><code>{problem.code}</code> · HTTP {problem.status}</p>"
        f"<h2>What happened</h2><p>{escape(problem.happened)}</p>"
        f"<h2>What to do</h2><p>{escape(problem.remedy)} {retry}</p>"
        f"<h2>For example</h2><blockquote>{escape(problem.example)}</blockquote>"
        '<p><a href="/problems">All problems</a></p>'
    )


def _page(title: str, body: str) -> HTMLResponse:
    return page("page.html", "/problems", title=escape(title), body=body)
