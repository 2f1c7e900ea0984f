"""``expunge jobs``: what an operator sees and sets going again."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from expunge.bootstrap import build
from expunge.cli import main
from expunge.jobs.job import Status
from expunge.jobs.request import JobRequest
from expunge.settings import Settings
from tests.unit.jobs.conftest import CALLER

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from expunge.service import Service
    from tests.unit.jobs.conftest import House


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    monkeypatch.setenv("EXPUNGE_DATA", str(tmp_path))
    service = build(Settings(data=tmp_path))
    yield service
    service.close()


def said(*command: str) -> str:
    done = CliRunner().invoke(main, ["jobs", *command])
    assert done.exit_code == 0, done.output
    return done.output


def test_a_lost_queue_is_filled_again(service: Service, image: bytes) -> None:
    job_request = JobRequest("metadata", {}, image=image, respond_async=True)
    job = service.jobs.submit(CALLER, job_request).job
    assert service.inbox
    lost = service.inbox.receive(visibility=60)
    assert lost
    service.inbox.ack(lost)
    shown = said("list")
    assert job.id in shown
    assert "Unfinished jobs: 1. Messages in the dead-letter queue: 0." in shown

    assert "To send again: 1 waiting jobs" in said("redrive", "--pending", "--dry-run")
    assert service.inbox.receive(visibility=60) is None
    assert "Sent again: 1 waiting jobs" in said("redrive", "--pending")

    again = service.inbox.receive(visibility=60)
    assert again
    service.work(again.message)
    assert service.jobs.get(CALLER, job.id).status is Status.SUCCEEDED
    assert "Unfinished jobs: 0." in said("list")


def test_a_dead_message_is_sent_again(service: Service, image: bytes) -> None:
    service.jobs.submit(CALLER, JobRequest("metadata", {}, image=image, respond_async=True))
    assert service.inbox
    for _ in range(6):
        service.inbox.receive(visibility=0)

    assert "To send again: 1 dead-letter messages" in said("redrive", "--dry-run")
    assert "Sent again: 1 dead-letter messages" in said("redrive")
    assert service.inbox.receive(visibility=60)


def test_the_log_tells_of_every_queued_job_and_of_every_end(
    house: House, image: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    fine, bad = house.queued(image), house.queued(image)
    house.objects.delete(bad.input_key or "")
    house.work()

    lines = [record.getMessage() for record in caplog.records]
    assert f"job {fine.id}: metadata queued" in lines
    [end] = [line for line in lines if line.startswith(f"job {fine.id}: metadata succeeded")]
    assert "ran " in end
    assert any(f"{bad.id}: metadata failed, upload_not_found" in line for line in lines)
