"""The connections of one server process, with a maximum; idle ones close for new ones.

Each connection uses a file descriptor. Without a maximum, idle connections could use them all.
Then the server could neither accept a caller nor open a file.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import time
from typing import TYPE_CHECKING, Protocol

from expunge.logs import RepeatFilter

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)
log.addFilter(RepeatFilter())

CHECK_SECONDS = 1.0
"""Interval between checks of each connection's time limits."""
STILL_SECONDS = 1.0
"""Silence of a body after which its connection may be closed for a new one."""
MAX_CONNECTIONS = 4_096
_RESERVE = 256
"""Descriptors for files, databases, workers, webhooks and fetches."""


class Connection(Protocol):
    """The interface of a connection for `Connections`."""

    def look(self, now: float) -> None:
        """Close the connection if its time limit has passed; ``now`` is monotonic."""

    def make_room(self) -> bool:
        """Close the connection, unless part of an answer is still to be sent."""


class Connections:
    """The connections of one process, and which of them are idle.

    Parameters
    ----------
    most
        Maximum number of connections; by default what the process's descriptors allow
        (`connection_cap`).
    clock
        Monotonic seconds.
    """

    def __init__(
        self, most: int | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.most = connection_cap() if most is None else most
        self.clock = clock
        self._open: set[Connection] = set()
        self._silent: dict[Connection, float] = {}  # since when; the longest silent comes first
        self._receiving: set[Connection] = set()
        self._timer: asyncio.TimerHandle | None = None

    def admit(self, connection: Connection) -> bool:
        """Accept a new connection; ``False`` if the maximum is reached and none can be closed."""
        self._open.add(connection)
        if self._timer is None:
            self._look_later()
        if len(self._open) <= self.most:
            return True
        log.warning(
            "%d connections are open, the most that the limit of file descriptors allows "
            "(ulimit -n): each new one closes the longest idle one",
            self.most,
        )
        for silent in self._replaceable():
            if silent.make_room():
                self.leave(silent)
                return True
        log.warning("no connection is idle: new ones are refused with 503")
        return False

    def waits(self, connection: Connection) -> None:
        """Mark the connection as idle."""
        self.serves(connection)
        if connection in self._open:
            self._silent[connection] = self.clock()

    def receives(self, connection: Connection) -> None:
        """Note that part of a request's body has arrived, and more is to come."""
        self.waits(connection)
        if connection in self._open:
            self._receiving.add(connection)

    def serves(self, connection: Connection) -> None:
        """Mark the connection as busy: all headers of a request have arrived."""
        self._silent.pop(connection, None)
        self._receiving.discard(connection)

    def leave(self, connection: Connection) -> None:
        """Forget a connection that is closed or about to close."""
        self._open.discard(connection)
        self.serves(connection)

    def _replaceable(self) -> list[Connection]:
        """Idle connections, and those whose body stands still; the longest silent come first.

        A new connection is idle until its request arrives. It is therefore the last to go.
        """
        latest = self.clock() - STILL_SECONDS
        return [
            one
            for one, since in self._silent.items()
            if since <= latest or one not in self._receiving
        ]

    def _look_later(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(CHECK_SECONDS, self._look)

    def _look(self) -> None:
        self._timer = None
        if self._open:
            self._look_later()
        now = self.clock()
        for connection in list(self._open):
            connection.look(now)


def connection_cap() -> int:
    """The number of connections that this process's file descriptor limit allows."""
    if sys.platform == "win32":
        return MAX_CONNECTIONS
    import resource  # noqa: PLC0415  (not everywhere)

    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if limit == resource.RLIM_INFINITY:
        return MAX_CONNECTIONS
    return min(limit - min(_RESERVE, limit // 2), MAX_CONNECTIONS)
