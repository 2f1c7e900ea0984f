"""A web server that does what a test says, and keeps what it was asked."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from tests.websites.authority import authority

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator

    Behaviour = Callable[["Asked"], Iterator[bytes]]


@dataclass
class Asked:
    """One request as it came."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes = b""
    server_name: str | None = None
    """From TLS."""

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]


def says(
    body: bytes = b"", status: str = "200 OK", *, length: int | None = None, **headers: str
) -> Behaviour:
    """An ordinary answer; ``length`` is what Content-Length claims instead of the truth."""
    lines = [f"HTTP/1.1 {status}", f"content-length: {len(body) if length is None else length}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    head = "\r\n".join([*lines, "connection: close", "", ""]).encode()

    def answer(asked: Asked) -> Iterator[bytes]:
        yield head
        if asked.method != "HEAD":
            yield body

    return answer


def redirects(location: str, status: str = "302 Found") -> Behaviour:
    return says(status=status, location=location)


def drips(head: bytes, drop: bytes, every: float, drops: int = 10_000) -> Behaviour:
    """Begins well, and then says a little, now and then."""

    def answer(asked: Asked) -> Iterator[bytes]:
        yield head
        for _ in range(drops):
            time.sleep(every)
            yield drop

    return answer


def hangs(seconds: float) -> Behaviour:
    def answer(asked: Asked) -> Iterator[bytes]:
        time.sleep(seconds)
        yield b""

    return answer


@dataclass
class Site:
    """Serves ``pages`` by path, over TLS for ``names``, or in clear where there are none."""

    pages: dict[str, Behaviour] = field(default_factory=dict)
    names: tuple[str, ...] = ("pictures.example",)
    asked: list[Asked] = field(default_factory=list)
    greeting: bytes | None = None
    """Said instead of TLS, to whoever connects."""
    port: int = 0

    def __enter__(self) -> Self:
        self._names: dict[int, str | None] = {}
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self._tls = self._context() if self.names else None
        self._open: set[socket.socket] = set()
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits in accept
        self._listening.close()
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._thread.join(5)

    @property
    def endpoint(self) -> tuple[str, int]:
        return ("127.0.0.1", self.port)

    def url(self, path: str = "/", name: str | None = None) -> str:
        scheme = "https" if self.names else "http"
        host = name or (self.names[0] if self.names else "plain.example")
        return f"{scheme}://{host}:{self.port}{path}"

    def hits(self, path: str) -> int:
        return sum(asked.path == path for asked in self.asked)

    def _context(self) -> ssl.SSLContext:
        context = authority().server(*self.names)
        context.sni_callback = self._note_name
        return context

    def _note_name(self, connection: ssl.SSLObject, name: str | None, _: object) -> None:
        self._names[threading.get_ident()] = name

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        self._open.add(connection)
        with contextlib.suppress(OSError, ValueError):
            if self.greeting is not None:
                connection.sendall(self.greeting)
            elif self._tls is not None:
                self._open.discard(connection)
                connection = self._tls.wrap_socket(connection, server_side=True)
                self._open.add(connection)
            self._answer(connection)
        self._open.discard(connection)
        connection.close()

    def _answer(self, connection: socket.socket) -> None:
        with connection.makefile("rb") as file:
            method, target, _ = file.readline().decode().split(" ")
            headers = {}
            while line := file.readline().strip():
                name, _, value = line.decode().partition(":")
                headers[name.lower()] = value.strip()
            body = file.read(int(headers.get("content-length", 0)))
            asked = Asked(method, target, headers, body, self._names.get(threading.get_ident()))
            self.asked.append(asked)
            page = self.pages.get(asked.path, says(b"nothing here", "404 Not Found"))
            for piece in page(asked):
                connection.sendall(piece)
