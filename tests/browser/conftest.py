"""A real browser before the real server. Without any (see `chromium`), these skip, loudly."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn
from playwright.sync_api import sync_playwright

from expunge.bootstrap import build
from expunge.settings import Settings
from expunge.web.app import create_app
from tests.browser.chromium import NONE_HERE, browser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, ConsoleMessage, Page

    from expunge.service import Service

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    service = build(Settings(data=tmp_path / "data"))
    with served(service) as address:
        yield address
    service.close()


@contextmanager
def served(service: Service) -> Iterator[str]:
    """The address of a server that runs as long as it is asked."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        config = uvicorn.Config(create_app(service), log_level="error", lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join()


@pytest.fixture
def page() -> Iterator[Page]:
    path = browser()
    if path is None:
        pytest.skip(NONE_HERE)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=QUIET)
        page = chromium.new_page(viewport={"width": 900, "height": 900})
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: errors.extend(_complaint(message)))
        yield page
        chromium.close()
        assert errors == []


def _complaint(message: ConsoleMessage) -> list[str]:
    """Errors of the page's own; the browser also notes every answer that is a problem."""
    foreseen = message.text.startswith("Failed to load resource")
    return [message.text] if message.type == "error" and not foreseen else []


PATIENCE = 120_000
"""Milliseconds in which a tab has loaded its files and worked."""
TAB_CALLS = Path(__file__).with_name("tab.js")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for the tests of a module."""
    path = browser()
    if path is None:
        pytest.skip(NONE_HERE)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield started
        started.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of one server for the tests of a module."""
    service = build(Settings(data=tmp_path_factory.mktemp("site") / "data"))
    with served(service) as address:
        yield address
    service.close()


@contextmanager
def opened(chromium: Browser, address: str, script: str = "") -> Iterator[Page]:
    """A page with an empty cache and the functions of `TAB_CALLS`; ``script`` runs before it."""
    page = chromium.new_page()
    page.set_default_timeout(PATIENCE)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.add_init_script(path=TAB_CALLS)
    if script:
        page.add_init_script(script)
    page.goto(f"{address}/problems")
    yield page
    page.close()
    assert errors == []


@pytest.fixture(scope="module")
def tab(chromium: Browser, site: str) -> Iterator[Page]:
    """One page for tests that look only at results: its workers start once."""
    with opened(chromium, site) as page:
        yield page


def calling(page: Page, expression: str, *values: object) -> Any:
    """The value of some JavaScript in a page; ``values`` are its variables a, b, and so on."""
    names = ", ".join("abcdef"[: len(values)])
    load = 'const tab = await import("/static/tab/tab.js");'
    return page.evaluate(f"async ([{names}]) => {{ {load} return ({expression}); }}", list(values))
