"""Clients that no library would be: slow, endless, idle, many."""

from __future__ import annotations

import socket
import time
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

HOST = b"Host: localhost\r\n"
BOUNDARY = b"edges"


def connect(port: int, patience: float = 30.0) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=patience)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def answer_of(connection: socket.socket) -> bytes:
    """What still comes until the server ends the connection; empty for nothing."""
    received = b""
    with suppress(OSError):
        while piece := connection.recv(65_536):
            received += piece
    return received


def status_of(answer: bytes) -> int | None:
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else None


def ask(port: int, request: bytes) -> bytes:
    with connect(port) as connection:
        connection.sendall(request)
        return answer_of(connection)


def flood(port: int, data: bytes) -> bytes:
    """Send it all, though the server may have answered and hung up before."""
    with connect(port) as connection:
        with suppress(OSError):
            connection.sendall(data)
        return answer_of(connection)


def form(image: bytes) -> bytes:
    """A whole request for a metadata job, which ends its connection."""
    body = (
        b'--%b\r\nContent-Disposition: form-data; name="mode"\r\n\r\nmetadata\r\n'
        b'--%b\r\nContent-Disposition: form-data; name="image"; filename="a.jpg"\r\n'
        b"Content-Type: image/jpeg\r\n\r\n" % (BOUNDARY, BOUNDARY)
    )
    body += image + b"\r\n--%b--\r\n" % BOUNDARY
    head = (
        b"POST /api/v1/jobs HTTP/1.1\r\n%bConnection: close\r\nContent-Length: %d\r\n"
        b"Content-Type: multipart/form-data; boundary=%b\r\n\r\n" % (HOST, len(body), BOUNDARY)
    )
    return head + body


def dripped(
    port: int, request: bytes, at_once: int, pieces: int, pause: float
) -> tuple[bytes, float]:
    """Send the first bytes at once, the rest piece by piece; the answer, and after how long."""
    began = time.monotonic()
    with connect(port, patience=0.01) as connection:
        connection.sendall(request[:at_once])
        step = max((len(request) - at_once) // pieces, 1)
        for start in range(at_once, len(request), step):
            if _has_ended(connection):
                break
            with suppress(OSError):
                connection.sendall(request[start : start + step])
            time.sleep(pause)
        connection.settimeout(30)
        return answer_of(connection), time.monotonic() - began


def _has_ended(connection: socket.socket) -> bool:
    """Whether there is an answer to be read, or an end."""
    try:
        connection.recv(1, socket.MSG_PEEK)
    except TimeoutError:
        return False
    except OSError:
        return True
    return True


@contextmanager
def idle(port: int, count: int) -> Iterator[list[socket.socket]]:
    """So many connections that say nothing."""
    with ExitStack() as opened:
        yield [opened.enter_context(connect(port)) for _ in range(count)]
