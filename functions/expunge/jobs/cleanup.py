"""Objects that are to be deleted, written down until they are.

A task is registered in the same write that forgets the object's record, so there is no moment at
which nobody knows of it. The object is deleted right after; what fails stays registered, and the
sweep tries it again, ever more rarely, for as long as it takes. Tasks sort by the moment when
they are due, so a sweep reads no more than that.

An upload has its task from the start. Once it is due, `Uploads.release` says whether a job still
needs the file; the task then waits for as long.
"""

from __future__ import annotations

import hashlib
import logging
import math
import time
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from expunge.errors import Unavailable
from expunge.stores.ports import Delete, Key, Put, WriteRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from expunge.stores.ports import Item, Objects, Records

log = logging.getLogger(__name__)

PARTITION = "cleanup"
FIRST_RETRY_SECONDS = 60
"""How long a new task is left to whoever registered it."""
LONGEST_WAIT_SECONDS = 3_600
OLD_SECONDS = 3_600
"""A task that is older is told of at every try, and counted as old."""
LOOK_SECONDS = 1_200
"""How often an upload is looked at while it is needed: sooner than a record of a job expires, so
that the end of each of its jobs is seen."""
PAGE = 100
SWEEP_SECONDS = 20.0
"""A sweep ends after this long; what is left is the next one's."""


@dataclass(slots=True)
class Cleaned:
    """What one sweep did."""

    objects_deleted: int = 0
    cleanups_failed: int = 0
    cleanups_old: int = 0


@dataclass(frozen=True, slots=True)
class PendingDeletion:
    """One object to delete. Times are Unix seconds."""

    object_key: str
    registered_at: int
    """From when on it should be gone."""
    due: int
    upload_of: str | None = None
    """The owner of the upload that this is; jobs may still need it."""

    @property
    def key(self) -> Key:
        name = hashlib.sha256(self.object_key.encode()).hexdigest()
        return Key(PARTITION, f"{self.due:012d}#{name}")

    def written(self) -> Put:
        """The change that registers it."""
        return Put(self.key, asdict(self))

    def again(self, now: float) -> PendingDeletion:
        """The same after a try that failed: it waits as long again as it is old, up to an hour."""
        age = int(now) - self.registered_at
        wait = min(max(FIRST_RETRY_SECONDS, age), LONGEST_WAIT_SECONDS)
        return replace(self, due=int(now) + wait)

    @classmethod
    def of(cls, item: Item) -> PendingDeletion:
        registered_at, due = (int(str(item[name])) for name in ("registered_at", "due"))
        owner = item.get("upload_of")
        return cls(str(item["object_key"]), registered_at, due, str(owner) if owner else None)


class Cleanup:
    """The ledger of objects that are to be deleted."""

    def __init__(
        self,
        records: Records,
        objects: Objects,
        clock: Callable[[], float],
        release: Callable[[str, str, float], float | None] = lambda *_: None,
    ) -> None:
        self._records = records
        self._objects = objects
        self._clock = clock
        self._release = release

    def tasks(self, object_keys: Iterable[str]) -> list[PendingDeletion]:
        """For these objects; `PendingDeletion.written` goes into the write that forgets them."""
        now = int(self._clock())
        return [
            PendingDeletion(key, now, now + FIRST_RETRY_SECONDS)
            for key in dict.fromkeys(object_keys)
        ]

    def delete(self, object_keys: Iterable[str]) -> None:
        """Register objects that no record speaks of, and delete them."""
        tasks = self.tasks(object_keys)
        self._records.write(*(task.written() for task in tasks))
        self.attempt(tasks)

    def attempt(self, tasks: Sequence[PendingDeletion]) -> int:
        """Delete the objects of registered tasks; how many are gone."""
        return sum(self._attempt(task) for task in tasks)

    def sweep(self) -> Cleaned:
        """Try everything that is due once."""
        cleaned = Cleaned()
        for task in self._due():
            if self._waits(task):
                continue
            if self._attempt(task):
                cleaned.objects_deleted += 1
            else:
                cleaned.cleanups_failed += 1
                cleaned.cleanups_old += self._is_old(task)
        return cleaned

    def _due(self) -> Iterator[PendingDeletion]:
        """Everything that is due now, for as long as one sweep may take."""
        now, end = self._clock(), time.monotonic() + SWEEP_SECONDS
        cursor = None
        while True:
            page = self._records.query(PARTITION, limit=PAGE, cursor=cursor)
            for _, item in page.entries:
                task = PendingDeletion.of(item)
                if task.due > now or time.monotonic() > end:
                    return
                yield task
            cursor = page.cursor
            if cursor is None:
                return

    def _waits(self, task: PendingDeletion) -> bool:
        """Put the task of an upload off that is still needed."""
        if task.upload_of is None:
            return False
        until = self._release(task.upload_of, task.object_key, task.registered_at)
        if until is None:
            return False
        due = min(math.ceil(until), int(self._clock()) + LOOK_SECONDS)
        later = replace(task, registered_at=math.ceil(until), due=due)
        try:
            self._records.write(Delete(task.key, only_if={"due": [task.due]}), later.written())
        except WriteRefused:
            log.debug("another sweep has put %s off", task.object_key)
        return True

    def _attempt(self, task: PendingDeletion) -> bool:
        try:
            self._objects.delete(task.object_key)
            self._records.write(Delete(task.key))
        except Exception:
            log.exception("%s could not be deleted; it stays registered", task.object_key)
            self._postpone(task)
            return False
        return True

    def _postpone(self, task: PendingDeletion) -> None:
        """Put the task back where it sorts by its next try."""
        now = self._clock()
        if task.due > now:
            return  # it was tried before its time, by whoever registered it
        if self._is_old(task):
            hours = (now - task.registered_at) / 3600
            log.error("%s should have been deleted %.1f hours ago", task.object_key, hours)
        try:
            old = Delete(task.key, only_if={"due": [task.due]})
            self._records.write(old, task.again(now).written())
        except WriteRefused:
            return  # somebody else has dealt with it
        except Unavailable:
            log.warning("the task for %s stays due", task.object_key)

    def _is_old(self, task: PendingDeletion) -> bool:
        return self._clock() - task.registered_at > OLD_SECONDS
