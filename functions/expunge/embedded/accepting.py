"""Accepts a few connections in each turn of the event loop.

Web processes share one listening socket. An event loop would accept all connections that wait,
so of a burst one process gets nearly all, and the other cores stay idle. With a few a turn, a busy
process accepts few, since it has few turns. With one a turn, a health check at the end of a burst
would wait for as many turns, and in each a request starts (`turns`).
"""

from __future__ import annotations

import asyncio
import logging
import sys
from typing import TYPE_CHECKING, Any, cast

import uvicorn

from expunge.logs import RepeatFilter

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Sequence

log = logging.getLogger(__name__)
log.addFilter(RepeatFilter())

AT_ONCE = 8
"""Connections accepted in one turn."""
PAUSE_SECONDS = 0.5
"""Before the next attempt when the process or the system has no descriptor left."""


class SharingServer(uvicorn.Server):
    """A server whose sockets other processes accept from, too."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        if sys.platform == "win32":  # its event loop cannot watch a socket
            await super().startup(sockets)
            return
        await super().startup([])
        acceptors = [Acceptor(listening, self._protocol) for listening in sockets or []]
        self.servers += cast("Sequence[asyncio.Server]", acceptors)

    def _protocol(self) -> asyncio.Protocol:
        protocol: Any = self.config.http_protocol_class
        made: asyncio.Protocol = protocol(
            config=self.config, server_state=self.server_state, app_state={}
        )
        return made


class Acceptor:
    """Accepts from a listening socket until it is closed; like `asyncio.Server` to uvicorn."""

    def __init__(
        self, listening: socket.socket, protocol: Callable[[], asyncio.BaseProtocol]
    ) -> None:
        listening.setblocking(False)
        self._listening = listening
        self._protocol = protocol
        self._loop = asyncio.get_running_loop()
        self._starting: set[asyncio.Task[Any]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._watch()

    def _watch(self) -> None:
        self._loop.add_reader(self._listening, self._accept)

    def _accept(self) -> None:
        for _ in range(AT_ONCE):
            try:
                connection, _ = self._listening.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return  # another process was faster, or the client has gone
            except OSError as error:
                log.warning("cannot accept connections for %g s: %s", PAUSE_SECONDS, error)
                self._loop.remove_reader(self._listening)
                self._timer = self._loop.call_later(PAUSE_SECONDS, self._watch)
                return
            self._start(connection)

    def _start(self, connection: socket.socket) -> None:
        connection.setblocking(False)
        starting = self._loop.create_task(
            cast("Any", self._loop).connect_accepted_socket(self._protocol, connection)
        )
        self._starting.add(starting)
        starting.add_done_callback(self._starting.discard)

    def close(self) -> None:
        """Accept no more."""
        self._loop.remove_reader(self._listening)
        if self._timer is not None:
            self._timer.cancel()

    async def wait_closed(self) -> None:
        """Wait for connections that were being set up."""
        await asyncio.gather(*self._starting, return_exceptions=True)
