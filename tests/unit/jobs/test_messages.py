"""One message of a local queue, when the queue itself fails: the worker goes on."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from expunge.embedded.messages import handle
from expunge.errors import Unavailable
from expunge.jobs.failures import LeaseHeld
from expunge.stores.ports import ReceivedMessage


class FailingInbox:
    def __getattr__(self, name: str) -> Any:
        def fail(*_: object, **__: object) -> None:
            raise Unavailable(f"{name} did not answer.")

        return fail


@pytest.mark.parametrize("error", [None, LeaseHeld(3.0), Unavailable("No."), RuntimeError("bug")])
def test_a_queue_that_fails_ends_no_worker(error: Exception | None) -> None:
    def work(_: object) -> None:
        if error:
            raise error

    settings = SimpleNamespace(job_lease_seconds=15, job_timeout_seconds=900)
    service: Any = SimpleNamespace(settings=settings, work=work)
    inbox: Any = FailingInbox()

    handle(service, inbox, ReceivedMessage(1, "receipt", {"job": "job_1"}, 1))
