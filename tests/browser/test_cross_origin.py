"""A page of another origin calls the service in a real browser."""

from __future__ import annotations

import base64
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.photo import photo

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

SCRIPT = Path(__file__).with_name("cross_origin.js")


class Elsewhere(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><link rel=icon href='data:,'><title>Elsewhere</title>")

    def log_message(self, *_: object) -> None:
        """Stay quiet."""


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """The origin of another site."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page whose console may hold the browser's own refusals."""
    context = chromium.new_context()
    yield context.new_page()
    context.close()


def test_a_page_of_another_origin_uses_the_whole_way(page: Page, site: str, elsewhere: str) -> None:
    assert page.request.post(f"{site}/api/v1/auth/guest").status == 201
    cookies = {each["name"]: each["value"] for each in page.context.cookies()}
    headers = {"x-csrf-token": cookies["expunge_csrf"]}
    made = page.request.post(f"{site}/api/v1/keys", data={}, headers=headers)
    encoded = base64.b64encode(photo(64)).decode()
    given = {"api": site, "photo": encoded, "key": made.json()["key"]}
    page.goto(elsewhere)
    seen: dict[str, Any] = page.evaluate(SCRIPT.read_text(), given)

    assert seen["statuses"] == [200, 200, 200]
    assert seen["left"].startswith('"')
    assert seen["result"] > 100
    assert seen["job"] in seen["listed"], "by the page's own secret"
    assert seen["withCookies"] == "refused", "a session is nothing to other origins"
