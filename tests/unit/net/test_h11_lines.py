"""h11 reads lines with our patterns, which match what its own ones match, in linear time."""

from __future__ import annotations

import re

import h11
import pytest
from h11 import _abnf, _readers
from hypothesis import given
from hypothesis import strategies as st

from expunge.embedded.chunks import ChunkCountingConnection
from expunge.net import transport
from expunge.net.h11_lines import CHUNK_HEADER, HEADER_FIELD
from tests.hangs import no_hang

SERVER = b"POST / HTTP/1.1\r\nHost: a\r\n%b\r\n\r\n"
CLIENT = b"HTTP/1.1 200 OK\r\n%b\r\n\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n%b"
BLANKS = b"\t " * 150_000
"""Minutes for a pattern of quadratic time."""


@pytest.mark.parametrize(
    ("ours", "theirs", "alphabet"),
    [
        (HEADER_FIELD, _abnf.header_field, b"a:: \t\x00\r\n\x0b\xff"),
        (CHUNK_HEADER, _abnf.chunk_header, b"0fF; \t\r\n\x00x"),
    ],
)
def test_the_same_lines_match(ours: re.Pattern[bytes], theirs: str, alphabet: bytes) -> None:
    pattern = re.compile(theirs.encode())

    @given(st.lists(st.sampled_from([bytes([c]) for c in alphabet] + [b"\r\n"])).map(b"".join))
    def same(line: bytes) -> None:
        for text in (line, b"a:" + line, b"1;" + line + b"\r\n", b"1" + line + b"\r\n"):
            mine, own = ours.fullmatch(text), pattern.fullmatch(text)
            assert (mine is None) == (own is None)
            for name in ("field_name", "field_value", "chunk_size"):
                if mine and own and name in pattern.groupindex:
                    assert mine[name] == own[name]

    same()


@pytest.mark.parametrize("end", [b"\0", b"\r", b"\x0b", b"x\0", b"\0x"])
def test_blanks_take_no_long_time(end: bytes) -> None:
    assert transport.Transport
    assert _readers.header_field_re is HEADER_FIELD
    assert _readers.chunk_header_re is CHUNK_HEADER
    sent = [
        (ChunkCountingConnection(h11.SERVER), SERVER % (b"a:" + BLANKS + end)),
        (ChunkCountingConnection(h11.SERVER), SERVER % CHUNKED % (b"0\r\na:" + BLANKS + end)),
        (ChunkCountingConnection(h11.SERVER), SERVER % CHUNKED % (b"1;" + BLANKS + b"\n\r\n")),
        (_asked(), CLIENT % (b"a:" + BLANKS + end)),
    ]
    for connection, data in sent:
        connection.receive_data(data + b"\r\n\r\n")
        with no_hang(), pytest.raises(h11.RemoteProtocolError, match="illegal"):
            _read(connection)


def _read(connection: h11.Connection) -> None:
    while connection.next_event() is not h11.NEED_DATA:
        continue


def _asked() -> h11.Connection:
    connection = h11.Connection(h11.CLIENT)
    connection.send(h11.Request(method="GET", target="/", headers=[("host", "a")]))
    connection.send(h11.EndOfMessage())
    return connection
