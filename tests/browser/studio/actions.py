"""What a person does in the studio, and what the page then shows or sends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import expunge
from tests.browser.accessibility import violations

if TYPE_CHECKING:
    from playwright.sync_api import FloatRect, Locator, Page, Route


SAMPLE = Path(expunge.__file__).parent / "web" / "pages" / "sample.jpg"
JPEG = "image/jpeg"


def drop(page: Page, *files: tuple[str, bytes], into: str = "#file") -> None:
    given = [{"name": name, "mimeType": JPEG, "buffer": data} for name, data in files]
    page.set_input_files(into, given)


def sent(page: Page) -> list[str]:
    """Every request from now on that may carry an image away."""
    requests: list[str] = []
    page.on(
        "request",
        lambda one: (
            one.method in ("POST", "PUT")
            and requests.append(f"{one.method} {urlsplit(one.url).path}")
        ),
    )
    return requests


def on_the_server(page: Page) -> None:
    page.locator("#panel-actions .primary").click()


def place(element: Locator) -> FloatRect:
    found = element.bounding_box()
    assert found is not None
    return found


def result(page: Page) -> Locator:
    return page.locator("#panel-result .note strong")


def saved(page: Page, button: str = "Download") -> tuple[str, bytes]:
    with page.expect_download() as download:
        page.get_by_role("button", name=button).click()
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def options_sent(page: Page) -> list[dict]:
    """The options of every job that is asked for from now on, which no server gets."""
    asked: list[dict] = []

    def keep(route: Route) -> None:
        body = (route.request.post_data_buffer or b"").decode("latin-1")
        mode = body.split('name="mode"\r\n\r\n')[1].split("\r\n")[0]
        asked.append(
            {"mode": mode} | json.loads(body.split('name="options"\r\n\r\n')[1].split("\r\n")[0])
        )
        route.abort()

    page.route("**/api/v1/jobs", keep)
    return asked


def check(page: Page) -> None:
    assert violations(page) == []
