"""Renders the Markdown of ``docs/`` as HTML whose links lead to this service."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

Locate = Callable[[str], str | None]
"""Returns the URL of a file of ``docs/``, or ``None`` if this service does not serve it."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A page: its first heading as text, and all of it as HTML."""

    title: str
    html: str


def render(text: str, file: str, locate: Locate) -> Rendered:
    """Render a Markdown file.

    HTML in the text is shown as text. Headings get ids as GitHub makes them. Links to files that
    this service does not serve become plain text.

    Parameters
    ----------
    file
        Its path below ``docs/``, for relative links.
    """
    markdown = _markdown()
    tokens = markdown.parse(text)
    _name_headings(tokens)
    _drop_empty_headers(tokens)
    for token in tokens:
        if token.children:
            token.children = list(_linked(token.children, file, locate))
    title = next(
        after.content.replace("`", "")
        for token, after in pairwise(tokens)
        if token.type == "heading_open"
    )
    return Rendered(title, markdown.renderer.render(tokens, markdown.options, {}))


def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt  # noqa: PLC0415 - only a guide needs it
    from markdown_it.renderer import RendererHTML  # noqa: PLC0415

    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    assert isinstance(markdown.renderer, RendererHTML)
    # Whatever may be wider than a phone scrolls by itself, also with the keyboard.
    opening = '<div class="scroll" role="group" aria-label="Table" tabindex="0"><table>'
    markdown.add_render_rule("table_open", lambda *_: f"{opening}\n")
    markdown.add_render_rule("table_close", lambda *_: "</table></div>\n")
    fence = markdown.renderer.rules["fence"]

    def scrolling(_: RendererHTML, *given: Any) -> str:  # noqa: ANN401
        return str(fence(*given)).replace("<pre>", '<pre tabindex="0">', 1)

    markdown.add_render_rule("fence", scrolling)
    return markdown


def _name_headings(tokens: list[Token]) -> None:
    names: dict[str, int] = {}
    for token, after in pairwise(tokens):
        if token.type == "heading_open":
            name = slug(after.content)
            number = names.get(name, 0)
            names[name] = number + 1
            token.attrSet("id", f"{name}-{number}" if number else name)


def _drop_empty_headers(tokens: list[Token]) -> None:
    """Make an empty cell of a table's head a plain cell: it is no header of anything."""
    for opening, text, closing in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if opening.type == "th_open" and not text.content:
            opening.tag = closing.tag = "td"


def slug(heading: str) -> str:
    """The id of a heading, as GitHub makes it."""
    words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
    return re.sub(r"[^\w\- ]", "", words).replace(" ", "-")


def _linked(tokens: list[Token], file: str, locate: Locate) -> Iterator[Token]:
    """The tokens of a line, with links that work here, and without those that cannot."""
    dropped = 0
    for token in tokens:
        attribute = {"link_open": "href", "image": "src"}.get(token.type)
        if attribute:
            url = _url(str(token.attrGet(attribute)), file, locate)
            if url is None:
                dropped += 1
                continue
            token.attrSet(attribute, url)
        elif token.type == "link_close" and dropped:
            dropped -= 1
            continue
        yield token


def _url(target: str, file: str, locate: Locate) -> str | None:
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or not parts.path or parts.path.startswith("/"):
        return target
    there = locate(posixpath.normpath(posixpath.join(posixpath.dirname(file), parts.path)))
    return there and there + (f"#{parts.fragment}" if parts.fragment else "")
