"""HTTP/1.1 in the embedded server: uvicorn's protocol on h11, with limits.

It adds limits for which uvicorn has no setting: time for headers, for bodies that the application
no longer reads, and for answers that the client does not read. It also counts chunks (`chunks`)
and connections (`Connections`), and answers parser errors with problems. The minimum rate of a
body is checked in ``web/middleware/request_limits.py``.
"""

from __future__ import annotations

import math
import select
import sys
from typing import TYPE_CHECKING, Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from expunge.embedded.chunks import ChunkCountingConnection, TooManyChunks
from expunge.embedded.pieces import TooManyFields
from expunge.embedded.refusals import refusal

if TYPE_CHECKING:
    import asyncio

    from expunge.embedded.connections import Connections

HEAD_SECONDS = 10.0
"""Time for a request's headers, from the connection's start or their first byte."""
MAX_HEAD = 65_536
"""Maximum bytes of the headers."""
KEEP_ALIVE_SECONDS = 15
"""That a connection may wait for its next request."""
STALL_SECONDS = 30.0
"""The longest pause of an answer; every ``MIN_BYTES_PER_SECOND`` bytes read add a second."""
MIN_BYTES_PER_SECOND = 1_000
_LINGER_SECONDS = 2.0
"""Time for the client to read a refusal, while the rest of its request is dropped."""


class GuardedProtocol(H11Protocol):
    """One connection in ``connections``.

    Links in refusals start with ``public_url``, or without one with the URL that the caller used.
    """

    def __init__(
        self,
        connections: Connections,
        public_url: str | None,
        **uvicorn: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(**uvicorn)
        self.conn = ChunkCountingConnection(h11.SERVER, MAX_HEAD)
        self._connections = connections
        self._public_url = public_url
        self._deadline = math.inf
        self._refused = False
        self._unsent, self._unsent_until = 0, math.inf

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if self._connections.admit(self):
            self._connections.waits(self)
            self._deadline = self._connections.clock() + HEAD_SECONDS
        else:
            self._refuse("service_unavailable", "Too many connections are open. Try again soon.")
            transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self._connections.leave(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._refused:
            return
        idle = self._waits and self.conn.their_state is h11.IDLE
        if idle and self._deadline == math.inf:
            self._deadline = self._connections.clock() + HEAD_SECONDS
        super().data_received(data)

    def handle_events(self) -> None:
        super().handle_events()
        if not self._waits and not self._refused:
            if self.conn.their_state is h11.SEND_BODY:
                self._connections.receives(self)
            else:
                self._connections.serves(self)
            self._deadline = math.inf

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self._waits:
            self._connections.waits(self)
            # Part of the next request, or the rest of a body that is no longer read.
            begun = self.conn.trailing_data[0] or self.conn.their_state is h11.SEND_BODY
            self._deadline = self._connections.clock() + HEAD_SECONDS if begun else math.inf

    def send_400_response(self, msg: str) -> None:
        """Called by uvicorn while it handles an error of h11."""
        error = sys.exc_info()[1]
        if isinstance(error, h11.RemoteProtocolError) and error.error_status_hint == 431:
            detail = f"The headers have more than {MAX_HEAD:,} bytes."
            self._refuse("headers_too_large", detail)
        elif isinstance(error, TooManyFields):
            self._refuse("headers_too_large", str(error))
        elif isinstance(error, TooManyChunks):
            self._refuse("invalid_request", str(error))
        else:
            self._refuse("invalid_request", f"The request is not HTTP/1.1: {error or msg}.")

    def _should_upgrade(self) -> bool:
        """Ignore requests to upgrade: there is no other protocol (RFC 9110 §7.8)."""
        return False

    def resume_writing(self) -> None:
        """The client has read enough of the answer to continue writing."""
        self._unsent = 0
        super().resume_writing()

    def shutdown(self) -> None:
        if self._refused:
            self.transport.close()
        else:
            super().shutdown()

    def look(self, now: float) -> None:
        """Close the connection if a time limit has passed."""
        if self._is_stalled(now):
            self.transport.abort()
        elif now >= self._deadline:
            begun = self._waits and bool(self.conn.trailing_data[0])
            if begun and not self._refused:
                seconds = f"{HEAD_SECONDS:.0f} seconds"
                self._refuse("request_timeout", f"The headers took longer than {seconds}.")
            else:
                self.transport.close()

    def make_room(self) -> bool:
        """Close the connection, unless a request or part of an answer is still on its way."""
        if self.transport.get_write_buffer_size() > 0 and not self._refused:
            return False
        if self._waits and self._has_unread():
            return False
        self.transport.abort()
        return True

    def _has_unread(self) -> bool:
        """Whether bytes have arrived that the event loop has not read yet.

        In a burst of new connections, a client that just sent its request is the longest idle.
        """
        if sys.platform == "win32":  # no poll
            return False
        poll = select.poll()
        poll.register(self.transport.get_extra_info("socket").fileno(), select.POLLIN)
        return bool(poll.poll(0))

    @property
    def _waits(self) -> bool:
        """Whether the connection is idle."""
        return self.cycle is None or self.cycle.response_complete  # type: ignore[redundant-expr]

    def _is_stalled(self, now: float) -> bool:
        """Whether the client reads an answer too slowly; unread data occupies memory."""
        size = self.transport.get_write_buffer_size()
        if size == 0 or self._unsent == 0:
            self._unsent_until = now + STALL_SECONDS
        elif size < self._unsent:
            bought = (self._unsent - size) / MIN_BYTES_PER_SECOND
            self._unsent_until = min(self._unsent_until + bought, now + STALL_SECONDS)
        self._unsent = size
        return now >= self._unsent_until

    def _refuse(self, code: str, detail: str) -> None:
        """Answer instead of the application, and read no more from this connection."""
        self._refused = True
        if not self._waits:
            if self.cycle.response_started:
                self.transport.abort()  # a refusal cannot start in the middle of an answer
                return
            self.cycle.disconnected = (
                True  # drop the application's answer, which would be a second one
            )
            self.cycle.message_event.set()
        self.transport.write(refusal(code, detail, self._base_url))
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self._deadline = self._connections.clock() + _LINGER_SECONDS

    @property
    def _base_url(self) -> str:
        if self._public_url is not None or self.server is None:
            return self._public_url or ""
        host, port = self.server
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
