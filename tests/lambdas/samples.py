"""The files of `events/` with this run's ids, and functions to read the responses."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

import httpx2
from PIL import Image

from tests.lambdas import make_events, sam

EVENTS = sam.ROOT / "events"
RECEIVER = "https://[2d00::1]/"
"""Needs no DNS, and nobody has this address: IANA has not assigned 2d00::/8."""


def event(name: str, **real: str) -> dict[str, Any]:
    """A file of `events/`, with the sample's ids replaced by those of this run."""
    text = (EVENTS / f"{name}.json").read_text()
    for sample, value in real.items():
        text = text.replace(getattr(make_events, sample), value)
    return json.loads(text)


def batch(name: str, message: str) -> dict[str, Any]:
    """A sample batch whose first message is real."""
    given = event(name)
    given["Records"][0]["body"] = message
    return given


def body(answer: dict[str, Any]) -> Any:
    assert not answer["isBase64Encoded"], "JSON must travel as text"
    return json.loads(answer["body"])


def cleaned(job: dict[str, Any]) -> bytes:
    """The result of a job, checked to hold the same image without the author's metadata."""
    assert job["status"] == "succeeded", job
    result = httpx2.get(job["result_url"]).raise_for_status().content
    original = make_events.photograph()
    assert Image.open(BytesIO(original)).getexif()
    assert not Image.open(BytesIO(result)).getexif()
    for private in (b"Jane Doe", b"Pocket Camera", b"GPS"):
        assert private not in result
    assert Image.open(BytesIO(result)).tobytes() == Image.open(BytesIO(original)).tobytes()
    return result


def with_headers(given, more):
    return given | {"headers": given["headers"] | more}
