"""HTML pages: studio, sign-in, account, console, API reference, and a page for each problem."""

from __future__ import annotations

import json
from functools import cache
from html import escape
from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse

from expunge.errors import NotFound
from expunge.imaging.limits import MEBIBYTE
from expunge.service import Service
from expunge.web.dependencies import ServiceDep
from expunge.web.problems import page as problem_page
from expunge.web.problems.registry import REGISTRY
from expunge.web.shell import FOLDER, html
from expunge.web.site import assets

router = APIRouter(include_in_schema=False)


@router.api_route("/", methods=["GET", "HEAD"])
def studio(service: ServiceDep) -> HTMLResponse:
    """The studio, where people see what their images tell and take it out."""
    most = service.limits.file_bytes
    config = {
        "maxBytes": most,
        "maxVideoBytes": service.limits.movie_bytes,
        "modes": [mode for mode in service.modes if mode != "swap" or _swaps(service)],
        "scopes": list(service.scopes),
        "purposeRequired": service.settings.purpose_required,
    }
    page = html(
        "studio.html",
        "/",
        config=json.dumps(config),
        modules=_preloads(),
        assets=assets.url(),
        max_file_mb=str(most // MEBIBYTE),
    )
    return HTMLResponse(page)


@router.get("/share-worker.js")
def share_worker() -> FileResponse:
    """The service worker of the share target; it must lie at the root to control `/share`."""
    return FileResponse(FOLDER / "share-worker.js", headers={"cache-control": "no-cache"})


@router.post("/share")
def shared() -> RedirectResponse:
    """Reached only if the browser has no share worker: the studio then asks for the image."""
    return RedirectResponse("/#share-lost", status_code=303)


@router.get("/problems.json")
def problem_remedies() -> dict[str, dict[str, str]]:
    """What to do about each problem, for the pages."""
    return {p.code: {"title": p.title, "remedy": p.remedy} for p in REGISTRY.values()}


@router.get("/en/sign-in")
def english_sign_in() -> RedirectResponse:
    """The path that the reference of the native API names."""
    return RedirectResponse("/sign-in", status_code=308)


@router.api_route("/sign-in", methods=["GET", "HEAD"])
def sign_in() -> HTMLResponse:
    """Sign in by an e-mail link, with Google, or as a guest."""
    return HTMLResponse(html("sign-in.html", "/account"))


@router.api_route("/account", methods=["GET", "HEAD"])
def account() -> HTMLResponse:
    """Quotas, credits and API keys of the signed-in user."""
    return HTMLResponse(html("account.html", "/account"))


@router.api_route("/console", methods=["GET", "HEAD"])
def console() -> HTMLResponse:
    """The administrator's console. The page holds no data; it signs in, then calls the API."""
    return HTMLResponse(html("console.html", "/console"))


@router.api_route("/docs", methods=["GET", "HEAD"])
def reference() -> HTMLResponse:
    """The interactive API reference: Swagger UI, served from this service."""
    return HTMLResponse(html("docs.html", "/docs"))


@router.api_route("/problems", methods=["GET", "HEAD"])
def problem_list() -> HTMLResponse:
    """All problem types, with a link to each one's page."""
    rows = "".join(
        f'<li><a href="/problems/{p.code}"><code>{p.code}</code></a> '
        f"<span>{p.status}</span> {escape(p.title)}</li>"
        for p in REGISTRY.values()
    )
    return HTMLResponse(problem_page.page("Problems", f'<ul class="problems">{rows}</ul>'))


@router.api_route("/problems/{code}", methods=["GET", "HEAD"])
def problem_type(code: Annotated[str, Path(max_length=64)]) -> HTMLResponse:
    """What happened and what to do; the ``type`` of a problem is the URL of this page."""
    if code not in REGISTRY:
        raise NotFound("There is no such problem type; /problems lists them all.")
    return HTMLResponse(problem_page.of_type(REGISTRY[code]))


def _swaps(service: Service) -> bool:
    """Whether the operator has accepted the terms of face swaps."""
    return service.settings.swaps_terms_accepted


@cache
def _preloads() -> str:
    """Links to every module of the studio, so that a browser fetches them all at once."""
    modules = sorted(file for part in ("design", "studio") for file in (FOLDER / part).glob("*.js"))
    urls = (f"{assets.url()}/{module.parent.name}/{module.name}" for module in modules)
    return "".join(f'<link rel="modulepreload" href="{url}">\n' for url in urls)
