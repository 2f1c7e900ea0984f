"""The register of jobs: the only code that reads and writes their records.

A job is one item in its owner's partition. An anonymous job is its own owner, so its id alone
finds it; a *listing* in the partition of its browser's name points to it. Until it ends, it also
has a *pending* entry in one of 16 partitions. With this entry, `sweep` finds jobs whose message
or worker was lost. All these items are written and deleted together.
"""

from __future__ import annotations

import heapq
import logging
import zlib
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Protocol

from expunge.accounts.settlement import settlement
from expunge.jobs import membership, page_index
from expunge.jobs.job import Job, Status
from expunge.stores.ports import Change, Delete, Item, Key, Put, Records, Update, WriteRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

log = logging.getLogger(__name__)

SHARDS = 16
_LISTED = "listed#"
UNFINISHED_SECONDS = 7 * 24 * 3600
"""Lifetime of the record of a job that never ends."""
RESULT_SECONDS = 24 * 3600
"""Lifetime of a result."""
FIRST_CHECK_SECONDS = 60
"""Time before the sweep first checks a pending job."""


class Notices(Protocol):
    """The messages about a job's end: changes for the same write, and a send after it."""

    @property
    def changes(self) -> Sequence[Change]: ...

    def send(self) -> None: ...


class Outbox(Protocol):
    """Looks up the webhook subscribers of a job's end; `hooks.outbox` implements it."""

    def notices(self, job: Job) -> Notices: ...


def log_job(job: Job) -> None:
    """An observer that only logs: one line for each queued job, and one for each end."""
    if not job.status.ended:
        log.info("job %s: %s queued", job.id, job.mode)
        return
    why = f", {job.error_code}" if job.error_code else ""
    ran = f", ran {job.processing_ms} ms" if job.processing_ms is not None else ""
    age = ((job.ended_at or 0) - job.created_at) * 1000
    log.info("job %s: %s %s%s%s, %.0f ms old", job.id, job.mode, job.status.value, why, ran, age)


class Register:
    """Stores jobs by owner and id."""

    def __init__(
        self,
        records: Records,
        clock: Callable[[], float],
        outbox: Outbox,
        observer: Callable[[Job], None] = log_job,
    ) -> None:
        self._records = records
        self._outbox = outbox
        self._clock = clock
        self._observer = observer

    def add(self, job: Job, *claims: Change) -> None:
        """Write a new job together with the claims of its admission.

        Raises
        ------
        WriteRefused
            If a claim was refused; ``index`` is its position in the claims.
        """
        now = self._clock()
        expires_at = int(now) + UNFINISHED_SECONDS
        due = now + FIRST_CHECK_SECONDS
        self._records.write(
            *claims,
            Put(_key(job), job.item(), if_absent=True, expires_at=expires_at),
            Put(_pending(job), {"owner": job.owner, "due": due, "at": now}, expires_at=expires_at),
            *_listing(job, expires_at),
            *page_index.added(job),
            *membership.entered(job, expires_at),
        )
        if not job.sync:
            self._observer(job)

    def add_ended(self, job: Job, *claims: Change) -> None:
        """Write an item of a batch that ends before it can be queued, with its refund.

        Raises
        ------
        WriteRefused
            As for `add`.
        """
        now = self._clock()
        expires_at = int(now) + max(job.record_seconds, 1)
        notices = self._outbox.notices(job)
        self._records.write(
            *claims,
            Put(_key(job), job.item(), if_absent=True, expires_at=expires_at),
            *settlement(job.refund_data, owner=job.owner, job=job.id, succeeded=False, now=now),
            *notices.changes,
            *_listing(job, expires_at),
            *membership.entered(job, int(now) + UNFINISHED_SECONDS),
        )
        notices.send()
        self._observer(job)

    def get(self, owner: str, job_id: str) -> Job | None:
        """Return the owner's job, or ``None`` for another owner's job or an unknown id."""
        item = self._records.get(Key(f"owner#{owner}", f"job#{job_id}"))
        return Job.of(item) if item else None

    def page(self, owner: str, limit: int, cursor: str | None) -> tuple[list[Job], str | None]:
        """A page of the owner's jobs, newest first, and the cursor of the next page."""
        page = self._records.query(
            f"owner#{owner}", prefix="job#", limit=limit, cursor=cursor, newest_first=True
        )
        return [Job.of(item) for _, item in page.entries], page.cursor

    def listed(self, browser: str, limit: int, cursor: str | None) -> tuple[list[Job], str | None]:
        """A page of an anonymous caller's jobs, by the browser's name."""
        page = self._records.query(
            f"owner#{browser}", prefix=_LISTED, limit=limit, cursor=cursor, newest_first=True
        )
        ids = [sort.removeprefix(_LISTED) for sort, _ in page.entries]
        return [job for job in (self.get(one, one) for one in ids) if job], page.cursor

    def numbered(
        self, owner: str, surface: str, key: str | None, number: int, size: int
    ) -> tuple[list[Job], int]:
        """A numbered page of a surface's jobs of an account, or of one of its API keys.

        Also returns the number of jobs in the whole list.
        """
        page = page_index.page(self._records, surface, key or owner, number, size)
        return [job for job in (self.get(owner, one) for one in page.ids) if job], page.total

    def start(self, job: Job, lease: str, lease_until: float) -> Job | None:
        """Start a queued job, or one whose lease expired; ``None`` if another run was faster."""
        started = job.changed(status=Status.PROCESSING)
        return self._change(
            job,
            {"status": [job.status], "lease": [job.lease]},
            *membership.entered(started, int(self._clock()) + UNFINISHED_SECONDS),
            status=Status.PROCESSING,
            attempts=job.attempts + 1,
            lease=lease,
            lease_until=lease_until,
            progress=0,
        )

    def renew(self, job: Job, lease_until: float, progress: int) -> Job | None:
        """Renew a job's lease and store its progress; ``None`` if this run does not own the job."""
        held: dict[str, Sequence[Any]] = {"status": [Status.PROCESSING], "lease": [job.lease]}
        return self._change(job, held, lease_until=lease_until, progress=progress)

    def end(
        self,
        job: Job,
        status: Status,
        *also: Change,
        **facts: Any,  # noqa: ANN401
    ) -> Job | None:
        """End a job, settle or refund its charge, and store its messages, in one write.

        Returns ``None``, and does nothing, if the job's state has changed. ``also`` is added to
        the write.
        """
        now = self._clock()
        expires_at = int(now) + max(job.record_seconds, 1)
        succeeded = status is Status.SUCCEEDED
        settled = settlement(
            job.refund_data, owner=job.owner, job=job.id, succeeded=succeeded, now=now
        )
        facts |= {"status": status, "ended_at": now} | ({"progress": 100} if succeeded else {})
        notices = self._outbox.notices(job.changed(**facts))
        ended = self._change(
            job,
            {"status": [job.status], "lease": [job.lease]},
            Delete(_pending(job)),
            *settled,
            *notices.changes,
            *also,
            *_listing(job, expires_at),
            *membership.entered(job.changed(**facts), int(now) + UNFINISHED_SECONDS),
            expires_at=expires_at,
            **facts,
        )
        if ended:
            notices.send()
            self._observer(ended)
        return ended

    def _change(
        self,
        job: Job,
        only_if: dict[str, Sequence[Any]],
        *others: Change,
        expires_at: int | None = None,
        **fields: Any,  # noqa: ANN401
    ) -> Job | None:
        change = Update(_key(job), dict(fields), only_if=only_if, expires_at=expires_at)
        try:
            self._records.write(change, *others)
        except WriteRefused:
            return None
        return job.changed(**fields)

    def due(self) -> Iterator[tuple[str, str, Item]]:
        """Yield pending entries that are due for a check: ``(owner, job id, entry)``.

        After the clock was set back, their time may be hours away; then they are due, too.
        """
        now = self._clock()
        for owner, job_id, entry in self._entries():
            stepped_back = float(str(entry.get("at", now))) > now + FIRST_CHECK_SECONDS
            if stepped_back or float(str(entry["due"])) <= now:
                yield owner, job_id, entry

    def unfinished(self) -> Iterator[Job]:
        """Every job that has not ended, the oldest first."""
        for owner, job_id, _ in self._entries():
            job = self.get(owner, job_id)
            if job and not job.status.ended:
                yield job

    def _entries(self) -> Iterator[tuple[str, str, Item]]:
        """Pending entries of all shards, by job id and so by age."""
        shards = (self._shard(f"pending#{shard:x}") for shard in range(SHARDS))
        return heapq.merge(*shards, key=itemgetter(1))

    def _shard(self, partition: str) -> Iterator[tuple[str, str, Item]]:
        cursor = None
        while True:
            page = self._records.query(partition, limit=100, cursor=cursor)
            for job_id, entry in page.entries:
                yield str(entry["owner"]), job_id, entry
            cursor = page.cursor
            if cursor is None:
                return

    def postpone_check(self, job: Job) -> None:
        """Postpone the next check of a pending job by its age, so that checks become rarer."""
        now = self._clock()
        due = now + max(FIRST_CHECK_SECONDS, now - job.created_at)
        try:
            self._records.write(Update(_pending(job), {"due": due, "at": now}))
        except WriteRefused:
            return  # it ended in the meantime

    def removal(self, job: Job) -> list[Change]:
        """The changes that delete a job's records; the first is refused if the job has changed.

        Only an ended job, or a job of an erased owner, may be deleted.
        """
        known: dict[str, Sequence[Any]] = {"status": [job.status], "lease": [job.lease]}
        listing = [Delete(put.key) for put in _listing(job, 0)]
        numbered = page_index.removed(job, self._clock())
        member = membership.removed(job, int(self._clock()) + UNFINISHED_SECONDS)
        forgotten = [Delete(_key(job), only_if=known), Delete(_pending(job))]
        return [*forgotten, *listing, *numbered, *member]

    def forget(self, job_id: str) -> None:
        """Delete the pending entry of a job that no longer exists."""
        self._records.write(Delete(_pending_key(job_id)))


def _key(job: Job) -> Key:
    return Key(f"owner#{job.owner}", f"job#{job.id}")


def _listing(job: Job, expires_at: int) -> list[Put]:
    """The entry of an anonymous job in its browser's list."""
    if job.browser is None:
        return []
    key = Key(f"owner#{job.browser}", f"{_LISTED}{job.id}")
    return [Put(key, {"job": job.id}, expires_at=expires_at)]


def _pending(job: Job) -> Key:
    return _pending_key(job.id)


def _pending_key(job_id: str) -> Key:
    return Key(f"pending#{zlib.crc32(job_id.encode()) % SHARDS:x}", job_id)
