"""The pages of a service below a path of its host, in a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from expunge.bootstrap import build
from expunge.settings import Settings
from tests.browser.conftest import listening, running
from tests.browser.photo import photo

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page


@pytest.fixture(scope="module")
def home(data: Path) -> Iterator[str]:
    """The URL of a service below a path; nothing else answers at its host."""
    with listening() as (bound, address):
        service = build(Settings(data=data, public_url=f"{address}/expunge"))
        with running(service, bound):
            yield f"{address}/expunge"
        service.close()


def test_every_page_works_below_a_path(page: Page, home: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{home}/")
    file = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo(64)}
    page.locator("input[type=file]").first.set_input_files(file)
    expect(page.locator("html[data-state=open]")).to_have_count(1)
    page.goto(f"{home}/docs")
    expect(page.locator(".opblock").first).to_be_visible()
    page.goto(f"{home}/sign-in")
    page.get_by_role("button", name="guest").click()
    page.wait_for_url(f"{home}/account")
    expect(page.get_by_text("You are a guest")).to_be_visible()

    origin = home.removesuffix("/expunge")
    own = [url for url in asked if url.startswith(origin)]
    assert own
    assert [url for url in own if not url.startswith(f"{home}/")] == []
