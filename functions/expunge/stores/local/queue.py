"""A queue in SQLite, with visibility timeouts and a dead-letter table.

A received message stays in the table, invisible until its timeout. A worker that finishes in time
acknowledges it; otherwise it becomes visible again.
"""

from __future__ import annotations

import json
import logging
import secrets
import time
from typing import TYPE_CHECKING

from expunge.stores.limits import MAX_DELAY, encode_message
from expunge.stores.ports import Backlog, DeadLetter, QueueDepth, ReceivedMessage

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping

    from expunge.stores.local.database import Database
    from expunge.stores.ports import Value

log = logging.getLogger(__name__)

_SCHEMA = (
    """CREATE TABLE IF NOT EXISTS messages (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        body TEXT NOT NULL,
        visible_at REAL NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0,
        receipt TEXT
    )""",
    "CREATE INDEX IF NOT EXISTS messages_by_visibility ON messages (visible_at, id)",
    """CREATE TABLE IF NOT EXISTS dead_messages (
        id INTEGER PRIMARY KEY,
        body TEXT NOT NULL,
        died_at REAL NOT NULL
    )""",
)
_VISIBLE = f"(visible_at <= :now OR visible_at > :now + {MAX_DELAY + 1:.0f})"
"""A message that is to be invisible for longer than any can be was sent before the clock was
stepped back: it would wait for as many hours as the step has."""
_NEXT = f"SELECT id, body, attempts FROM messages WHERE {_VISIBLE} ORDER BY visible_at, id LIMIT 1"  # noqa: S608


class SqliteQueue:
    """The queue port over tables in ``database``, with the receiving side for workers.

    Parameters
    ----------
    database
        May be shared with the records.
    max_receives
        Maximum attempts; after them, the message moves to the dead-letter table.
    clock
        Unix seconds.
    """

    def __init__(
        self,
        database: Database,
        *,
        max_receives: int = 5,
        clock: Callable[[], float] = time.time,
    ) -> None:
        if max_receives < 1:
            raise ValueError("a message must be received at least once")
        self._database = database
        self._max_receives = max_receives
        self._clock = clock
        with database.write() as connection:
            for statement in _SCHEMA:
                connection.execute(statement)

    def send(self, message: Mapping[str, Value], *, delay: float = 0.0) -> None:
        body = encode_message(message, delay)
        with self._database.write() as connection:
            _insert(connection, body, self._clock() + delay)

    def receive(self, visibility: float) -> ReceivedMessage | None:
        """Receive the message that has been visible longest, for ``visibility`` seconds.

        ``None`` if none is visible. Two receivers never get the same delivery.
        """
        with self._database.read() as connection:  # an idle worker takes no write lock
            if connection.execute(_NEXT, {"now": self._clock()}).fetchone() is None:
                return None
        with self._database.write() as connection:
            now = self._clock()
            while (row := connection.execute(_NEXT, {"now": now}).fetchone()) is not None:
                if row[2] < self._max_receives:
                    return _claim(connection, row, now + visibility)
                _bury(connection, row[0], now)
                log.error("message %d is dead after %d attempts: %s", row[0], row[2], row[1])
        return None

    def ack(self, delivery: ReceivedMessage) -> bool:
        """Delete a processed message.

        Like ``extend`` and ``release``, it returns ``False`` and does nothing if another worker
        has received the message in the meantime.
        """
        with self._database.write() as connection:
            cursor = connection.execute(
                "DELETE FROM messages WHERE id = ? AND receipt = ?",
                (delivery.id, delivery.receipt_handle),
            )
        return cursor.rowcount == 1

    def extend(self, delivery: ReceivedMessage, visibility: float) -> bool:
        """Extend a message's visibility timeout to ``visibility`` seconds from now."""
        with self._database.write() as connection:
            cursor = connection.execute(
                "UPDATE messages SET visible_at = ? WHERE id = ? AND receipt = ?",
                (self._clock() + visibility, delivery.id, delivery.receipt_handle),
            )
        return cursor.rowcount == 1

    def release(self, delivery: ReceivedMessage, delay: float = 0.0) -> bool:
        """Return a message to the queue after ``delay`` seconds; the attempt counts."""
        with self._database.write() as connection:
            cursor = connection.execute(
                "UPDATE messages SET visible_at = ?, receipt = NULL WHERE id = ? AND receipt = ?",
                (self._clock() + delay, delivery.id, delivery.receipt_handle),
            )
        return cursor.rowcount == 1

    def backlog(self) -> Backlog:
        """The number of waiting messages, and the age of the oldest."""
        now = self._clock()
        with self._database.read() as connection:
            count, oldest = connection.execute(
                f"SELECT count(*), min(visible_at) FROM messages WHERE {_VISIBLE}",  # noqa: S608
                {"now": now},
            ).fetchone()
        return Backlog(count, max(now - oldest, 0.0) if count else 0.0, self.count())

    def count(self) -> int:
        """The number of dead messages."""
        with self._database.read() as connection:
            return int(connection.execute("SELECT count(*) FROM dead_messages").fetchone()[0])

    def depth(self) -> QueueDepth:
        """A message with a receipt is in flight until its visibility timeout."""
        with self._database.read() as connection:
            waiting, hidden, in_flight = connection.execute(
                f"SELECT coalesce(sum({_VISIBLE}), 0), coalesce(sum(NOT {_VISIBLE}), 0),"  # noqa: S608
                f" coalesce(sum(NOT {_VISIBLE} AND receipt IS NOT NULL), 0) FROM messages",
                {"now": self._clock()},
            ).fetchone()
        return QueueDepth(waiting, in_flight, hidden - in_flight)

    def peek(self, limit: int) -> list[DeadLetter]:
        """The dead messages, the oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT body, died_at FROM dead_messages ORDER BY died_at, id LIMIT ?", (limit,)
            ).fetchall()
        return [DeadLetter(json.loads(body), at) for body, at in rows]

    def redrive(self, limit: int | None = None) -> int:
        """Return dead messages to the queue with no attempts, the oldest first."""
        with self._database.write() as connection:
            rows = connection.execute(
                "SELECT id, body FROM dead_messages ORDER BY died_at, id LIMIT ?",
                (-1 if limit is None else limit,),
            ).fetchall()
            for number, body in rows:
                connection.execute("DELETE FROM dead_messages WHERE id = ?", (number,))
                _insert(connection, body, self._clock())
        return len(rows)


def _insert(connection: sqlite3.Connection, body: str, visible_at: float) -> None:
    connection.execute("INSERT INTO messages (body, visible_at) VALUES (?, ?)", (body, visible_at))


def _claim(
    connection: sqlite3.Connection, row: tuple[int, str, int], visible_at: float
) -> ReceivedMessage:
    number, body, attempts = row
    delivery = ReceivedMessage(number, secrets.token_hex(16), json.loads(body), attempts + 1)
    connection.execute(
        "UPDATE messages SET visible_at = ?, attempts = ?, receipt = ? WHERE id = ?",
        (visible_at, delivery.attempts, delivery.receipt_handle, number),
    )
    return delivery


def _bury(connection: sqlite3.Connection, number: int, now: float) -> None:
    connection.execute(
        "INSERT INTO dead_messages (id, body, died_at)"
        " SELECT id, body, ? FROM messages WHERE id = ?",
        (now, number),
    )
    connection.execute("DELETE FROM messages WHERE id = ?", (number,))
