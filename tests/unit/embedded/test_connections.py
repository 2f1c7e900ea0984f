"""Connections of the embedded server: which end when, by a clock that the test turns."""

from __future__ import annotations

import logging
import resource
import socket
import threading
import time
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn

from expunge.embedded import connections as module
from expunge.embedded.connections import MAX_CONNECTIONS, Connections, connection_cap
from expunge.embedded.pieces import MAX_FIELDS
from expunge.embedded.protocol import HEAD_SECONDS, MAX_HEAD, STALL_SECONDS, GuardedProtocol
from tests.robustness.sockets import answer_of, connect, status_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

GET = b"GET %b HTTP/1.1\r\nHost: a\r\n\r\n"
LONG = 30_000_000


async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """``/long`` has a long answer, ``/stream`` too; nothing reads a body, but ``/read``."""
    path = scope["path"]
    body = bytes(LONG if path in ("/long", "/stream") else 2)
    while path == "/read" and (await receive()).get("more_body"):
        continue
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": 200, "headers": [length]})
    step = 65_536 if path == "/stream" else LONG
    for start in range(0, len(body), step):
        piece, more = body[start : start + step], start + step < len(body)
        await send({"type": "http.response.body", "body": piece, "more_body": more})


class Served:
    """A server on the protocol, with its clock."""

    def __init__(self, most: int) -> None:
        self.now = 1_000.0
        self.connections = Connections(most, lambda: self.now)
        self.port = 0

    def pass_time(self, seconds: float) -> None:
        """Let a time pass second by second, each of them seen by the server."""
        for _ in range(int(seconds)):
            self.now += 1
            time.sleep(0.01)

    @contextmanager
    def running(self) -> Iterator[Served]:
        config = uvicorn.Config(
            app,
            http=partial(GuardedProtocol, self.connections, None),
            h11_max_incomplete_event_size=MAX_HEAD,
            lifespan="off",
            log_config=None,
            timeout_graceful_shutdown=1,
        )
        server = uvicorn.Server(config)
        with socket.create_server(("127.0.0.1", 0)) as listening:
            self.port = listening.getsockname()[1]
            thread = threading.Thread(target=server.run, args=([listening],))
            thread.start()
            while not server.started:
                time.sleep(0.005)
            try:
                yield self
            finally:
                server.should_exit = True
                thread.join()

    def get(self, path: bytes = b"/") -> int | None:
        with connect(self.port) as connection:
            connection.sendall(GET % path)
            return status_of(connection.recv(1_000))


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    monkeypatch.setattr(module, "CHECK_SECONDS", 0.002)
    with Served(most=3).running() as served:
        yield served


@pytest.fixture(autouse=True)
def _nothing_said() -> None:
    for seldom in module.log.filters:
        seldom._passed.clear()


class TestTime:
    def test_an_answer_that_nobody_takes_is_given_up(self, served: Served) -> None:
        with connect(served.port) as connection:
            connection.sendall(GET % b"/long")
            assert connection.recv(100).startswith(b"HTTP/1.1 200")
            served.pass_time(STALL_SECONDS - 5)
            assert len(served.connections._open) == 1, "it may stand still for a while"
            served.pass_time(10)
            eventually(lambda: not served.connections._open)
            assert len(answer_of(connection)) < LONG

    @pytest.mark.parametrize("path", [b"/long", b"/stream"])
    def test_an_answer_that_is_taken_slowly_arrives_whole(
        self, served: Served, path: bytes
    ) -> None:
        with connect(served.port) as connection:
            connection.sendall(GET % path)
            received = 0
            while received < LONG:
                received += len(connection.recv(1_000_000))
                served.pass_time(5)
            assert served.now > 1_000 + 3 * STALL_SECONDS

    def test_the_rest_of_a_body_that_nobody_reads_is_waited_for_a_while(
        self, served: Served
    ) -> None:
        post = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n" + b"\n" * 500
        with connect(served.port) as connection:
            connection.sendall(post)
            assert status_of(connection.recv(1_000)) == 200
            for _ in range(int(HEAD_SECONDS) + 5):
                with suppress(OSError):
                    connection.sendall(b"\n")
                served.pass_time(1)
            assert answer_of(connection) == b"", "ended, with no second answer"

    def test_a_second_request_may_wait_for_the_first_and_has_its_own_time(
        self, served: Served
    ) -> None:
        with connect(served.port) as connection:
            connection.sendall(GET % b"/" + b"GET / HT")
            assert status_of(connection.recv(1_000)) == 200
            served.pass_time(HEAD_SECONDS - 3)
            connection.sendall(b"TP/1.1\r\nHost: a\r\n\r\n")
            assert status_of(connection.recv(1_000)) == 200
            connection.sendall(b"GET / HT")
            served.pass_time(HEAD_SECONDS + 3)
            assert status_of(answer_of(connection)) == 408

    def test_a_body_that_is_read_has_the_time_that_the_application_gives(
        self, served: Served
    ) -> None:
        with connect(served.port) as connection:
            connection.sendall(b"POST /read HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n")
            served.pass_time(60)
            connection.sendall(bytes(1_000))
            assert status_of(connection.recv(1_000)) == 200


class TestLines:
    """More lines than any client sends are refused before they are parsed."""

    FIELDS = b"a:\r\n" * 15_000
    """45 kB, so that the maximum of bytes is not reached."""

    @pytest.mark.parametrize(
        "request_",
        [
            b"GET / HTTP/1.1\r\nHost: a\r\n%b\r\n" % FIELDS,
            b"GET / HTTP/1.1\r\nHost: a\r\n%b" % FIELDS,
            b"POST /read HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n%b\r\n"
            % FIELDS,
        ],
        ids=["headers", "headers without an end", "trailers"],
    )
    def test_first_and_behind_another_request(self, served: Served, request_: bytes) -> None:
        with connect(served.port) as connection:
            connection.sendall(request_)
            assert status_of(answer_of(connection)) == 431
        with connect(served.port) as connection:
            connection.sendall(GET % b"/" + request_)
            first, second = answer_of(connection).split(b"HTTP/1.1 ")[1:]
            assert first.startswith(b"200 ")
            assert second.startswith(b"431 ")
            assert b"more than 128 header fields" in second

    def test_as_many_as_are_allowed_are_read(self, served: Served) -> None:
        request = b"GET / HTTP/1.1\r\nHost: a\r\n%b\r\n" % (b"a: b\r\n" * (MAX_FIELDS - 1))
        with connect(served.port) as connection:
            connection.sendall(request + request + request.replace(b"Host", b"b: b\r\nHost"))
            assert answer_of(connection).count(b"HTTP/1.1 200") == 2


class TestRoom:
    def test_the_one_that_waits_longest_makes_room(
        self, served: Served, caplog: pytest.LogCaptureFixture
    ) -> None:
        with connect(served.port) as first, connect(served.port) as second:
            for connection in (first, second):
                connection.sendall(GET % b"/")
                assert status_of(connection.recv(1_000)) == 200
            for connection in (connect(served.port), connect(served.port)):
                connection.sendall(GET % b"/")
                assert status_of(connection.recv(1_000)) == 200
                connection.close()
            assert answer_of(first) == b"", "closed"
            second.sendall(GET % b"/")
            assert status_of(second.recv(1_000)) == 200
        warnings = [r for r in caplog.records if r.name == module.log.name]
        assert len(warnings) == 1
        assert "3 connections are open" in warnings[0].message

    def test_a_body_that_stands_still_does(self, served: Served) -> None:
        bodies = [connect(served.port) for _ in range(3)]
        for count, body in enumerate(bodies, 1):
            body.sendall(b"POST /read HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\na")
            eventually(lambda count=count: len(served.connections._receiving) == count)
        served.pass_time(2)
        bodies[0].sendall(b"b")
        eventually(lambda: max(served.connections._silent.values()) == served.now)

        assert served.get() == 200
        assert answer_of(bodies[1]) == b"", "the one that is silent longest"
        bodies[1].close()
        for body, rest in ((bodies[0], b"c"), (bodies[2], b"bc")):
            body.sendall(rest)
            assert status_of(body.recv(1_000)) == 200
            body.close()

    def test_a_new_one_whose_request_has_not_arrived_goes_last(self, served: Served) -> None:
        bodies = [connect(served.port) for _ in range(3)]
        for body in bodies:
            body.sendall(b"POST /read HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\na")
        eventually(lambda: len(served.connections._receiving) == 3)
        served.pass_time(2)

        with connect(served.port) as new:
            eventually(lambda: served.now in served.connections._silent.values())
            assert served.get() == 200
            new.sendall(GET % b"/")
            assert status_of(new.recv(1_000)) == 200
        for body in bodies:
            body.close()

    def test_one_that_is_being_served_never_does(self, served: Served) -> None:
        bodies = [connect(served.port) for _ in range(2)]
        for body in bodies:
            body.sendall(b"POST /read HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\na")
        download = connect(served.port)
        download.sendall(GET % b"/long")
        assert download.recv(100).startswith(b"HTTP/1.1 200")

        with connect(served.port) as refused:
            answer = answer_of(refused)
        assert status_of(answer) == 503
        assert b'"code": "service_unavailable"' in answer
        assert b"retry-after: 5" in answer

        for body in bodies:
            body.sendall(b"b")
            assert status_of(body.recv(1_000)) == 200
            body.close()
        received = 0
        while received < LONG - 100:
            received += len(download.recv(1_000_000))
        download.close()
        assert served.get() == 200

    @pytest.mark.parametrize(
        ("limit", "most"),
        [(256, 128), (1_024, 768), (65_536, MAX_CONNECTIONS), (resource.RLIM_INFINITY, 4_096)],
    )
    def test_there_may_be_as_many_as_descriptors_allow(
        self, limit: int, most: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(resource, "getrlimit", lambda _: (limit, limit))

        assert connection_cap() == most


def eventually(check: Callable[[], bool]) -> None:
    """Wait, within a generous time, until a check holds."""
    for _ in range(6_000):
        if check():
            return
        time.sleep(0.01)
    pytest.fail("never happened")


def test_a_line_of_a_seldom_logger_comes_once_a_minute(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    from expunge import logs

    now = [0.0]
    monkeypatch.setattr(logs.time, "monotonic", lambda: now[0])
    log = logging.getLogger("tests.seldom")
    log.addFilter(logs.RepeatFilter())
    for second in range(0, 121, 10):
        now[0] = float(second)
        log.warning("%d are open", second)
        log.error("of an error each is told")

    assert [r.message for r in caplog.records if r.levelno == logging.WARNING] == [
        "0 are open",
        "60 are open",
        "120 are open",
    ]
    assert len([r for r in caplog.records if r.levelno == logging.ERROR]) == 13
