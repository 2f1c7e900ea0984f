"""Sources that drip hold a few threads of their own; everybody else is served."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from tests.robustness.attack import ROUNDS, attack
from tests.robustness.conftest import eventually
from tests.websites.authority import authority
from tests.websites.site import Site, drips, hangs, says

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.robustness.conftest import Machine

pytestmark = [
    pytest.mark.attack,
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc"),
]

HEAD = b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n"
SOURCES = ("/head", "/body", "/silent")


def test_sources_that_drip_keep_nobody_else_waiting(
    machine: Machine, image: bytes, record_property: Callable[[str, object], None]
) -> None:
    pages = {
        "/head": drips(b"HTTP/1.1 200 OK\r\n", b"x-slow: 1\r\n", every=0.3),
        "/body": drips(HEAD, b"x", every=0.3),
        "/silent": hangs(60),
        "/photo.jpg": says(image),
    }
    with Site(pages) as site:
        trusted = machine.data / "authority.pem"
        trusted.write_bytes(authority().pem)
        machine.settings = {
            "ATTACK_SOURCE_PORT": str(site.port),
            "SSL_CERT_FILE": str(trusted),
        }
        machine.serve(workers=1, web_workers=2)
        with (
            attack(machine, "sources that drip", record_property) as counts,
            ThreadPoolExecutor(30 * ROUNDS) as pool,
        ):
            for n in range(30 * ROUNDS):
                body = {"image_url": site.url(SOURCES[n % 3]), "mode": "metadata"}
                pool.submit(counts.ask, "POST", f"{machine.url}/api/v1/jobs", json=body)
            eventually(lambda: site.asked, "a source is asked")
            uploads = [machine.ended(machine.queue_job(image)) for _ in range(5)]
    assert {job["status"] for job in uploads} == {"succeeded"}
    assert counts.refused == 30 * ROUNDS
    assert set(counts.statuses) <= {400, 429, 502}, "unreachable sources, and too many at once"
    assert len(site.asked) < 30 * ROUNDS, "most were refused before anything was fetched"
