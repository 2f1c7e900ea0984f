"""A connection hands out the same events whatever pieces the bytes come in, and copies none."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import h11
from h11._receivebuffer import ReceiveBuffer
from hypothesis import given
from hypothesis import strategies as st

from expunge.embedded.chunks import ChunkCountingConnection

LENGTH = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n%b"
CHUNKS = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n"
ANSWER = h11.Response(status_code=200, headers=[(b"content-length", b"0")])


def events(connection: h11.Connection, pieces: list[bytes]) -> list[Any]:
    """Events without how bodies were cut, and what is left unread."""
    found: list[Any] = []
    for piece in pieces:
        connection.receive_data(piece)
        while (event := connection.next_event()) is not h11.NEED_DATA:
            if isinstance(event, h11.Data):
                before = found.pop() if isinstance(found[-1], bytes) else b""
                found.append(before + event.data)
            else:
                found.append(event)
            if isinstance(event, h11.EndOfMessage):
                connection.send(ANSWER)
                connection.send(h11.EndOfMessage())
                connection.start_next_cycle()
    return [*found, connection.trailing_data]


def cut(data: bytes, places: list[int]) -> list[bytes]:
    edges = sorted({0, len(data), *(place % (len(data) + 1) for place in places)})
    return [data[start:end] for start, end in pairwise(edges)]


@given(
    bodies=st.lists(st.tuples(st.booleans(), st.binary(min_size=1)), min_size=1, max_size=3),
    places=st.lists(st.integers(0, 2_000)),
    rest=st.sampled_from([b"", b"PO", b"POST / HTTP/1.1\r\nHo"]),
)
def test_pieces_make_no_difference(
    bodies: list[tuple[bool, bytes]], places: list[int], rest: bytes
) -> None:
    sent = b"".join((CHUNKS if chunked else LENGTH) % (len(b), b) for chunked, b in bodies) + rest
    plain = h11.Connection(h11.SERVER)
    assert isinstance(plain._receive_buffer, ReceiveBuffer), "h11 has another buffer now"

    expected = events(plain, [sent])
    assert events(ChunkCountingConnection(h11.SERVER), cut(sent, places)) == expected


def test_a_piece_of_a_body_is_not_copied() -> None:
    connection = ChunkCountingConnection(h11.SERVER)
    connection.receive_data(LENGTH % (20_000, b""))
    assert isinstance(connection.next_event(), h11.Request)
    for piece in (bytes(10_000), bytes(10_000)):
        assert connection.next_event() is h11.NEED_DATA
        connection.receive_data(piece)
        event = connection.next_event()
        assert isinstance(event, h11.Data)
        assert event.data is piece
    assert isinstance(connection.next_event(), h11.EndOfMessage)
