"""Pages of a list that callers read: their cursor is the name of an entry, without its prefix."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from expunge.stores.ports import Item, Records


def newest(
    records: Records, partition: str, prefix: str, limit: int, cursor: str | None
) -> tuple[list[tuple[str, Item]], str | None]:
    """A page of the entries below a prefix, newest first: ``(name, item)``, and the next cursor.

    Parameters
    ----------
    cursor
        The name of the last entry of the previous page. That entry may be deleted by now.
    """
    start = prefix + cursor if cursor else None
    page = records.query(partition, prefix=prefix, limit=limit, cursor=start, newest_first=True)
    entries = [(sort.removeprefix(prefix), item) for sort, item in page.entries]
    return entries, page.cursor.removeprefix(prefix) if page.cursor else None
