"""Log lines as JSON: one object each, with the id of the request."""

from __future__ import annotations

import io
import json
import logging
from typing import TYPE_CHECKING

import pytest

from expunge.logs import REQUEST, JsonLines, configure
from tests.api.conftest import client_at
from tests.api.reading import Shared

if TYPE_CHECKING:
    from collections.abc import Iterator

log = logging.getLogger("expunge.tests")


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What this process logs as JSON."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(JsonLines())
    monkeypatch.setattr(logging.getLogger(), "handlers", [handler])
    monkeypatch.setattr(logging.getLogger(), "level", logging.INFO)
    logging.getLogger().manager._clear_cache()
    yield text
    logging.getLogger().manager._clear_cache()


def test_a_line_is_one_object(lines: io.StringIO) -> None:
    log.error("job %s:\nfailed", 7, exc_info=ValueError("«of two\nlines»"))
    (line,) = lines.getvalue().splitlines()
    said = json.loads(line)

    assert said["message"] == "job 7:\nfailed"
    assert said["level"] == "error"
    assert said["logger"] == "expunge.tests"
    assert said["time"].endswith("Z")
    assert "ValueError: «of two" in said["error"]
    assert "request_id" not in said


def test_a_line_has_the_id_of_its_request(
    shared: Shared, lines: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also one from a thread; the answer and its problem document name the same id."""

    def crash() -> None:
        log.info("in a thread")
        raise RuntimeError

    monkeypatch.setattr(type(shared.service.jobs), "get", lambda *_: crash())
    answer = client_at(shared.service, "203.0.113.5").get("/api/v1/jobs/job_1")
    said = [json.loads(line) for line in lines.getvalue().splitlines()]

    assert answer.status_code == 500
    name = answer.headers["x-request-id"]
    assert answer.json()["instance"] == name
    told = {line["message"]: line.get("request_id") for line in said}
    assert told["in a thread"] == name
    assert told["GET /api/v1/jobs/job_1 crashed"] == name


@pytest.mark.parametrize(
    ("style", "terminal", "is_json"),
    [
        ("auto", True, False),
        ("auto", False, True),
        ("text", False, False),
        ("json", True, True),
    ],
)
def test_the_format_follows_the_setting_or_the_terminal(
    monkeypatch: pytest.MonkeyPatch, style: str, terminal: bool, is_json: bool
) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(stream, "isatty", lambda: terminal, raising=False)
    monkeypatch.setattr("sys.stderr", stream)
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [])
    monkeypatch.setattr(root, "level", root.level)
    configure("warning", style)
    log.warning("one line")

    assert stream.getvalue().startswith("{") == is_json


def test_no_id_is_left_behind() -> None:
    assert REQUEST.get() is None
