"""Lists of a surface's jobs, newest first, of an account or an API key.

Numbered pages have a true total, and need not read the pages before. Pages by a cursor go on after
the last job of the page before.

A list is a partition. It has one small entry for each job, and counts of its entries by day and
by minute, in UTC. The counts say in which minute a page begins, so only entries of that minute
are read and skipped. Entries and counts are written together with the job.

The entries and counts of one day expire together, 30 days after the day began. That is never
after the records of their jobs, so the counts always match the list.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from expunge.stores.listing import newest
from expunge.stores.ports import Add, Delete, Key, Put

if TYPE_CHECKING:
    from collections.abc import Iterable

    from expunge.jobs.job import Job
    from expunge.stores.ports import Change, Records

LISTED_SECONDS = 30 * 24 * 3600
"""How long a day's jobs stay in the list, from the start of the day; at most `record_seconds`."""
_DAY, _MINUTE, _ENTRY = "day#", "minute#", "at#"
_MOST_DAYS = 64
_MOST_MINUTES = 24 * 60
_AFTER = "~"
"""Sorts after every character of a time."""
_CURSOR = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})-(\w+)")


@dataclass(frozen=True, slots=True)
class ListPage:
    """The ids of one page's jobs, newest first, and how many jobs the whole list has."""

    ids: tuple[str, ...]
    total: int


def added(job: Job) -> list[Change]:
    """The changes that add a job to the lists of its account and its API key."""
    changes: list[Change] = []
    place = _Place.of(job)
    for partition in _partitions(job):
        changes.append(Put(Key(partition, place.entry), {}, expires_at=place.expires_at))
        changes += place.counted(partition, 1)
    return changes


def removed(job: Job, now: float) -> list[Change]:
    """The changes that remove a job from its lists, unless it has expired there."""
    place = _Place.of(job)
    changes: list[Change] = []
    for partition in _partitions(job) if now < place.expires_at else ():
        changes.append(Delete(Key(partition, place.entry)))
        changes += place.counted(partition, -1)
    return changes


def page(records: Records, surface: str, owner: str, number: int, size: int) -> ListPage:
    """One page of the list of an account or API key; ``number`` counts from 1."""
    partition = _partition(surface, owner)
    days = _counts(records, partition, _DAY, _MOST_DAYS)
    total = sum(count for _, count in days)
    day, skipped = _find(days, (number - 1) * size)
    if day is None:
        return ListPage((), total)
    minutes = _counts(records, partition, _MINUTE + day, _MOST_MINUTES)
    minute, skipped = _find(minutes, skipped)
    if minute is None:
        return ListPage((), total)  # a job was deleted since the days were counted
    found = records.query(
        partition,
        prefix=_ENTRY,
        limit=skipped + size,
        cursor=f"{_ENTRY}{minute}{_AFTER}",
        newest_first=True,
    )
    ids = (sort.rpartition("#")[2] for sort, _ in found.entries[skipped:])
    return ListPage(tuple(ids), total)


def following(
    records: Records, surface: str, owner: str, size: int, after: str | None
) -> tuple[list[str], str | None]:
    """The ids of the jobs after an entry, and the entry after which the next page begins.

    The order is by the time of creation, in milliseconds, and then by id. So jobs of one moment
    are neither skipped nor repeated.
    """
    entries, last = newest(records, _partition(surface, owner), _ENTRY, size, after)
    return [name.rpartition("#")[2] for name, _ in entries], last


def entry_of(job: Job) -> str:
    """The entry of a job in its lists."""
    return _Place.of(job).entry.removeprefix(_ENTRY)


def cursor_of(entry: str) -> str:
    """An entry in the letters of a job's id.

    >>> cursor_of("2026-11-30T08:30:00.250#job_01")
    '20261130T083000250-job_01'
    """
    moment, _, job = entry.rpartition("#")
    return f"{re.sub('[^0-9T]', '', moment)}-{job}"


def entry_at(cursor: str) -> str | None:
    """The entry that a cursor names; ``None`` for text that is none.

    >>> entry_at("20261130T083000250-job_01")
    '2026-11-30T08:30:00.250#job_01'
    """
    match = _CURSOR.fullmatch(cursor)
    if match is None:
        return None
    year, month, day, hour, minute, second, ms, job = match.groups()
    return f"{year}-{month}-{day}T{hour}:{minute}:{second}.{ms}#{job}"


def _counts(records: Records, partition: str, prefix: str, most: int) -> list[tuple[str, int]]:
    """Times and counts, newest first."""
    found = records.query(partition, prefix=prefix, limit=most, newest_first=True)
    return [(sort.partition("#")[2], int(str(item["n"]))) for sort, item in found.entries]


def _find(counts: Iterable[tuple[str, int]], skipped: int) -> tuple[str | None, int]:
    """The time in which the entry after so many others lies, and how many of them lie there."""
    for time, count in counts:
        if skipped < count:
            return time, skipped
        skipped -= count
    return None, skipped


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a job is in a list, by the time of its creation in ISO 8601."""

    day: str
    minute: str
    entry: str
    expires_at: int

    @classmethod
    def of(cls, job: Job) -> _Place:
        created = datetime.fromtimestamp(job.created_at, UTC)
        start = created.replace(hour=0, minute=0, second=0, microsecond=0)
        moment = created.replace(tzinfo=None).isoformat(timespec="milliseconds")
        return cls(
            day=moment[:10],
            minute=moment[:16],
            entry=f"{_ENTRY}{moment}#{job.id}",
            expires_at=int(start.timestamp()) + LISTED_SECONDS,
        )

    def counted(self, partition: str, amount: int) -> list[Change]:
        """The changes of the counts; none may fall below 0."""
        names = (_DAY + self.day, _MINUTE + self.minute)
        return [
            Add(Key(partition, name), "n", amount, floor=0, expires_at=self.expires_at)
            for name in names
        ]


def _partitions(job: Job) -> list[str]:
    if job.surface is None:
        return []
    return [_partition(job.surface, owner) for owner in (job.owner, job.key) if owner]


def _partition(surface: str, owner: str) -> str:
    return f"list#{surface}#{owner}"
