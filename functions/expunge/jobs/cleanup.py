"""The register of objects to delete, with retries.

The write that deletes an object's record also registers a task for the object. So no object is
ever without a record or a task. The object is deleted right after that write. If this fails, the
task stays, and the sweep retries it less and less often until it succeeds. Tasks are sorted by
due time, so a sweep reads only those that are due.

An upload has a task from the start, and so have the files of a job's parts. When it is due,
`Uploads.release` or `PartFiles.release` checks whether a job still needs them. If so, the task is
postponed.
"""

from __future__ import annotations

import hashlib
import logging
import math
import time
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING

from expunge.errors import Unavailable
from expunge.jobs.attempts import is_unexpected
from expunge.stores.fields import known
from expunge.stores.ports import Delete, Key, Put, WriteRefused
from expunge.stores.shards import Shards

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from expunge.stores.ports import Item, Objects, Records

log = logging.getLogger(__name__)

SHARDS = Shards("cleanup", 16, former=("cleanup",))
"""Versions before 0.3 had one partition for all."""
FIRST_RETRY_SECONDS = 60
"""Time in which only the process that registered a task tries it."""
LONGEST_WAIT_SECONDS = 3_600
OLD_SECONDS = 3_600
"""An older task is logged at every attempt, and counted as old."""
CHECK_SECONDS = 1_200
"""How often to check what jobs need. Shorter than the life of a job record, so that the
end of every job is seen."""
PAGE = 100
SWEEP_SECONDS = 20.0
"""A sweep stops after this time; the next one continues."""


@dataclass(slots=True)
class Cleaned:
    """The result of one sweep."""

    objects_deleted: int = 0
    cleanups_failed: int = 0
    cleanups_old: int = 0


@dataclass(frozen=True, slots=True)
class PendingDeletion:
    """One object to delete. Times are Unix seconds."""

    object_key: str
    registered_at: int
    """Time from which the object should be gone."""
    due: int
    upload_of: str | None = None
    """The owner, if jobs may still need it: an upload, or the folder of a job's parts."""
    parts_of: str | None = None
    """The job, if it is such a folder."""
    stages: list[int] = field(default_factory=list)
    """The number of parts in each stage, for a folder."""
    partition: str | None = None
    """Where it was found, if that is not where it would be stored today."""

    @property
    def object_keys(self) -> list[str]:
        """The objects: one, or those in a folder (`part_files`)."""
        if self.parts_of is None:
            return [self.object_key]
        return part_keys(self.object_key, self.stages)

    @property
    def key(self) -> Key:
        name = hashlib.sha256(self.object_key.encode()).hexdigest()
        return Key(self.partition or SHARDS.of(self.object_key), f"{self.due:012d}#{name}")

    def registration(self) -> Put:
        """The change that registers the task."""
        facts = {name: value for name, value in asdict(self).items() if value}
        facts.pop("partition", None)
        return Put(self.key, facts)

    def retried(self, now: float) -> PendingDeletion:
        """The task after a failed attempt: the next one waits as long as its age, up to an hour."""
        age = int(now) - self.registered_at
        wait = min(max(FIRST_RETRY_SECONDS, age), LONGEST_WAIT_SECONDS)
        return replace(self, due=int(now) + wait, partition=None)

    @classmethod
    def of(cls, partition: str, item: Item) -> PendingDeletion:
        return cls(**known(cls, item) | {"partition": partition})


def part_keys(folder: str, stages: Iterable[int]) -> list[str]:
    """The object keys of the files that the parts of these stages leave."""
    return [f"{folder}/{stage}-{index}" for stage, n in enumerate(stages) for index in range(n)]


class Cleanup:
    """Registers and deletes objects."""

    def __init__(
        self,
        records: Records,
        objects: Objects,
        clock: Callable[[], float],
        release: Callable[[PendingDeletion], float | None] = lambda _: None,
    ) -> None:
        self._records = records
        self._objects = objects
        self._clock = clock
        self._release = release

    def tasks(self, object_keys: Iterable[str]) -> list[PendingDeletion]:
        """Tasks for these objects; add their `registration` to the write of the records."""
        now = int(self._clock())
        return [
            PendingDeletion(key, now, now + FIRST_RETRY_SECONDS)
            for key in dict.fromkeys(object_keys)
        ]

    def delete(self, object_keys: Iterable[str]) -> None:
        """Register objects that no record names, and delete them."""
        tasks = self.tasks(object_keys)
        self._records.write(*(task.registration() for task in tasks))
        self.attempt(tasks)

    def attempt(self, tasks: Sequence[PendingDeletion]) -> int:
        """Delete the objects of registered tasks; return how many are gone."""
        return sum(self._attempt(task) for task in tasks)

    def sweep(self) -> Cleaned:
        """Try every due task once."""
        cleaned = Cleaned()
        for task in self._due():
            gone = self._retry(task)
            if gone is None:
                continue
            if gone:
                cleaned.objects_deleted += 1
            else:
                cleaned.cleanups_failed += 1
                cleaned.cleanups_old += self._is_old(task)
        return cleaned

    def _retry(self, task: PendingDeletion) -> bool | None:
        """Try a due task; ``None`` if its object is still needed."""
        try:
            if self._waits(task):
                return None
        except Exception as error:
            what = "whether %s is needed is not known; it stays"
            log.exception(what, task.object_key, exc_info=is_unexpected(error))
            self._postpone(task)
            return False
        return self._attempt(task)

    def overdue(self, most: int) -> int:
        """How many of the next ``most`` tasks of each shard should have succeeded an hour ago."""
        return sum(self._overdue_in(partition, most) for partition in SHARDS.all())

    def _overdue_in(self, partition: str, most: int) -> int:
        page = self._records.query(partition, limit=most)
        return sum(self._is_old(PendingDeletion.of(partition, item)) for _, item in page.entries)

    def _due(self) -> Iterator[PendingDeletion]:
        """Yield the tasks that are due now, until the sweep's time is over."""
        end = time.monotonic() + SWEEP_SECONDS
        for partition in SHARDS.from_random():
            for task in self._due_in(partition, self._clock()):
                if time.monotonic() > end:
                    return
                yield task

    def _due_in(self, partition: str, now: float) -> Iterator[PendingDeletion]:
        cursor = None
        while True:
            page = self._records.query(partition, limit=PAGE, cursor=cursor)
            for _, item in page.entries:
                task = PendingDeletion.of(partition, item)
                if task.due > now:
                    return
                yield task
            cursor = page.cursor
            if cursor is None:
                return

    def _waits(self, task: PendingDeletion) -> bool:
        """Postpone the task of what jobs still need; return whether it was."""
        if task.upload_of is None:
            return False
        until = self._release(task)
        if until is None:
            return False
        due = min(math.ceil(until), int(self._clock()) + CHECK_SECONDS)
        later = replace(task, registered_at=math.ceil(until), due=due, partition=None)
        try:
            self._records.write(Delete(task.key, only_if={"due": [task.due]}), later.registration())
        except WriteRefused:
            log.debug("another sweep has postponed %s", task.object_key)
        return True

    def _attempt(self, task: PendingDeletion) -> bool:
        try:
            for key in task.object_keys:
                self._objects.delete(key)
            self._records.write(Delete(task.key))
        except Exception as error:
            what = "%s could not be deleted; it stays registered"
            log.exception(what, task.object_key, exc_info=is_unexpected(error))
            self._postpone(task)
            return False
        return True

    def _postpone(self, task: PendingDeletion) -> None:
        """Move the task to the time of its next attempt."""
        now = self._clock()
        if task.due > now:
            return  # the process that registered it tried it before it was due
        if self._is_old(task):
            hours = (now - task.registered_at) / 3600
            log.error("%s should have been deleted %.1f hours ago", task.object_key, hours)
        try:
            old = Delete(task.key, only_if={"due": [task.due]})
            self._records.write(old, task.retried(now).registration())
        except WriteRefused:
            return  # another process has handled it
        except Unavailable:
            log.warning("the task for %s stays due", task.object_key)

    def _is_old(self, task: PendingDeletion) -> bool:
        return self._clock() - task.registered_at > OLD_SECONDS
