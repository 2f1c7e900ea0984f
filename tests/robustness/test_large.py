"""Images of 100 megapixels, many at once: the server answers, in bounded memory."""

from __future__ import annotations

import io
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import httpx2
import pillow_heif
import pillow_jxl  # noqa: F401 (registers itself)
import pytest
from PIL import Image

from tests.robustness.attack import ROUNDS, attack
from tests.robustness.conftest import eventually
from tests.samples import large

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.robustness.conftest import Machine

pytestmark = [
    pytest.mark.attack,
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc"),
]

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


def posted(machine: Machine, image: bytes, mode: str) -> httpx2.Response:
    return httpx2.post(
        f"{machine.url}/api/v1/jobs",
        data={"mode": mode},
        files={"image": ("a", image)},
        timeout=120,
    )


@pytest.mark.long
def test_many_large_images_at_once_are_taken_in_turns(
    machine: Machine, image: bytes, record_property: Callable[[str, object], None]
) -> None:
    machine.settings = {"EXPUNGE_MEMORY_MB": str(MEMORY_MB)}
    machine.serve(workers=1, web_workers=2)
    webp, png = small_webp(SIDE), large.png(2, 8)(SIDE, SIDE // 4)
    sent = [(webp, "detect")] * 4 + [(png, "visible"), (png, "detect"), (webp, "metadata")]

    with (
        attack(machine, "100 megapixels, many at once", record_property) as counts,
        ThreadPoolExecutor(len(sent)) as pool,
    ):
        answers = list(pool.map(lambda one: posted(machine, *one), sent))
        for answer in answers:
            counts.count(answer.status_code)

    statuses = [answer.status_code for answer in answers]
    assert set(statuses) <= {200, 503}, statuses
    assert 200 in statuses[:4]
    assert statuses[-1] == 200, "it needs no memory to speak of"
    for answer in answers:
        if answer.status_code == 503:
            assert answer.json()["code"] == "overloaded"
            assert int(answer.headers["retry-after"]) > 0
    assert counts.peak_mb < MEMORY_MB + IDLE_MB
    assert posted(machine, image, "detect").status_code == 200, "all goes on"
    done = [answer.json()["status"] for answer in answers if answer.status_code == 200]
    assert set(done) == {"succeeded"}


@pytest.mark.long
def test_each_format_at_once_is_taken_in_turns_or_refused(
    machine: Machine,
    each_format: dict[str, bytes],
    record_property: Callable[[str, object], None],
) -> None:
    machine.settings = {"EXPUNGE_MEMORY_MB": str(MEMORY_MB)}
    machine.serve(workers=1, web_workers=2)
    names = list(each_format) * ROUNDS
    with (
        attack(machine, "large files of each format at once", record_property) as counts,
        ThreadPoolExecutor(len(names)) as pool,
    ):
        answers = list(pool.map(lambda name: posted(machine, each_format[name], "detect"), names))
        for answer in answers:
            counts.count(answer.status_code)

    for name, answer in zip(names, answers, strict=True):
        if answer.status_code == 200:
            assert answer.json()["status"] == "succeeded", name
        else:
            assert answer.status_code in (422, 503), (name, answer.text)
            assert answer.json()["code"] in ("image_too_large", "overloaded"), name
    assert counts.statuses[200] > 0
    assert counts.peak_mb < MEMORY_MB + IDLE_MB


@pytest.fixture(scope="session")
def each_format() -> dict[str, bytes]:
    """One colour, 10,000 by 10,000 pixels, in 38 bytes to 3 MB; encoding takes a while.

    AVIF and HEIC, whose encoders are slow, have a quarter of that where the run is short.
    """
    flat = Image.new("L", (SIDE, SIDE), 100)
    smaller = flat if ROUNDS > 1 else flat.crop((0, 0, SIDE // 2, SIDE // 2))
    heic = io.BytesIO()
    pillow_heif.encode(
        "L", smaller.size, smaller.tobytes(), heic, quality=10, enc_params={"preset": "ultrafast"}
    )
    return {
        "webp": small_webp(SIDE),
        "png": large.png(0, 8)(SIDE, SIDE),
        "jpeg": large.saved(flat, "JPEG"),
        "gif": large.saved(flat, "GIF"),
        "jxl": large.saved(flat, "JXL", effort=1, lossless=True),
        "avif": large.saved(smaller, "AVIF", speed=10),
        "heic": heic.getvalue(),
    }


def test_what_cannot_fit_is_refused_before_it_is_decoded(machine: Machine) -> None:
    machine.settings = {"EXPUNGE_JOB_MEMORY_MB": "512"}
    machine.serve(workers=0)

    refused = posted(machine, small_webp(SIDE), "mask")

    assert (refused.status_code, refused.json()["code"]) == (422, "image_too_large")
    assert "10,000 × 10,000 pixels" in refused.json()["detail"]
    assert "pixels fit" in refused.json()["detail"]


@pytest.mark.long
def test_a_queued_job_waits_for_its_memory(machine: Machine, image: bytes) -> None:
    machine.settings = {"EXPUNGE_MEMORY_MB": "1024"}
    machine.serve(workers=2, web_workers=2)
    queued = [machine.queue_job(small_webp(SIDE), "detect") for _ in range(3)]

    for job in queued:
        assert machine.ended(job)["status"] == "succeeded"
    eventually(lambda: posted(machine, image, "detect").status_code == 200, "there is room again")
