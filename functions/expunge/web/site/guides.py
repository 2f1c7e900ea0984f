"""The documentation of ``docs/`` as pages below ``/docs/guide``, and as Markdown for programs.

A page's own Markdown is at the path of its file, such as ``/docs/guide/how-to/aws.md``.
``/llms.txt`` lists these files (https://llmstxt.org).
"""

from __future__ import annotations

from functools import cache
from html import escape
from pathlib import Path as File

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse, HTMLResponse, PlainTextResponse

from expunge.errors import NotFound
from expunge.web.dependencies import ServiceDep
from expunge.web.shell import CURRENT, html
from expunge.web.site.markdown import Rendered, render

router = APIRouter(include_in_schema=False)

FOLDER = File(__file__).parent / "guide"
"""In a checkout a link to ``docs/``, in a wheel a copy of it."""
ROOT = "/docs/guide"
SECTIONS = {
    "tutorials": "Start",
    "how-to": "Do something",
    "reference": "Look something up",
    "explanation": "Understand",
    "measurements": "Measurements",
    "decisions": "Decisions",
}
"""The folders of ``docs/`` in the order of the list of guides, with their headings."""
SKILL = "skills/expunge/SKILL.md"
"""Instructions for agents, which are no page for people."""
ELSEWHERE = {"reference/openapi.json": "/openapi.json", SKILL: f"{ROOT}/{SKILL}"}
"""Files of ``docs/`` that are no pages, with the URLs at which the service serves them."""
MEDIA_TYPES = {
    ".webp": "image/webp",
    ".json": "application/json",
    ".md": "text/markdown; charset=utf-8",
}
LLMS = """\
# expunge

> Removes metadata, AI provenance, visible AI marks and faces from images before you share them. \
A server, a command line, and tools for agents.

The guides below are Markdown. The HTTP API is described by {base}/openapi.json (OpenAPI 3.1). Its \
errors are problem documents (RFC 9457), listed at {base}/problems.json. Agents can call tools by \
the Model Context Protocol: see the guide «{agents}», and [the skill]({base}{skill}).
"""


@router.api_route(ROOT, methods=["GET", "HEAD"])
def index() -> Response:
    """The overview of all guides."""
    return page("README.md")


@router.api_route("/llms.txt", methods=["GET", "HEAD"])
def llms(service: ServiceDep) -> Response:
    """The list of guides for language models."""
    base = (service.settings.public_url or "").rstrip("/")  # never the Host header: it is cached
    agents = _rendered("how-to/agents.md").title
    text = LLMS.format(base=base, agents=agents, skill=ELSEWHERE[SKILL])
    for folder, heading in SECTIONS.items():
        entries = (f"- [{_rendered(file).title}]({base}{ROOT}/{file})" for file in _section(folder))
        text += "\n".join((f"\n## {heading}\n", *entries, ""))
    return PlainTextResponse(text, headers={"cache-control": "public, max-age=86400"})


@router.api_route(f"{ROOT}/{{path:path}}", methods=["GET", "HEAD"])
def guide(path: str) -> Response:
    """A guide, or a file that one shows.

    Raises
    ------
    NotFound
        If there is no such guide.
    """
    if path in _files() and (media_type := MEDIA_TYPES.get(File(path).suffix)):
        return FileResponse(FOLDER / path, media_type=media_type)
    for file in (f"{path}.md", f"{path}/README.md"):
        if file in _files() and file not in ELSEWHERE:
            return page(file)
    raise NotFound(f"There is no such guide; {ROOT} lists them all.")


def locate(file: str) -> str | None:
    """The URL of a file of ``docs/``; ``None`` for a file outside it."""
    if file in ELSEWHERE:
        return ELSEWHERE[file]
    if file not in _files():
        return None
    return f"{ROOT}/{file.removesuffix('.md').removesuffix('README')}".rstrip("/")


def page(file: str) -> Response:
    """The page of one guide, by its path below ``docs/``."""
    rendered = _rendered(file)
    parts = {"title": escape(rendered.title), "body": rendered.html, "guides": _list(file)}
    source = {"link": f'<{ROOT}/{file}>; rel="alternate"; type="text/markdown"'}
    return HTMLResponse(html("guide.html", ROOT, **parts), headers=source)


@cache
def _files() -> frozenset[str]:
    """The paths of all files below ``docs/``. No other path is ever opened."""
    folder = FOLDER.resolve()
    return frozenset(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    )


@cache
def _rendered(file: str) -> Rendered:
    return render((FOLDER / file).read_text(encoding="utf-8"), file, locate)


def _list(current: str) -> str:
    """Links to all guides, by section."""
    return "".join(
        f"<h3>{heading}</h3><ul>"
        + "".join(_entry(file, current) for file in _section(folder))
        + "</ul>"
        for folder, heading in SECTIONS.items()
    )


@cache
def _section(folder: str) -> list[str]:
    return sorted(
        file for file in _files() if file.startswith(f"{folder}/") and file.endswith(".md")
    )


def _entry(file: str, current: str) -> str:
    here = CURRENT if file == current else ""
    return f'<li><a href="{locate(file)}"{here}>{escape(_rendered(file).title)}</a></li>'
