"""An HTTP client that takes little of the cores that it shares with the server: no parser."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

_READ = 1 << 16


def request(
    method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
) -> bytes:
    """The bytes of one request, to be sent again and again."""
    fields = {"host": "localhost", "content-length": str(len(body)), **(headers or {})}
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode() + body


class Client:
    """One connection, for answers that have a Content-Length or are chunked."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, sent: bytes) -> None:
        """Send a request and read its answer; raises `RuntimeError` unless that is a 200."""
        self._socket.sendall(sent)
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += self._more()
        head, _, body = answer.partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200 "):
            raise RuntimeError(head.decode("latin-1"))
        _, found, length = head.lower().partition(b"content-length:")
        if found:
            left = int(length.partition(b"\r\n")[0]) - len(body)
            while left > 0:
                left -= len(self._more())
        else:
            while not body.endswith(b"0\r\n\r\n"):
                body += self._more()

    def _more(self) -> bytes:
        got = self._socket.recv(_READ)
        if not got:
            raise RuntimeError("the server has closed the connection")
        return got

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()
