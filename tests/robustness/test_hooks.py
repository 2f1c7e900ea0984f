"""Messages to receivers, when everything dies between the end of a job and its telling."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

from tests.robustness.conftest import eventually

if TYPE_CHECKING:
    from tests.robustness.conftest import Machine

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc to find workers")


def test_a_message_outlives_the_server_that_wrote_it(machine: Machine, image: bytes) -> None:
    """Nobody listens there: an attempt is made all the same, by the next server's worker."""
    machine.settings["EXPUNGE_FETCH_ALLOW"] = "localhost:9"
    server = machine.serve(workers=0)
    caller = httpx2.Client(
        base_url=machine.url, headers={"x-api-key": api_key(machine)}, timeout=60
    )
    hook = caller.post("/api/v1/hooks", json={"url": "http://localhost:9/"}).json()
    files = {"image": ("a.jpg", image, "image/jpeg")}
    caller.post("/api/v1/jobs", data={"mode": "metadata"}, files=files)
    machine.kill(server.pid)
    server.wait()
    machine.serve(workers=1)

    def attempts() -> list[Any]:
        shown = caller.get(f"/api/v1/hooks/{hook['id']}/deliveries").json()
        (delivery,) = shown["deliveries"]
        return list(delivery["attempts"])

    first = eventually(attempts, "a worker tries to deliver")[0]
    assert first["error"] == "The URL could not be reached."
    caller.close()


def api_key(machine: Machine) -> str:
    """A key of a new account, made as operators make them."""
    account = said(machine, "accounts", "create")
    return said(machine, "keys", "create", account)


def said(machine: Machine, *command: str) -> str:
    printed, _ = machine.start("-m", "expunge", *command).communicate(timeout=60)
    return printed.decode().split()[-1]
