"""The documentation as pages of the service."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expunge.web.site import guides
from expunge.web.site.markdown import render, slug

if TYPE_CHECKING:
    from starlette.testclient import TestClient

PAGES = sorted(
    url for file in guides._files() if file.endswith(".md") and (url := guides.locate(file))
)


def test_every_guide_is_a_page_in_the_list_of_guides(reader: TestClient) -> None:
    overview = reader.get(guides.ROOT).text
    for url in PAGES:
        answer = reader.get(url)
        assert answer.status_code == 200, url
        assert answer.headers["content-type"].startswith("text/html")
        assert answer.text.count("<h1") == 1, url
        if url.count("/") > 3:
            assert f'href="{url}"' in overview, url


def test_every_link_leads_somewhere(reader: TestClient) -> None:
    @cache
    def page(url: str) -> tuple[int, set[str]]:
        answer = reader.get(url)
        return answer.status_code, set(re.findall(r'id="([^"]+)"', answer.text))

    broken = []
    for url in PAGES:
        for target in re.findall(r'(?:href|src)="([^"]+)"', reader.get(url).text):
            there = urlsplit(urljoin(f"http://testserver{url}", target))
            if there.netloc != "testserver":
                continue
            status, ids = page(there.path)
            if status != 200 or (there.fragment and there.fragment not in ids):
                broken.append(f"{url} → {target}: {status}")

    assert not broken, "\n".join(broken)


def test_a_link_to_a_file_keeps_working(reader: TestClient) -> None:
    answer = reader.get(f"{guides.ROOT}/how-to/aws.md", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (308, f"{guides.ROOT}/how-to/aws")
    folder = f"{guides.ROOT}/decisions"
    assert guides.locate("decisions/README.md") == folder


@pytest.mark.parametrize(
    "path", ["nothing", "../pyproject.toml", "..%2f..%2fsettings.py", "how-to", "%00", "a" * 300]
)
def test_no_other_file_is_ever_served(reader: TestClient, path: str) -> None:
    answer = reader.get(f"{guides.ROOT}/{path}")
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


def test_html_in_a_guide_is_text() -> None:
    rendered = render("# A\n\n<script>x</script> <b onclick=x>", "a.md", lambda _: None)
    assert "<script>" not in rendered.html
    assert "<b " not in rendered.html


def test_links_are_resolved_from_the_place_of_the_file() -> None:
    text = (
        "# A\n\n[b](../b/c.md#d) [out](../../x.md) [e](https://e.example/f.md) ![g](g.webp) [h](#i)"
    )
    known = {"b/c.md": "/docs/guide/b/c", "a/g.webp": "/docs/guide/a/g.webp"}

    html = render(text, "a/a.md", known.get).html

    assert '<a href="/docs/guide/b/c#d">b</a>' in html
    assert '<a href="https://e.example/f.md">e</a>' in html
    assert 'src="/docs/guide/a/g.webp"' in html
    assert '<a href="#i">h</a>' in html
    assert "out" in html
    assert "x.md" not in html


@given(st.text(max_size=60))
def test_an_id_needs_no_escape(heading: str) -> None:
    assert not set(slug(heading)) & set("\"'<>&# ()[]")
