"""Receivers that say when they want the next attempt."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from expunge.hooks.courier import RETRY_SECONDS
from tests.api.hooks.conftest import Clock, deliver, deliveries, run_job, subscribe
from tests.websites.site import says

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from expunge.service import Service
    from tests.websites.site import Site


@pytest.mark.parametrize(
    ("status", "waits"), [("429 Too Many", True), ("503 Away", True), ("500 Oops", False)]
)
def test_a_receiver_that_asks_for_time_gets_it(
    client: TestClient,
    service: Service,
    site: Site,
    photo: bytes,
    clock: Clock,
    status: str,
    waits: bool,
) -> None:
    site.pages["/busy"] = says(b"", status, retry_after="600")
    hook = subscribe(client, site, "/busy")["id"]
    run_job(client, photo)
    deliver(service)

    def attempts() -> int:
        service.sweep()
        deliver(service)
        return len(deliveries(client, hook)[0]["attempts"])

    clock.forward(RETRY_SECONDS[0] * 1.3)
    assert attempts() == (1 if waits else 2)
    clock.forward(700)
    assert attempts() >= 2
