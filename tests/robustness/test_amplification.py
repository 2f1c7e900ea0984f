"""Large nonsense gets a small answer, and other sites' names get nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.robustness.attack import ROUNDS, attack
from tests.robustness.sockets import HOST, answer_of, ask, connect, flood, status_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.robustness.conftest import Machine

pytestmark = pytest.mark.attack

MEGABYTE = 1_000_000
CLOSE = HOST + b"Connection: close\r\n"
JSON = "application/json"
FORM = "multipart/form-data; boundary=x"


def post(path: str, media_type: str, body: bytes) -> bytes:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        f"Content-Type: {media_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def wrong_fields(size: int) -> bytes:
    """JSON of so many bytes, in which every field is wrong."""
    return b"{%b}" % b",".join(b'"f%06d":[{}]' % n for n in range(size // 15))


def form_fields(count: int) -> bytes:
    one = b'--x\r\nContent-Disposition: form-data; name="f%06d"\r\n\r\n1\r\n'
    return b"".join(one % n for n in range(count)) + b"--x--\r\n"


NONSENSE: dict[str, Callable[[], bytes]] = {
    "100 kB of wrong fields": lambda: post("/api/v1/jobs", JSON, wrong_fields(100_000)),
    "1 MB of wrong fields": lambda: post("/api/v1/jobs", JSON, wrong_fields(MEGABYTE)),
    "6 MB of wrong fields": lambda: post("/api/v1/jobs", JSON, wrong_fields(6 * MEGABYTE)),
    "6 MB of wrong fields elsewhere": lambda: post(
        "/api/v1/uploads", JSON, wrong_fields(6 * MEGABYTE)
    ),
    "a list in a list, a million deep": lambda: post("/api/v1/jobs", JSON, b"[" * MEGABYTE),
    "objects, 100,000 deep": lambda: post("/api/v1/jobs", JSON, b'{"a":' * 100_000),
    "a number of a million digits": lambda: post("/api/v1/jobs", JSON, b"1" * MEGABYTE),
    "one long string": lambda: post("/api/v1/jobs", JSON, b'{"mode":"%b"}' % (b"x" * MEGABYTE)),
    "5,000 form fields": lambda: post("/api/v1/jobs", FORM, form_fields(5_000)),
    "100,000 form fields": lambda: post("/api/v1/jobs", FORM, form_fields(100_000)),
    "a form of boundaries": lambda: post("/api/v1/jobs", FORM, b"--x\r\n" * 200_000),
    "one header of 60 kB": lambda: b"GET /x HTTP/1.1\r\n%bX: %b\r\n\r\n" % (CLOSE, b"a" * 60_000),
    "one header of 1 MB": lambda: b"GET /x HTTP/1.1\r\n%bX: %b\r\n\r\n" % (CLOSE, b"a" * MEGABYTE),
    "a cookie of 30 kB": lambda: (
        b"GET /api/v1/jobs HTTP/1.1\r\n%bCookie: %b\r\n\r\n" % (CLOSE, b"session=aaaaaaa; " * 1_800)
    ),
    "a URL of 60 kB": lambda: b"GET /%b HTTP/1.1\r\n%b\r\n" % (b"a" * 60_000, CLOSE),
    "a file of zeros": lambda: post("/api/v1/jobs", "image/png", bytes(9 * MEGABYTE)),
}


def test_no_large_request_is_answered_at_length(
    standing: Machine, record_property: Callable[[str, object], None]
) -> None:
    ratios = {}
    with attack(standing, "amplification", record_property) as counts:
        for name, made in NONSENSE.items():
            request = made()
            for _ in range(ROUNDS):
                answer = flood(standing.port, request)
                counts.count(status_of(answer))
                ratios[name] = len(answer) / len(request)
                assert status_of(answer) in range(400, 500), (name, answer[:200])
                assert len(answer) < 8_192, (name, answer[:200])

    worst = max(ratios, key=ratios.__getitem__)
    record_property("measured", f"most bytes out per byte in: {ratios[worst]:.3f}, {worst}")
    assert ratios[worst] < 1


FOREIGN = ("evil.example", "localhost.evil.example", "127.0.0.1.evil.example:80", "evil.example.")


def test_another_sites_name_gets_nothing_and_no_body_is_read(
    standing: Machine, image: bytes, record_property: Callable[[str, object], None]
) -> None:
    """What a browser sends after a page's own name was led to this machine (DNS rebinding)."""
    job = standing.ended(standing.queue_job(image))
    result = job["result_url"].removeprefix(standing.url)
    secret = b"X-Client-Secret: %b\r\n" % standing.secret.encode()
    reads = [b"/", b"/health", b"/api/v1/jobs", b"/api/v1/jobs/%b" % job["id"].encode()]
    with attack(standing, "rebinding", record_property) as counts:
        for host in FOREIGN * ROUNDS:
            line = b"Host: %b\r\nConnection: close\r\n" % host.encode()
            for path in (*reads, result.encode()):
                request = b"GET %b HTTP/1.1\r\n%b%b\r\n" % (path, line, secret)
                counts.count(_refused(ask(standing.port, request), job["id"]))
            large = b"POST /api/v1/jobs HTTP/1.1\r\n%bContent-Length: 9000000\r\n\r\n" % line
            counts.count(_refused(_without_body(standing.port, large), job["id"]))
            delete = b"DELETE %b HTTP/1.1\r\n%b%b\r\n" % (reads[-1], line, secret)
            counts.count(_refused(ask(standing.port, delete), job["id"]))

    assert standing.job(job["id"])["status"] == "succeeded"
    assert ask(standing.port, b"GET %b HTTP/1.0\r\n\r\n" % result.encode()).endswith(b"\xff\xd9")


def _refused(answer: bytes, job_id: str) -> int | None:
    assert status_of(answer) == 421, answer[:300]
    head, _, body = answer.partition(b"\r\n\r\n")
    assert json.loads(body)["code"] == "misdirected_request"
    assert job_id.encode() not in answer
    assert b"access-control-allow-origin" not in head.lower()
    return status_of(answer)


def _without_body(port: int, head: bytes) -> bytes:
    """The answer to a request whose body is announced and never sent."""
    with connect(port, patience=8) as connection:
        connection.sendall(head)
        return answer_of(connection)
