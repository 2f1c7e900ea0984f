"""HTML pages: playground, sign-in, account, API reference, and a page for each problem."""

from __future__ import annotations

from functools import cache
from html import escape
from pathlib import Path as File
from string import Template
from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import FileResponse, HTMLResponse

from expunge.errors import NotFound
from expunge.imaging.limits import MEBIBYTE
from expunge.web.dependencies import ServiceDep
from expunge.web.problems.dialects import TASKS
from expunge.web.problems.registry import REGISTRY, ProblemType

router = APIRouter(include_in_schema=False)

FOLDER = File(__file__).parents[1] / "pages"


@router.api_route("/", methods=["GET", "HEAD"])
def playground(service: ServiceDep) -> HTMLResponse:
    """The playground, where visitors try the service with their own images."""
    page = Template((FOLDER / "playground.html").read_text())
    return HTMLResponse(page.substitute(max_file_mb=service.limits.file_bytes // MEBIBYTE))


@router.api_route("/sign-in", methods=["GET", "HEAD"])
def sign_in() -> FileResponse:
    """Sign in by an e-mail link, with Google, or as a guest."""
    return FileResponse(FOLDER / "sign-in.html")


@router.api_route("/account", methods=["GET", "HEAD"])
def account() -> FileResponse:
    """Quotas, credits and API keys of the signed-in user."""
    return FileResponse(FOLDER / "account.html")


@router.api_route("/docs", methods=["GET", "HEAD"])
def reference() -> FileResponse:
    """The interactive API reference: Swagger UI, served from this service."""
    return FileResponse(FOLDER / "docs.html")


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
    other = TASKS.status(problem)
    tasks = "" if other == problem.status else f", on the tasks API {other}"
    return (
        f"<p class=code><code>{problem.code}</code> · HTTP {problem.status}{tasks}</p>"
        f"<h2>What happened</h2><p>{escape(problem.happened)}</p>"
        f"<h2>What to do</h2><p>{escape(problem.remedy)} {retry}</p>"
        f"<h2>For example</h2><blockquote>{escape(problem.example)}</blockquote>"
        '<p><a href="/problems">All problems</a></p>'
    )


def _page(title: str, body: str) -> HTMLResponse:
    return HTMLResponse(_template().substitute(title=escape(title), body=body))


@cache
def _template() -> Template:
    return Template((FOLDER / "page.html").read_text(encoding="utf-8"))
