"""Modes that wait in line."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

from expunge import operations
from expunge.errors import PipelineError
from expunge.imaging.source import Source
from expunge.operations import Group, Mode
from expunge.operations.options.base import ModeOptions
from expunge.operations.outcome import Outcome
from tests.api.conftest import client_at, work_off
from tests.websites.site import Site

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from expunge.service import Service

from tests.api.clean.conftest import ask, built, refused


class Options(ModeOptions):
    """None at all."""


@pytest.fixture
def heavy(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """A mode that waits in line; what it worked on."""
    worked: list[bytes] = []

    class Heavy:
        @staticmethod
        def run(source: Source, options: Options) -> Outcome:
            worked.append(source.data)
            if len(source.data) < 10:
                raise PipelineError("It went wrong.")
            return Outcome(source.data, source.media_type, {})

    mode = Mode("heavy", Group.HEAVY, Options, sync=False, summary="")
    monkeypatch.setitem(operations.MODES, "heavy", mode)
    monkeypatch.setattr(Mode, "operation", property(lambda _: Heavy))
    return worked


@pytest.fixture
def heavy_client(heavy: list[bytes], site: Site, tmp_path: Path) -> Iterator[TestClient]:
    service = built(site, tmp_path / "heavy", modes=("heavy",))
    service.cleaner.patience = 3.0
    yield client_at(service, "203.0.113.5")
    service.close()


@contextmanager
def a_worker(service: Service) -> Iterator[None]:
    """Works on whatever is queued, until the test has its answer."""
    stop = threading.Event()

    def work() -> None:
        while not stop.wait(0.02):
            work_off(service)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def test_a_heavy_mode_waits_in_line(heavy_client: TestClient, site: Site, photo: bytes) -> None:
    service = heavy_client.app.state.service
    with a_worker(service):
        answer = ask(heavy_client, site, mode="heavy")

    assert (answer.status_code, answer.content) == (200, photo)


def test_one_that_takes_too_long_goes_on_and_is_there_for_the_next(
    heavy_client: TestClient, heavy: list[bytes], site: Site, photo: bytes
) -> None:
    service = heavy_client.app.state.service
    service.cleaner.patience = 0.5
    for _ in range(2):
        refused(ask(heavy_client, site, mode="heavy"), 504, "takes_too_long")
    assert work_off(service) == 1, "the second did not queue another job"
    answer = ask(heavy_client, site, mode="heavy")

    assert (answer.status_code, answer.content) == (200, photo)
    assert len(heavy) == 1


def test_one_that_fails_says_why_and_may_be_tried_again(
    heavy_client: TestClient, heavy: list[bytes], site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = heavy_client.app.state.service

    def fail(*_: object) -> None:
        raise PipelineError("It went wrong.")

    with monkeypatch.context() as patch:
        patch.setattr(Mode("heavy", Group.HEAVY, Options, False, "").operation, "run", fail)
        with a_worker(service):
            refused(ask(heavy_client, site, mode="heavy"), 500, "pipeline_error")
    with a_worker(service):
        assert ask(heavy_client, site, mode="heavy").status_code == 200
