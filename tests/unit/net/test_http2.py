"""A source that speaks HTTP/2 and nothing else."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import TYPE_CHECKING

import pytest
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import RequestReceived

from expunge.errors import PayloadTooLarge, SourceUnavailable
from expunge.net.fetcher import Fetcher
from expunge.net.guard import Guard
from tests.websites.authority import authority

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator

NAME = "pictures.example"
PAGES = {
    b"/a.png": (b"200", b"picture" * 1_000),
    b"/moved": (b"302", b""),
    b"/busy": (b"503", b""),
}


def answer(connection: ssl.SSLSocket) -> None:
    """Answer the requests of one connection, which must have agreed on HTTP/2."""
    if connection.selected_alpn_protocol() != "h2":
        return
    http = H2Connection(H2Configuration(client_side=False))
    http.initiate_connection()
    connection.sendall(http.data_to_send())
    while data := connection.recv(65_536):
        for event in http.receive_data(data):
            if isinstance(event, RequestReceived):
                status, body = PAGES[dict(event.headers)[b":path"]]
                fields = [(b":status", status), (b"location", b"/a.png"), (b"retry-after", b"9")]
                http.send_headers(event.stream_id, fields)
                http.send_data(event.stream_id, body, end_stream=True)
        connection.sendall(http.data_to_send())


def serve(listening: socket.socket, tls: ssl.SSLContext) -> None:
    while True:
        try:
            accepted, _ = listening.accept()
        except OSError:
            return
        with contextlib.suppress(OSError), tls.wrap_socket(accepted, server_side=True) as secure:
            answer(secure)


@pytest.fixture
def port() -> Iterator[int]:
    tls = authority().server(NAME)
    tls.set_alpn_protocols(["h2"])
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, args=(listening, tls), daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
    thread.join(60)


@pytest.fixture
def fetcher(port: int) -> Fetcher:
    guard = Guard(lambda *_: ["127.0.0.1"], also_public=[("127.0.0.1", port)])
    return Fetcher(guard, tls=authority().trust)


def test_a_source_that_speaks_only_http_2_is_fetched(fetcher: Fetcher, port: int) -> None:
    for path in ("a.png", "moved"):
        fetched = fetcher.get(f"https://{NAME}:{port}/{path}", limit=10_000)
        assert fetched is not None
        assert fetched.data == b"picture" * 1_000


def test_its_answers_have_the_same_limits_and_meaning(fetcher: Fetcher, port: int) -> None:
    with pytest.raises(PayloadTooLarge):
        fetcher.get(f"https://{NAME}:{port}/a.png", limit=100)
    with pytest.raises(SourceUnavailable) as caught:
        fetcher.get(f"https://{NAME}:{port}/busy", limit=100)
    assert caught.value.retry_after == 9
