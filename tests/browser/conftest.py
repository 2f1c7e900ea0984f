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
from playwright.sync_api import expect, sync_playwright

from expunge.bootstrap import build
from expunge.settings import Settings
from expunge.web.app import create_app
from tests.browser.chromium import NONE_HERE, browser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, ConsoleMessage, Page

    from expunge.service import Service

PATIENCE = 120_000
"""Milliseconds to wait for what a page is to show; only a failure takes so long."""
expect.set_options(timeout=PATIENCE)
SCREENSHOTS = Path(__file__).parent / "screenshots"

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of the module's server."""
    return tmp_path_factory.mktemp("served") / "data"


@pytest.fixture(scope="module")
def address(data: Path) -> Iterator[str]:
    service = build(Settings(data=data))
    with served(service) as address:
        yield address
    service.close()


@contextmanager
def served(service: Service) -> Iterator[str]:
    """The address of a server that runs as long as it is asked."""
    with listening() as (bound, address), running(service, bound):
        yield address


@contextmanager
def listening() -> Iterator[tuple[socket.socket, str]]:
    """A socket on a free port, and the address of the server that will use it."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound, f"http://127.0.0.1:{bound.getsockname()[1]}"


@contextmanager
def running(service: Service, bound: socket.socket) -> Iterator[None]:
    """Serve on a socket."""
    config = uvicorn.Config(create_app(service), log_level="error", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([bound],))
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One browser for this folder. It ends with it, since an event loop runs as long as it does."""
    path = browser()
    if path is None:
        pytest.skip(NONE_HERE)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield chromium
        chromium.close()


@pytest.fixture
def look() -> dict[str, Any]:
    """How the page's window is to be; a test may override it."""
    return {"viewport": {"width": 1280, "height": 800}}


@pytest.fixture
def page(chromium: Browser, look: dict[str, Any]) -> Iterator[Page]:
    """A page in a profile of its own, which must meet no error."""
    context = chromium.new_context(**look)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.extend(_complaint(message)))
    yield page
    context.close()
    assert errors == []


def photographed(page: Page, name: str) -> None:
    """Keep a screenshot, which continuous integration stores as an artefact."""
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png")


def _complaint(message: ConsoleMessage) -> list[str]:
    """Errors of the page's own; the browser also notes every answer that is a problem."""
    foreseen = message.text.startswith("Failed to load resource")
    return [message.text] if message.type == "error" and not foreseen else []


@pytest.fixture(scope="module")
def site(address: str) -> str:
    """The address of the module's server."""
    return address


TAB_CALLS = Path(__file__).with_name("tab.js")


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
