"""Whatever is put into a field, the answer is a problem that says so, never a crash."""

from __future__ import annotations

import asyncio
import base64
import json
from typing import TYPE_CHECKING

import pytest

from expunge.operations import metadata
from expunge.web.app import create_app
from expunge.web.middleware import request_limits

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from expunge.service import Service

JOBS, UPLOADS = "/api/v1/jobs", "/api/v1/uploads"
NASTY = {
    "lone surrogate": "\ud800",
    "NUL": "a\0b",
    "long": "a" * 5_000,
    "very long": "a" * 1_000_000,
    "nested": "[" * 60_000,
    "path": "in/../../etc/passwd",
    "empty": "",
}


def sent(client: TestClient, path: str, body: dict):
    content = json.dumps(body).encode()
    return client.post(path, content=content, headers={"content-type": "application/json"})


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY)
@pytest.mark.parametrize(
    "field", ["mode", "object_key", "image_base64", "content_type", "options", "key", "value"]
)
def test_a_job_in_json_with_a_nasty_field_is_refused(
    reader: TestClient, photo: bytes, field: str, text: str
) -> None:
    body: dict = {"mode": "metadata", "object_key": "in/2026-01-01/up_0.jpg"}
    if field in ("image_base64", "content_type"):
        encoded = base64.b64encode(photo).decode()
        body = {"mode": "metadata", "image_base64": encoded, "content_type": "image/jpeg"}
    if field == "key":
        body["options"] = {text: 1}
    elif field == "value":
        body["options"] = {"keep": text}
    else:
        body[field] = text

    answer = sent(reader, JOBS, body)

    assert 400 <= answer.status_code < 500, answer.text[:200]
    assert answer.headers["content-type"] == "application/problem+json"


FITTING = [name for name in NASTY if name not in ("long", "very long", "nested")]
"""What a multipart parser's headers have room for."""
OPTIONAL = ("options", "object_key")


def sent_as_form(client: TestClient, photo: bytes, field: str, text: str):
    text = text.encode("utf-8", "replace").decode()
    name, kind, data = "a.jpg", "image/jpeg", {"mode": "metadata"}
    if field == "filename":
        name = text or "a"
    elif field == "content_type":
        kind = text.replace("\0", "") or "x"
    else:
        data[field] = text
    return client.post(JOBS, files={"image": (name, photo, kind)}, data=data)


@pytest.mark.parametrize(
    ("field", "name"),
    [
        *(("mode", n) for n in NASTY),
        *((f, n) for f in OPTIONAL for n in NASTY if n != "empty"),
        *((f, n) for f in ("filename", "content_type") for n in NASTY if n not in FITTING),
    ],
)
def test_a_job_in_a_form_with_a_nasty_field_is_refused(
    reader: TestClient, photo: bytes, field: str, name: str
) -> None:
    answer = sent_as_form(reader, photo, field, NASTY[name])

    assert 400 <= answer.status_code < 500


@pytest.mark.parametrize(
    ("field", "name"),
    [
        *((f, n) for f in ("filename", "content_type") for n in FITTING),
        *((f, "empty") for f in OPTIONAL),
    ],
)
def test_any_file_name_and_type_will_do_and_an_empty_field_is_none(
    client: TestClient, photo: bytes, field: str, name: str
) -> None:
    assert sent_as_form(client, photo, field, NASTY[name]).status_code == 200


ODD = [*NASTY.values(), 5, True, None, [], {}, 1e400, -1]
HARMLESS = [("filename", NASTY["NUL"]), ("filename", ""), ("filename", NASTY["path"]), ("size", 5)]


def wished(client: TestClient, field: str, value: object):
    body = {"filename": "a.jpg", "content_type": "image/jpeg", "size": 100} | {field: value}
    return sent(client, UPLOADS, body)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (field, value)
        for field in ("filename", "content_type", "size")
        for value in ODD
        if value is True or (field, value) not in HARMLESS
    ],
)
def test_an_upload_with_a_nasty_field_is_refused(
    reader: TestClient, field: str, value: object
) -> None:
    assert 400 <= wished(reader, field, value).status_code < 500


@pytest.mark.parametrize(("field", "value"), HARMLESS)
def test_an_upload_may_have_any_name_and_size(
    client: TestClient, field: str, value: object
) -> None:
    assert wished(client, field, value).status_code == 200


@pytest.mark.parametrize("kind", ["text/plain", None])
def test_an_upload_that_is_not_json_is_told_so(reader: TestClient, kind: str | None) -> None:
    headers = {"content-type": kind} if kind else {}

    answer = reader.post(UPLOADS, content=b"{}", headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


def test_a_field_is_spoken_of_in_the_same_words_everywhere(reader: TestClient) -> None:
    said = [
        {error["detail"] for error in sent(reader, path, body).json()["errors"]}
        for path, body in ((UPLOADS, {"name": 1}), (JOBS, {"name": 1}))
    ]

    assert said[0] >= {"there is no such field", "is required"}
    assert said[1] >= {"there is no such field", "is required"}


def test_a_bare_put_is_enough_and_works_once(client: TestClient, photo: bytes) -> None:
    job_request = {"filename": "a.jpg", "content_type": "IMAGE/Jpg", "size": len(photo)}
    made = client.post(UPLOADS, json=job_request).json()
    wrong = client.put(made["upload_url"], headers={"content-type": "image/png"}, content=photo)
    headers = {"content-type": "image/jpg"}
    first = client.put(made["upload_url"], headers=headers, content=photo)
    second = client.put(made["upload_url"], headers=headers, content=photo)
    job = client.post(JOBS, json={"object_key": made["object_key"], "mode": "metadata"})

    assert wrong.json()["code"] == "signature_invalid"
    assert first.status_code == 200
    assert second.json()["code"] == "conflict"
    assert job.json()["status"] == "succeeded"


@pytest.mark.parametrize("path", ["/", "/docs", "/health", "/problems", "/problems/conflict"])
def test_head_answers_where_get_does(reader: TestClient, path: str) -> None:
    answer = reader.head(path)

    assert answer.status_code == 200
    assert answer.content == b""


@pytest.mark.parametrize("prefer", ["wait=99999999999", "respond-async; x=1, wait=1"])
def test_preferences_are_read_as_the_standard_says(
    client: TestClient, photo: bytes, prefer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("expunge.web.dependencies.MAX_WAIT", 0)
    files = {"image": ("a.jpg", photo, "image/jpeg")}

    answer = client.post(JOBS, headers={"prefer": prefer}, files=files, data={"mode": "metadata"})

    assert answer.status_code == (202 if "respond-async" in prefer else 200)


def test_a_replay_of_a_failed_job_says_that_it_is_one(
    client: TestClient, photo: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(metadata, "run", crash)
    request = {
        "headers": {"idempotency-key": "k"},
        "files": {"image": ("a.jpg", photo, "image/jpeg")},
        "data": {"mode": "metadata"},
    }

    first, second = client.post(JOBS, **request), client.post(JOBS, **request)

    assert first.status_code == second.status_code == 500
    assert "idempotent-replayed" not in first.headers
    assert second.headers["idempotent-replayed"] == "true"


class TestSlowAndVanishingCallers:
    """What no well-behaved client can be made to do: spoken to the application directly."""

    def ask(self, service: Service, *messages: dict, stall: float = 0.0) -> list[dict]:
        sent: list[dict] = []
        waiting = list(messages)

        async def receive() -> dict:
            if not waiting:
                await asyncio.sleep(stall)
            return waiting.pop(0) if waiting else {"type": "http.disconnect"}

        async def send(message: dict) -> None:
            sent.append(message)

        scope = {
            "type": "http",
            "method": "POST",
            "path": UPLOADS,
            "raw_path": UPLOADS.encode(),
            "query_string": b"",
            "headers": [(b"content-type", b"application/json"), (b"host", b"testserver")],
            "client": ("203.0.113.5", 1),
            "server": ("testserver", 80),
            "scheme": "http",
            "root_path": "",
        }
        asyncio.run(create_app(service)(scope, receive, send))
        return sent

    def test_a_body_that_stops_arriving_is_given_up(
        self, service: Service, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(request_limits, "GRACE_SECONDS", 0.05)
        half = {"type": "http.request", "body": b'{"file', "more_body": True}

        start, body = self.ask(service, half, stall=5)

        assert start["status"] == 408
        assert json.loads(body["body"])["code"] == "request_timeout"

    def test_a_caller_that_hangs_up_is_no_crash(
        self, service: Service, caplog: pytest.LogCaptureFixture
    ) -> None:
        half = {"type": "http.request", "body": b'{"file', "more_body": True}

        self.ask(service, half)

        assert not [record for record in caplog.records if record.levelname == "ERROR"]
