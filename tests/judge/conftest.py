"""The stack in the emulator, deployed once for all tests of this folder."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest

from tests.contract.emulators import NAME, ministack
from tests.judge.shims import Front, Functions
from tests.judge.stack import Stack, deploy
from tests.lambdas import sam
from tests.lambdas.make_events import photograph
from tests.websites.site import Site, says

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PATIENCE = 150.0
"""Seconds for something to happen: a schedule of one minute, on a busy machine."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if NAME == "ministack":
        return
    for item in items:
        if "tests/judge/" in item.nodeid:
            item.add_marker(pytest.mark.skip(reason="needs MiniStack: make judge"))


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """The only web site that the functions reach: a webhook receiver, and an image."""
    pages = {
        "/hook": says(b"", "204 No Content"),
        "/photo.jpg": says(photograph(), content_type="image/jpeg"),
    }
    with Site(pages, names=("judge.example",)) as opened:
        yield opened


@pytest.fixture(scope="session")
def functions(site, tmp_path_factory) -> Iterator[Functions]:
    with Functions(sam.build(), tmp_path_factory.mktemp("functions"), site) as running:
        yield running


@pytest.fixture(scope="session")
def stack(functions, tmp_path_factory) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("ministack")
    with ministack(folder, services="") as endpoint:
        functions.stack = Stack(endpoint)
        deployed = deploy(endpoint, sam.build(), folder, functions=functions.url)
        functions.warm(deployed)
        yield deployed


@pytest.fixture
def front(stack) -> Iterator[Front]:
    with Front(stack) as client:
        yield client


@pytest.fixture
def eventually() -> Callable[[Callable[[], object]], object]:
    """Waits until a question has a true answer, and returns it."""

    def wait(question: Callable[[], object]) -> object:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            answer = question()
            if answer:
                return answer
            threading.Event().wait(0.25)
        raise AssertionError("it did not happen")

    return wait
