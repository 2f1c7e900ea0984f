"""A body may come in pieces, but not in crumbs."""

from __future__ import annotations

import h11
import pytest
from hypothesis import given
from hypothesis import strategies as st

from expunge.embedded.chunks import (
    FREE_CHUNKS,
    MIN_CHUNK,
    ChunkCountingConnection,
    TooManyChunks,
)

HEAD = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"


def _body(connection: ChunkCountingConnection, *sizes: int) -> int:
    """Send chunks of these sizes and the end; how many bytes of body came out."""
    chunks = b"".join(b"%x\r\n%b\r\n" % (size, bytes(size)) for size in sizes)
    connection.receive_data(HEAD + chunks + b"0\r\n\r\n")
    assert isinstance(connection.next_event(), h11.Request)
    length = 0
    while isinstance(event := connection.next_event(), h11.Data):
        length += len(event.data)
    assert isinstance(event, h11.EndOfMessage)
    return length


@given(size=st.integers(MIN_CHUNK, 5_000), count=st.integers(1, 1_500))
def test_chunks_of_some_size_come_without_end(size: int, count: int) -> None:
    assert _body(ChunkCountingConnection(h11.SERVER), *[size] * count) == size * count


def test_each_request_has_its_own_count() -> None:
    connection = ChunkCountingConnection(h11.SERVER)
    for _ in range(3):
        assert _body(connection, *[1] * FREE_CHUNKS) == FREE_CHUNKS
        connection.send(h11.Response(status_code=200, headers=[(b"content-length", b"0")]))
        connection.send(h11.EndOfMessage())
        connection.start_next_cycle()


@given(size=st.integers(1, 500))
def test_crumbs_are_refused(size: int) -> None:
    with pytest.raises(TooManyChunks, match="chunks"):
        _body(ChunkCountingConnection(h11.SERVER), *[size] * 4 * FREE_CHUNKS)


def test_a_body_of_known_length_has_no_chunks() -> None:
    connection = ChunkCountingConnection(h11.SERVER)
    connection.receive_data(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\n\r\n")
    assert isinstance(connection.next_event(), h11.Request)
    for _ in range(5_000):
        connection.receive_data(b"a")
        assert isinstance(connection.next_event(), h11.Data)
