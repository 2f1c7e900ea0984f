"""Law and use, terms, privacy: the pages that say what is allowed and what is stored."""

from __future__ import annotations

from html import escape

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from expunge.web.dependencies import ServiceDep
from expunge.web.shell import html
from expunge.web.site import guides, notices
from expunge.web.site.markdown import render

router = APIRouter(include_in_schema=False)
GUIDE = "explanation/legal.md"


@router.api_route("/legal", methods=["GET", "HEAD"])
def legal() -> Response:
    """What the law says about labels and credits, for people who choose what to remove."""
    return guides.page(GUIDE)


@router.api_route("/terms", methods=["GET", "HEAD"])
def terms(service: ServiceDep) -> Response:
    """The operator's terms, or those that follow from the settings."""
    return _own(service.settings.terms_url) or _notice("/terms", notices.terms(service))


@router.api_route("/privacy", methods=["GET", "HEAD"])
def privacy(service: ServiceDep) -> Response:
    """The operator's privacy notice, or what the code stores."""
    return _own(service.settings.privacy_url) or _notice("/privacy", notices.privacy(service))


def _own(url: str | None) -> Response | None:
    return RedirectResponse(url, status_code=302) if url else None


def _notice(place: str, text: str) -> Response:
    rendered = render(text, "", guides.locate)
    return HTMLResponse(html("page.html", place, title=escape(rendered.title), body=rendered.html))
