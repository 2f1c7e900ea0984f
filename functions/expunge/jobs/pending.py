"""Pending entries: one for each job that has not ended, by which the sweep finds it.

An entry only names a job. The job's record decides what happens to it, so an entry without one, or
of a job that has ended, means nothing and is deleted.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING

from expunge.stores.ports import Delete, Key, Put, Update, WriteRefused
from expunge.stores.shards import Shards

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from expunge.jobs.job import Job
    from expunge.stores.ports import Item, Records

SHARDS = Shards("pending", 64, former=tuple(f"pending#{shard:x}" for shard in range(16)))
"""Versions before 0.3 used 16."""
FIRST_CHECK_SECONDS = 60
"""Time before the sweep first checks a pending job."""
ALONE_SECONDS = 900
"""How long an entry that was written alone may wait for its job's record. Far longer than the tries
of the write that follows it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A pending entry. Times are Unix seconds."""

    key: Key
    owner: str
    due: float
    at: float
    """When it was written or postponed."""
    alone: bool
    """Whether it was written before its job's record."""

    @property
    def job_id(self) -> str:
        return self.key.sort

    @classmethod
    def of(cls, partition: str, job_id: str, item: Item, now: float) -> Entry:
        due, at = float(str(item["due"])), float(str(item.get("at", now)))
        return cls(Key(partition, job_id), str(item["owner"]), due, at, bool(item.get("alone")))


class Pending:
    """All pending entries."""

    def __init__(self, records: Records, clock: Callable[[], float]) -> None:
        self._records = records
        self._clock = clock

    def added(self, job: Job, expires_at: int) -> Put:
        """The change that adds a job's entry; for `Job.apart` in a write of its own."""
        now = self._clock()
        item: Item = {"owner": job.owner, "due": now + FIRST_CHECK_SECONDS, "at": now}
        if job.apart:
            item["alone"] = True
        return Put(_key(job.id), item, expires_at=expires_at)

    def removed(self, job: Job) -> Delete:
        """The change that deletes a job's entry."""
        return Delete(_key(job.id))

    def due(self) -> Iterator[Entry]:
        """Yield the entries that are due for a check.

        After the clock was set back, their time may be hours away; then they are due, too.
        """
        now = self._clock()
        for partition in SHARDS.from_random():
            for entry in self._shard(partition):
                if entry.due <= now or entry.at > now + FIRST_CHECK_SECONDS:
                    yield entry

    def all(self) -> Iterator[Entry]:
        """Every entry, by job id and so by age."""
        return heapq.merge(*map(self._shard, SHARDS.all()), key=attrgetter("job_id"))

    def _shard(self, partition: str) -> Iterator[Entry]:
        cursor = None
        while True:
            page = self._records.query(partition, limit=100, cursor=cursor)
            now = self._clock()
            for job_id, item in page.entries:
                yield Entry.of(partition, job_id, item, now)
            cursor = page.cursor
            if cursor is None:
                return

    def postpone(self, entry: Entry, job: Job) -> None:
        """Postpone the next check by the age of the job or its stage: checks become rarer."""
        now = self._clock()
        due = now + max(FIRST_CHECK_SECONDS, now - max(job.created_at, job.stage_at))
        try:
            self._records.write(Update(entry.key, {"due": due, "at": now}))
        except WriteRefused:
            return  # it ended in the meantime

    def forget(self, entry: Entry) -> None:
        """Delete the entry of a job that has ended, or that will have no record any more."""
        self._records.write(Delete(entry.key))

    def may_wait(self, entry: Entry) -> bool:
        """Whether the write of the job's record may still follow."""
        return entry.alone and self._clock() - entry.at < ALONE_SECONDS


def _key(job_id: str) -> Key:
    return Key(SHARDS.of(job_id), job_id)
