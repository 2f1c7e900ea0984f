"""The frame of every page: one template a page, and one navigation for all of them."""

from __future__ import annotations

from functools import cache
from html import escape
from pathlib import Path
from string import Template

FOLDER = Path(__file__).parent / "pages"
PLACES = {
    "/": "Studio",
    "/docs/guide": "Guides",
    "/docs": "API",
    "/problems": "Problems",
    "/account": "Account",
}
"""The navigation: the URL and the name of each place."""
FOOTER = (
    '<footer class="foot"><a href="/legal">Law and use</a> <a href="/terms">Terms</a> '
    '<a href="/privacy">Privacy</a></footer>'
)
CURRENT = ' aria-current="page"'


def html(name: str, place: str, **parts: str) -> str:
    """The page of a template, as HTML.

    Parameters
    ----------
    name
        The template, a file of ``pages``; ``$nav`` in it is the navigation, ``$footer`` has the
        links to law, terms and privacy.
    place
        The URL in the navigation that the page belongs to, or any other.
    parts
        HTML for the other placeholders.
    """
    return _template(name).substitute(nav=nav(place), footer=FOOTER, **parts)


def nav(place: str) -> str:
    """The navigation; the link to ``place`` says that it is the current one."""
    links = "".join(
        f'<a href="{url}"{CURRENT if url == place else ""}>{escape(name)}</a>'
        for url, name in PLACES.items()
    )
    return f'<nav aria-label="Pages">{links}</nav>'


@cache
def _template(name: str) -> Template:
    return Template((FOLDER / name).read_text(encoding="utf-8"))
