"""The site of `make site` holds every page of docs/, and no link of docs/ leads nowhere.

The build itself checks links too; it needs a package that the suite does without.
"""

from __future__ import annotations

import posixpath
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
import yaml

from expunge.web.site.markdown import render

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PROJECT = tomllib.loads((ROOT / "zensical.toml").read_text(encoding="utf-8"))["project"]
MOVED = {"security.md"}
"""Pages that only say where their successor is."""
PAGES = sorted(path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md"))


def entries(nav: Any) -> Iterator[str]:
    """The pages of a navigation: a page, a list of entries, or titles with entries."""
    if isinstance(nav, str):
        yield nav
    else:
        for entry in nav.values() if isinstance(nav, dict) else nav:
            yield from entries(entry)


@cache
def rendered(page: str) -> str:
    return render((DOCS / page).read_text(encoding="utf-8"), page, lambda file: file).html


def links(page: str) -> Iterator[tuple[str, str]]:
    """The paths below docs/ and the fragments that a page links to or shows."""
    for target in re.findall(r'(?:href|src)="([^"]*)"', rendered(page)):
        parts = urlsplit(target)
        if not parts.scheme and not parts.netloc:
            yield parts.path or page, parts.fragment


def test_every_page_is_in_the_navigation_once() -> None:
    listed = list(entries(PROJECT["nav"]))

    assert sorted(listed) == sorted(set(PAGES) - MOVED), "list it in zensical.toml"


def test_pages_are_in_the_section_of_their_folder() -> None:
    sections = {title: of for entry in PROJECT["nav"] for title, of in entry.items()}

    for title, of in sections.items():
        folders = {page.partition("/")[0] for page in entries(of)}
        expected = {title.lower().replace(" ", "-"), "README.md", "skills"}
        assert folders <= expected, title
    assert list(sections)[1:5] == ["Tutorials", "How to", "Reference", "Explanation"]


@pytest.mark.parametrize("page", PAGES)
def test_every_relative_link_and_anchor_of_a_page_resolves(page: str) -> None:
    broken = []
    for file, fragment in links(page):
        if file.startswith("..") or not (DOCS / file).is_file():
            broken.append(f"{file}: no such file below docs/")
        elif fragment and file.endswith(".md") and f'id="{fragment}"' not in rendered(file):
            broken.append(f"{file}#{fragment}: no such heading")

    assert not broken, "\n".join(broken)


def test_images_are_small_and_shown_somewhere() -> None:
    shown = {file for page in PAGES for file, _ in links(page)}
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    images = [path for path in DOCS.rglob("*") if path.suffix in {".webp", ".png", ".jpg", ".gif"}]

    assert images
    for image in images:
        name = image.relative_to(DOCS).as_posix()
        assert image.suffix == ".webp", name
        assert image.stat().st_size < 150_000, name
        assert name in shown or posixpath.join("docs", name) in readme, f"{name} is shown nowhere"


def test_the_site_is_built_strictly_and_asks_no_other_host() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    workflow = yaml.safe_load((ROOT / ".github/workflows/docs.yml").read_text(encoding="utf-8"))
    steps = [step.get("run") for step in workflow["jobs"]["build"]["steps"]]

    assert "zensical build --strict" in makefile
    assert "make site" in steps
    assert PROJECT["theme"]["font"] is False
    assert not re.search(r"extra_(css|javascript)|custom_dir", (ROOT / "zensical.toml").read_text())
