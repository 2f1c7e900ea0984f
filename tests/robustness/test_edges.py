"""The embedded server under clients that are slow, endless, idle or many; others do not notice.

`make test` runs each attack once, `make soak` for ATTACK_ROUNDS rounds.
"""

from __future__ import annotations

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from expunge.embedded.connections import STILL_SECONDS
from tests.robustness.attack import ROUNDS, attack
from tests.robustness.conftest import PATIENCE, eventually, machine_at
from tests.robustness.sockets import (
    HOST,
    answer_of,
    ask,
    connect,
    dripped,
    flood,
    form,
    idle,
    status_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.robustness.conftest import Machine

pytestmark = [
    pytest.mark.attack,
    pytest.mark.skipif(sys.platform != "linux", reason="limits descriptors, reads /proc"),
]

DESCRIPTORS = 256
LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_NOFILE, ({0}, {0}))
from expunge.cli import main
main()
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A server with few file descriptors."""
    with machine_at(tmp_path_factory.mktemp("edges")) as machine:
        machine.server = machine.start(
            "-c",
            LIMITED.format(DESCRIPTORS),
            "serve",
            f"--port={machine.port}",
            "--workers=0",
            "--web-workers=1",
        )
        eventually(lambda: machine.get("/health").status_code == 200, "the server answers")
        yield machine


def _web(machine: Machine) -> int:
    [web] = machine.children_of(machine.server, "expunge.embedded.web")
    return web


def descriptors(machine: Machine) -> int:
    return len(list(Path(f"/proc/{_web(machine)}/fd").iterdir()))


def resident_mb(machine: Machine) -> int:
    status = Path(f"/proc/{_web(machine)}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) // 1024


@pytest.mark.long
def test_slow_clients_are_let_go_and_slow_phones_are_served(
    server: Machine, image: bytes, record_property: Callable[[str, object], None]
) -> None:
    photo = image + bytes(30_000)  # bytes behind a JPEG's end; the result has them no more
    head = b"GET /health HTTP/1.1\r\n" + HOST + b"X-Slow: " + b"a" * 400
    body = form(photo)
    port = server.port
    for _ in range(ROUNDS):
        with (
            attack(server, "slow headers, bodies and idle sockets", record_property) as counts,
            ThreadPoolExecutor(60) as pool,
        ):
            heads = [pool.submit(dripped, port, head, 100, 300, 0.2) for _ in range(20)]
            silent = [pool.submit(dripped, port, b"", 0, 1, 0) for _ in range(5)]
            bodies = [pool.submit(dripped, port, body, 600, 20_000, 0.5) for _ in range(20)]
            whole = b"GET /health HTTP/1.1\r\n" + HOST + b"\r\n"
            kept = pool.submit(dripped, port, whole, len(whole), 1, 0)
            phone = pool.submit(dripped, port, body, 600, 60, 0.25)
            for call in (*heads, *silent, *bodies, kept, phone):
                counts.count(status_of(call.result()[0]))

        for answer, seconds in (call.result() for call in heads):
            assert status_of(answer) == 408
            assert json.loads(answer.partition(b"\r\n\r\n")[2])["code"] == "request_timeout"
            assert 9 < seconds < PATIENCE
        for answer, seconds in (call.result() for call in silent):
            assert answer == b""
            assert 9 < seconds < PATIENCE
        for answer, seconds in (call.result() for call in bodies):
            assert status_of(answer) == 408
            assert 9 < seconds < PATIENCE
        answer, seconds = kept.result()
        assert status_of(answer) == 200
        assert 14 < seconds < PATIENCE, "it waits for the next request, but not for ever"
        answer, seconds = phone.result()
        assert status_of(answer) == 200, answer[:200]
        assert seconds > 14, "some 2 kB/s: slower than any phone"


def test_headers_without_an_end_are_refused(
    server: Machine, record_property: Callable[[str, object], None]
) -> None:
    before = resident_mb(server)
    start = b"GET /health HTTP/1.1\r\n" + HOST
    endless = {
        "one long field": start + b"X: " + b"a" * 10_000_000,
        "many long fields": start + b"".join(b"X: %b\r\n" % (b"a" * 10_000) for _ in range(1_000)),
        "many short fields": start + b"a: b\r\n" * 2_000_000,
        "a long URL": b"GET /" + b"a" * 10_000_000,
        "a long method": b"G" * 10_000_000,
    }
    with (
        attack(server, "headers without an end", record_property) as counts,
        ThreadPoolExecutor(len(endless)) as pool,
    ):
        for _ in range(40 * ROUNDS):
            answers = pool.map(partial(flood, server.port), endless.values())
            statuses = dict(zip(endless, map(status_of, answers), strict=True))
            for status in statuses.values():
                counts.count(status)
            assert statuses == dict.fromkeys(endless, 431)
    assert resident_mb(server) - before < 20


def test_idle_connections_make_room_for_new_ones(
    server: Machine, record_property: Callable[[str, object], None]
) -> None:
    for _ in range(ROUNDS):
        with (
            attack(server, "400 idle sockets, 256 descriptors", record_property) as counts,
            idle(server.port, 400),
        ):
            for _ in range(200):
                answer = ask(server.port, b"GET / HTTP/1.1\r\n%bConnection: close\r\n\r\n" % HOST)
                counts.count(status_of(answer))
                assert status_of(answer) == 200
            assert descriptors(server) < DESCRIPTORS - 64, "there is room for files"

    log = (server.data / "log").read_text()
    assert log.count("connections are open") == 1, "one line, though hundreds were closed"
    assert "ulimit -n" in log
    assert "Too many open files" not in log
    eventually(lambda: descriptors(server) < 64, "idle connections end")


def test_bodies_that_stand_still_make_room_for_new_connections(
    server: Machine, image: bytes, record_property: Callable[[str, object], None]
) -> None:
    begun = form(image)[:600]
    for _ in range(ROUNDS):
        with ExitStack() as held:
            for connection in held.enter_context(idle(server.port, 250)):
                with suppress(OSError):  # one that has made room already
                    connection.sendall(begun)
            time.sleep(2 * STILL_SECONDS)
            what = "250 bodies that stand still, 256 descriptors"
            counts = held.enter_context(attack(server, what, record_property))
            phone, _ = dripped(server.port, form(image + bytes(20_000)), 600, 40, 0.05)
            for answer in (phone, ask(server.port, form(image))):
                counts.count(status_of(answer))
                assert status_of(answer) == 200


def test_a_body_of_tiny_chunks_is_refused_and_one_in_pieces_is_served(
    server: Machine, image: bytes, record_property: Callable[[str, object], None]
) -> None:
    head = b"POST /api/v1/jobs HTTP/1.1\r\n%bTransfer-Encoding: chunked\r\n" % HOST
    json_type, form_type = b"application/json", b"multipart/form-data; boundary=edges"
    endless = {
        media_type: head + b"Content-Type: %b\r\n\r\n" % media_type + b"1\r\na\r\n" * 500_000
        for media_type in (json_type, form_type, b"text/plain")
    }
    with (
        attack(server, "tiny chunks", record_property) as counts,
        ThreadPoolExecutor(len(endless)) as pool,
    ):
        for _ in range(4 * ROUNDS):
            for answer in pool.map(partial(flood, server.port), endless.values()):
                counts.count(status_of(answer))
                assert status_of(answer) in (400, 415)

    body = form(image).partition(b"\r\n\r\n")[2]
    pieces = [body[start : start + 1_000] for start in range(0, len(body), 1_000)]
    pieces += [bytes([byte]) for byte in b"behind the end"]
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces)
    request = head + b"Connection: close\r\nContent-Type: %b\r\n\r\n" % form_type
    assert status_of(ask(server.port, request + chunks + b"0\r\n\r\n")) == 200


@pytest.mark.parametrize("media_type", ["application/json", "multipart/form-data; boundary=x"])
def test_a_body_that_is_too_large_is_answered_and_not_cut_off(
    server: Machine, media_type: str
) -> None:
    """To a client that sends everything before it reads anything."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.request("POST", "/api/v1/jobs", bytes(12_000_000), {"content-type": media_type})
    answer = connection.getresponse()

    assert answer.status == 413
    assert json.loads(answer.read())["code"] == "payload_too_large"
    connection.close()


def test_what_is_no_http_is_a_problem_or_an_end(server: Machine) -> None:
    requests = {
        b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n": 400,
        b"GET /health HTTP/1.1\r\n\r\n": 400,  # without a host
        b"GET /health HTTP/1.1\r\n%b\x00: a\r\n\r\n" % HOST: 400,
        b"POST /api/v1/jobs HTTP/1.1\r\n%bContent-Length: x\r\n\r\n" % HOST: 400,
        b"POST /api/v1/jobs HTTP/1.1\r\n%bTransfer-Encoding: chunked\r\n\r\nzz\r\n" % HOST: 400,
    }
    for request, status in requests.items():
        head, _, body = ask(server.port, request).partition(b"\r\n\r\n")

        assert status_of(head) == status, request
        assert b"content-type: application/problem+json" in head
        assert b"content-security-policy: default-src 'none'" in head
        problem = json.loads(body)
        assert problem["status"] == status
        assert problem["type"] == f"{server.url}/problems/{problem['code']}"


def test_the_protocol_is_spoken_as_before(server: Machine) -> None:
    get = b"GET /health HTTP/1.1\r\n%b\r\n" % HOST
    last = b"GET /health HTTP/1.1\r\n%bConnection: close\r\n\r\n" % HOST
    upload = json.dumps({"filename": "a.png", "content_type": "image/png", "size": 10}).encode()
    post = (
        b"POST /api/v1/uploads HTTP/1.1\r\n%bContent-Type: application/json\r\n"
        b"Content-Length: %d\r\n" % (HOST, len(upload))
    )
    h2c = (
        b"Connection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\n"
        b"HTTP2-Settings: AAMAAABk\r\n\r\n"
    )

    assert ask(server.port, get + get + last).count(b"HTTP/1.1 200") == 3, "pipelined"
    assert status_of(ask(server.port, b"GET /health HTTP/1.0\r\n\r\n")) == 200
    head = ask(server.port, last.replace(b"GET", b"HEAD", 1))
    assert (status_of(head), head.partition(b"\r\n\r\n")[2]) == (200, b"")
    upgraded = ask(server.port, post + h2c + upload)
    assert status_of(upgraded) == 200, "a wish for another protocol is ignored, the body kept"
    assert b"upload_url" in upgraded
    with connect(server.port) as connection:
        connection.sendall(post + b"Expect: 100-continue\r\nConnection: close\r\n\r\n")
        assert connection.recv(65_536) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(upload)
        assert status_of(answer_of(connection)) == 200
    connection = HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.connect()
    first = connection.sock
    for _ in range(3):
        connection.request("GET", "/health")
        assert connection.getresponse().read()
        assert connection.sock is first, "kept alive"
    connection.close()
