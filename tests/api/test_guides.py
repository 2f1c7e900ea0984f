"""The documentation as pages of the service."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import click
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from expunge.cli import main
from expunge.web.site import guides
from expunge.web.site.markdown import render, slug

if TYPE_CHECKING:
    from starlette.testclient import TestClient

PAGES = sorted(
    url
    for file in guides._files()
    if file.endswith(".md") and file not in guides.ELSEWHERE and (url := guides.locate(file))
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


def test_every_guide_is_also_markdown(reader: TestClient) -> None:
    for url in PAGES:
        alternate = reader.get(url).headers["link"]
        source = alternate.partition(">")[0].removeprefix("<")
        answer = reader.get(source)
        assert answer.status_code == 200, source
        assert answer.headers["content-type"] == "text/markdown; charset=utf-8"
        assert answer.text == (guides.FOLDER / source[len(guides.ROOT) + 1 :]).read_text("utf-8")
    assert guides.locate("decisions/README.md") == f"{guides.ROOT}/decisions"


def test_llms_txt_lists_every_guide(reader: TestClient) -> None:
    answer = reader.get("/llms.txt")
    links = re.findall(r"^- \[[^\]]+\]\((\S+)\)$", answer.text, re.MULTILINE)

    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.text.startswith("# expunge\n\n> ")
    files = {link.removeprefix(f"{guides.ROOT}/") for link in links}
    assert files == {file for file in guides._files() if file.endswith(".md")} - {
        *guides.ELSEWHERE,
        "README.md",  # a list itself
        "security.md",  # only says where the page is
    }
    assert len(links) == len(files)
    assert all(reader.head(link).status_code == 200 for link in links)


def test_the_skill_says_when_to_use_it_and_only_what_exists(reader: TestClient) -> None:
    from expunge.agents.tools import IMAGE_TOOLS, STATUS  # their library takes 0.5 s

    url = guides.ELSEWHERE[guides.SKILL]
    skill = reader.get(url).text
    _, head, body = skill.split("---\n", 2)

    facts = yaml.safe_load(head)
    assert facts["name"] == "expunge"
    assert 40 < len(facts["description"]) <= 1024
    assert url in reader.get("/llms.txt").text
    commands = re.findall(r"^expunge ([a-z-]+)", body, re.MULTILINE)
    assert commands
    assert all(main.get_command(click.Context(main), name) for name in commands)
    modes = {mode for tool in IMAGE_TOOLS if tool.name == "clean" for mode in tool.modes}
    assert {tool.name for tool in IMAGE_TOOLS} | {STATUS} | modes == set(
        re.findall(r"^\| `([a-z_]+)` \|", body, re.MULTILINE)
    )


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
