"""All connections of one server process: how many there may be, and which make room for others.

A connection costs a file descriptor. Without a cap, idle ones take them all, and
then neither a new caller nor a file can be opened.
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

LOOK_SECONDS = 1.0
"""How often each connection is asked whether its time is up."""
STILL_SECONDS = 1.0
"""Of a body's silence, after which its connection makes room where there is none."""
MAX_CONNECTIONS = 4_096
_RESERVE = 256
"""Descriptors for files, databases, workers, webhooks and fetches."""


class Connection(Protocol):
    """What `Connections` asks of one."""

    def look(self, now: float) -> None:
        """End the connection, if its time is up; ``now`` is monotonic."""

    def make_room(self) -> bool:
        """End the connection, unless it still has something to say."""


class Connections:
    """The connections of one process, and those that wait for a request or for more of a body.

    For a new one at the cap, the first that goes is the one that waits longest for a request;
    after those, the one whose body has stood still longest.

    Parameters
    ----------
    most
        How many there may be at once; by default as many as the descriptors of this process
        allow (`connection_cap`).
    clock
        Monotonic seconds.
    """

    def __init__(
        self, most: int | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.most = connection_cap() if most is None else most
        self.clock = clock
        self._open: set[Connection] = set()
        self._waiting: dict[Connection, None] = {}  # the one that waits longest comes first
        self._receiving: dict[Connection, float] = {}  # the one that is silent longest comes first
        self._timer: asyncio.TimerHandle | None = None

    def admit(self, connection: Connection) -> bool:
        """Take in a new connection; ``False`` where there is no room, nor any to be made."""
        self._open.add(connection)
        if self._timer is None:
            self._look_later()
        if len(self._open) <= self.most:
            return True
        log.warning(
            "%d connections are open, as many as the limit of file descriptors allows "
            "(ulimit -n): the one that waits longest is closed for each new one",
            self.most,
        )
        for waiting in (*self._waiting, *self._still()):
            if waiting.make_room():
                self.leave(waiting)
                return True
        log.warning("no connection waits for its client: new ones are refused with 503")
        return False

    def waits(self, connection: Connection) -> None:
        """No request is being served on the connection, from now on."""
        self.serves(connection)
        if connection in self._open:
            self._waiting[connection] = None

    def receives(self, connection: Connection) -> None:
        """Some of a request's body has come, and not the last of it."""
        self.serves(connection)
        if connection in self._open:
            self._receiving[connection] = self.clock()

    def serves(self, connection: Connection) -> None:
        """A request has come whole: the connection has work."""
        self._waiting.pop(connection, None)
        self._receiving.pop(connection, None)

    def leave(self, connection: Connection) -> None:
        """The connection is gone, or as good as gone."""
        self._open.discard(connection)
        self.serves(connection)

    def _still(self) -> list[Connection]:
        """Connections whose body stands still, the longest first."""
        latest = self.clock() - STILL_SECONDS
        return [one for one, when in self._receiving.items() if when <= latest]

    def _look_later(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(LOOK_SECONDS, self._look)

    def _look(self) -> None:
        self._timer = None
        if self._open:
            self._look_later()
        now = self.clock()
        for connection in list(self._open):
            connection.look(now)


def connection_cap() -> int:
    """What this process's limit of file descriptors leaves for connections."""
    if sys.platform == "win32":
        return MAX_CONNECTIONS
    import resource  # noqa: PLC0415  (not everywhere)

    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if limit == resource.RLIM_INFINITY:
        return MAX_CONNECTIONS
    return min(limit - min(_RESERVE, limit // 2), MAX_CONNECTIONS)
