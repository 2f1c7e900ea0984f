"""HTTP/1.1 by h11, which takes no more chunks than a body has reason to come in.

A chunk of one byte takes six on the wire, and as much work as one of 64 kB: bodies of nothing
else would keep a server process busy with its event loop standing still.
"""

from __future__ import annotations

from typing import Any

import h11

from expunge.embedded.pieces import PieceBuffer
from expunge.net.h11_lines import use_linear_patterns

use_linear_patterns()

FREE_CHUNKS = 1_000
"""Of a body, whatever their size: of forms and documents that are written piece by piece."""
MIN_CHUNK = 1_000
"""Bytes that each further chunk has on average; clients send 4 to 64 kB in one."""


class TooManyChunks(h11.RemoteProtocolError):
    """A body comes in more chunks than its size gives reason for."""


class ChunkCountingConnection(h11.Connection):
    """Raises `TooManyChunks` in the place of an event."""

    _chunks = 0
    _bytes = 0

    def __init__(self, *arguments: Any) -> None:  # noqa: ANN401 (as in h11)
        super().__init__(*arguments)
        self._receive_buffer = PieceBuffer()

    def next_event(self) -> Any:  # noqa: ANN401 (as in h11)
        event = super().next_event()
        if isinstance(event, h11.Request):
            self._chunks = self._bytes = 0
        elif isinstance(event, h11.Data):
            self._chunks += event.chunk_start
            self._bytes += len(event.data)
            if self._chunks > FREE_CHUNKS + self._bytes // MIN_CHUNK:
                raise TooManyChunks(
                    f"The body has {self._chunks:,} chunks for {self._bytes:,} bytes. Send chunks "
                    f"of at least {MIN_CHUNK:,} bytes."
                )
        return event
