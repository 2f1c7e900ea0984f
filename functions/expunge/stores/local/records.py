"""Records in SQLite: one row of JSON text per item."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

from expunge.stores.limits import check_changes, check_key, check_page
from expunge.stores.local.equality import same
from expunge.stores.ports import Add, Delete, Page, Put, Update, WriteRefused

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping, Sequence

    from expunge.stores.local.database import Database
    from expunge.stores.ports import Change, Item, Key, Value

_SCHEMA = (
    """CREATE TABLE IF NOT EXISTS items (
        partition TEXT NOT NULL,
        sort TEXT NOT NULL,
        body TEXT NOT NULL,
        expires_at INTEGER,
        PRIMARY KEY (partition, sort)
    )""",
    "CREATE INDEX IF NOT EXISTS items_by_expiry ON items (expires_at) WHERE expires_at NOT NULL",
)
_LIVE = "(expires_at IS NULL OR expires_at > :now)"
_SWEPT_AT_ONCE = 1_000


class SqliteRecords:
    """The records port over a table of ``database``.

    Parameters
    ----------
    database
        May be shared with the queue.
    clock
        Unix seconds; decides what has expired.
    """

    def __init__(self, database: Database, *, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock
        with database.write() as connection:
            for statement in _SCHEMA:
                connection.execute(statement)

    def get(self, key: Key) -> Item | None:
        check_key(key)
        with self._database.read() as connection:
            entry = _read(connection, key, self._clock())
        return entry and entry[0]

    def query(
        self,
        partition: str,
        *,
        prefix: str = "",
        limit: int = 25,
        cursor: str | None = None,
        newest_first: bool = False,
    ) -> Page:
        check_page(prefix, limit, cursor)
        order, beyond = ("DESC", "<") if newest_first else ("ASC", ">")
        conditions = ["partition = :partition", _LIVE, "sort >= :prefix"]
        if (end := _after_prefix(prefix)) is not None:
            conditions.append("sort < :end")
        if cursor is not None:
            conditions.append(f"sort {beyond} :cursor")
        statement = (
            f"SELECT sort, body FROM items WHERE {' AND '.join(conditions)}"  # noqa: S608
            f" ORDER BY sort {order} LIMIT :limit"
        )
        values = {
            "partition": partition,
            "now": self._clock(),
            "prefix": prefix,
            "end": end,
            "cursor": cursor,
            "limit": limit + 1,  # one more, to see whether there is a next page
        }
        with self._database.read() as connection:
            rows = connection.execute(statement, values).fetchall()
        entries = tuple((sort, json.loads(body)) for sort, body in rows[:limit])
        return Page(entries, entries[-1][0] if len(rows) > limit else None)

    def write(self, *changes: Change) -> None:
        check_changes(changes)
        with self._database.write() as connection:
            now = self._clock()
            for index, change in enumerate(changes):
                _apply(connection, index, change, now)

    def sweep(self) -> int:
        """Delete the expired items, a thousand per transaction; return how many."""
        total = 0
        while True:
            with self._database.write() as connection:
                swept = connection.execute(
                    "DELETE FROM items WHERE rowid IN"
                    " (SELECT rowid FROM items WHERE expires_at <= ? LIMIT ?)",
                    (self._clock(), _SWEPT_AT_ONCE),
                ).rowcount
            total += swept
            if swept < _SWEPT_AT_ONCE:
                return total


Entry = tuple["Item", "int | None"]
"""A live item and its expiry in Unix seconds."""


def _apply(connection: sqlite3.Connection, index: int, change: Change, now: float) -> None:
    entry = None if _is_blind(change) else _read(connection, change.key, now)
    try:
        after = _after(change, entry)
    except _Refused:
        raise WriteRefused(index, entry and entry[0]) from None
    if after is None:
        connection.execute(
            "DELETE FROM items WHERE partition = ? AND sort = ?",
            (change.key.partition, change.key.sort),
        )
        return
    item, expires_at = after
    body = json.dumps(item, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    connection.execute(
        "INSERT OR REPLACE INTO items (partition, sort, body, expires_at) VALUES (?, ?, ?, ?)",
        (change.key.partition, change.key.sort, body, expires_at),
    )


def _is_blind(change: Change) -> bool:
    """Whether a change is the same whatever the item was before."""
    return (isinstance(change, Put) and not change.if_absent) or (
        isinstance(change, Delete) and not change.only_if
    )


class _Refused(Exception):
    """A condition is false."""


def _after(change: Change, entry: Entry | None) -> Entry | None:
    """Apply a change to an entry; raises ``_Refused``."""
    match change:
        case Put():
            if change.if_absent and entry is not None:
                raise _Refused
            return change.item, change.expires_at
        case Update():
            item, expires_at = _matching(entry, change.only_if)
            moved = expires_at if change.expires_at is None else change.expires_at
            return item | change.set, moved
        case Add():
            return _sum(change, entry)
        case Delete():
            if change.only_if:
                _matching(entry, change.only_if)
            return None


def _matching(entry: Entry | None, only_if: Mapping[str, Sequence[Value]]) -> Entry:
    """Return the entry if it exists and each field equals one of its values."""
    if entry is None or not all(
        any(same(entry[0].get(name), value) for value in values) for name, values in only_if.items()
    ):
        raise _Refused
    return entry


def _sum(change: Add, entry: Entry | None) -> Entry:
    item, expires_at = entry or ({}, change.expires_at)
    before = item.get(change.field, 0)
    if not isinstance(before, int):
        raise TypeError(f"field {change.field!r} is not an integer")
    total = before + change.amount
    if not change.admits(total):
        raise _Refused
    return item | {change.field: total}, expires_at


def _read(connection: sqlite3.Connection, key: Key, now: float) -> Entry | None:
    row = connection.execute(
        f"SELECT body, expires_at FROM items"  # noqa: S608
        f" WHERE partition = :partition AND sort = :sort AND {_LIVE}",
        {"partition": key.partition, "sort": key.sort, "now": now},
    ).fetchone()
    return row and (json.loads(row[0]), row[1])


def _after_prefix(prefix: str) -> str | None:
    """The smallest string after all that start with ``prefix``; ``None`` if there is none.

    UTF-8's byte order is the order of code points. The last one is U+10FFFF, and U+D800 to U+DFFF
    are not code points of characters.
    """
    stem = prefix.rstrip("\U0010ffff")
    if not stem:
        return None
    successor = ord(stem[-1]) + 1
    return stem[:-1] + chr(0xE000 if successor == 0xD800 else successor)
