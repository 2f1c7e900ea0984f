"""Images of 100 megapixels, many at once: the server answers, in bounded memory."""

from __future__ import annotations

import io
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Self

import httpx2
import pytest
from PIL import Image

from tests.robustness.conftest import eventually
from tests.samples import large

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.robustness.conftest import Machine

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

SIDE = 10_000
MEMORY_MB = 1_300
"""Room for one of the largest at a time."""
IDLE_MB = 1_000
"""What the processes take while they do nothing: five with the libraries, at 100 to 200 each."""


def small_webp(side: int) -> bytes:
    """One colour, of any size, in some forty bytes (RFC 9649, 3.4: two times 14 bits)."""
    file = io.BytesIO()
    Image.new("RGB", (16, 16), "teal").save(file, "WEBP", lossless=True)
    data = bytearray(file.getvalue())
    at = data.index(b"VP8L") + 9
    bits = int.from_bytes(data[at : at + 4], "little") >> 28 << 28
    data[at : at + 4] = (bits | (side - 1) << 14 | (side - 1)).to_bytes(4, "little")
    return bytes(data)


class Watch:
    """The highest memory of a process and all below it together, and the slowest /health."""

    def __init__(self, machine: Machine, pid: int) -> None:
        self.peak_mb, self.slowest = 0.0, 0.0
        self._machine, self._pid = machine, pid
        self._over = threading.Event()
        self._threads = [threading.Thread(target=target) for target in (self._weigh, self._ask)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _weigh(self) -> None:
        while not self._over.wait(0.05):
            self.peak_mb = max(self.peak_mb, sum(map(_resident_mb, _family(self._pid))))

    def _ask(self) -> None:
        while not self._over.wait(0.1):
            started = time.monotonic()
            assert self._machine.get("/health").status_code == 200
            self.slowest = max(self.slowest, time.monotonic() - started)


def _family(pid: int) -> Iterator[int]:
    yield pid
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            for child in file.read_text().split():
                yield from _family(int(child))


def _resident_mb(pid: int) -> float:
    with suppress(OSError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096 / (1 << 20)
    return 0.0


def posted(machine: Machine, image: bytes, mode: str) -> httpx2.Response:
    return httpx2.post(
        f"{machine.url}/api/v1/jobs",
        data={"mode": mode},
        files={"image": ("a", image)},
        timeout=120,
    )


def test_many_large_images_at_once_are_taken_in_turns(machine: Machine, image: bytes) -> None:
    machine.settings = {"EXPUNGE_MEMORY_MB": str(MEMORY_MB)}
    server = machine.serve(workers=1)
    webp, png = small_webp(SIDE), large.png(2, 8)(SIDE, SIDE // 4)
    sent = [(webp, "detect")] * 4 + [(png, "visible"), (png, "detect"), (webp, "metadata")]

    with Watch(machine, server.pid) as watch, ThreadPoolExecutor(len(sent)) as pool:
        answers = list(pool.map(lambda one: posted(machine, *one), sent))

    statuses = [answer.status_code for answer in answers]
    assert set(statuses) <= {200, 503}, statuses
    assert 200 in statuses[:4]
    assert statuses[-1] == 200, "it needs no memory to speak of"
    for answer in answers:
        if answer.status_code == 503:
            assert answer.json()["code"] == "overloaded"
            assert int(answer.headers["retry-after"]) > 0
    assert watch.peak_mb < MEMORY_MB + IDLE_MB
    assert watch.slowest < 5
    assert posted(machine, image, "detect").status_code == 200, "all goes on"
    done = [answer.json()["status"] for answer in answers if answer.status_code == 200]
    assert set(done) == {"succeeded"}


def test_what_cannot_fit_is_refused_before_it_is_decoded(machine: Machine) -> None:
    machine.settings = {"EXPUNGE_JOB_MEMORY_MB": "512"}
    machine.serve(workers=0)

    refused = posted(machine, small_webp(SIDE), "mask")

    assert (refused.status_code, refused.json()["code"]) == (422, "image_too_large")
    assert "10,000 × 10,000 pixels" in refused.json()["detail"]
    assert "pixels fit" in refused.json()["detail"]


def test_a_queued_job_waits_for_its_memory(machine: Machine, image: bytes) -> None:
    machine.settings = {"EXPUNGE_MEMORY_MB": "1024"}
    machine.serve(workers=2)
    queued = [machine.queue_job(small_webp(SIDE), "detect") for _ in range(3)]

    for job in queued:
        assert machine.ended(job)["status"] == "succeeded"
    eventually(lambda: posted(machine, image, "detect").status_code == 200, "there is room again")
