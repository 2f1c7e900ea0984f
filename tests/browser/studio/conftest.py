"""The studio before a server that works, with the tab's own engine or without."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from expunge.bootstrap import build
from expunge.embedded import worker
from expunge.settings import Settings
from tests.browser.conftest import served

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from expunge.service import Service


@pytest.fixture(scope="module")
def service(data: Path) -> Iterator[Service]:
    service = build(Settings(data=data, quotas="off"))
    yield service
    service.close()


@pytest.fixture(scope="module")
def address(service: Service) -> Iterator[str]:
    stop = threading.Event()
    working = threading.Thread(target=worker.drain, args=(service, service.inbox, stop))
    working.start()
    with served(service) as address:
        yield address
    stop.set()
    working.join()


@pytest.fixture
def studio(page: Page, address: str) -> Page:
    """The studio, with nothing loaded to work in the tab: that takes its time."""
    page.route("**/tab/files.json", lambda route: route.abort())
    page.goto(address)
    return page


@pytest.fixture
def studio_in_tab(page: Page, address: str) -> Page:
    """The studio as people meet it."""
    page.goto(address)
    return page
