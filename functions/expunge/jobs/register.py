"""The register of jobs: the only code that reads and writes their records.

A job is one item in its owner's partition. An anonymous job is its own owner, so its id alone
finds it; a *listing* in the partition of its browser's name points to it. Until a job ends, a
*pending* entry (`pending`) names it, by which the sweep finds a job whose message or worker was
lost. A job's state is in its record alone: one conditional write changes it, together with the
charges and messages that depend on it.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Protocol

from expunge.accounts.settlement import settlement
from expunge.errors import Unavailable
from expunge.jobs import membership, messages_kept, page_index, part_files
from expunge.jobs.job import Job, Status, stored
from expunge.jobs.pending import Pending
from expunge.operations import MODES
from expunge.stores.listing import newest
from expunge.stores.ports import (
    Change,
    Delete,
    Item,
    Key,
    Put,
    Records,
    Update,
    WriteRefused,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

log = logging.getLogger(__name__)

_LISTED = "listed#"
UNFINISHED_SECONDS = 7 * 24 * 3600
"""Lifetime of the record of a job that never ends."""
RESULT_SECONDS = 24 * 3600
"""Lifetime of a result."""


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
        self._pending = Pending(records, clock)

    def add(self, job: Job, *claims: Change) -> None:
        """Write a new job together with the claims of its admission.

        A synchronous job without a key or a price (`Job.apart`) gets its pending entry by a write
        before, and its listing at its end: a single write costs half of its share in a
        transaction. If the claims are then refused, the sweep deletes the entry. It must stay until
        then: the refusal may be due to a first attempt of the same write, whose answer was lost.

        Raises
        ------
        WriteRefused
            If a claim was refused; ``index`` is its position in the claims.
        """
        expires_at = int(self._clock()) + UNFINISHED_SECONDS
        record = Put(key_of(job), job.item(), if_absent=True, expires_at=expires_at)
        pending, numbered = self._pending.added(job, expires_at), page_index.added(job)
        if job.apart:
            self._records.write(pending)
            self._records.write(*claims, record, *numbered)
        else:
            member = membership.entered(job, expires_at)
            listing, files = _listing(job, expires_at), part_files.registered(job)
            self._records.write(*claims, record, pending, *listing, *numbered, *member, *files)
        if not job.sync:
            self._observer(job)

    def add_ended(
        self,
        job: Job,
        status: Status,
        claims: Sequence[Change],
        *also: Change,
        **facts: Any,  # noqa: ANN401
    ) -> Job:
        """Write a job that has ended already, its settled charge and its messages, in one write.

        ``claims`` come first in the write, and ``also`` last.

        Raises
        ------
        WriteRefused
            If a claim was refused, by its position in the claims; or, after them, the job itself,
            since it has been stored before.
        """
        ended, notices, expires_at = self._ended(job, status, facts)
        self._records.write(
            *claims,
            Put(key_of(ended), ended.item(), if_absent=True, expires_at=expires_at),
            *_settled(ended),
            *notices.changes,
            *also,
            *_listing(ended, expires_at),
            *page_index.added(ended),
            *self._member(ended),
        )
        notices.send()
        self._observer(ended)
        return ended

    def get(self, owner: str, job_id: str) -> Job | None:
        """Return the owner's job, or ``None`` for another owner's job or an unknown id."""
        item = self._records.get(Key(f"owner#{owner}", f"job#{job_id}"))
        return Job.of(item) if item else None

    def page(self, owner: str, limit: int, cursor: str | None) -> tuple[list[Job], str | None]:
        """A page of the owner's jobs, newest first, and the cursor of the next page."""
        entries, following = newest(self._records, f"owner#{owner}", "job#", limit, cursor)
        return [Job.of(item) for _, item in entries], following

    def listed(self, browser: str, limit: int, cursor: str | None) -> tuple[list[Job], str | None]:
        """A page of an anonymous caller's jobs, by the browser's name."""
        entries, following = newest(self._records, f"owner#{browser}", _LISTED, limit, cursor)
        return [job for job in (self.get(one, one) for one, _ in entries) if job], following

    def numbered(
        self, owner: str, surface: str, key: str | None, number: int, size: int
    ) -> tuple[list[Job], int]:
        """A numbered page of a surface's jobs of an account, or of one of its API keys.

        Also returns the number of jobs in the whole list.
        """
        page = page_index.page(self._records, surface, key or owner, number, size)
        return [job for job in (self.get(owner, one) for one in page.ids) if job], page.total

    def following(
        self, owner: str, surface: str, key: str | None, size: int, after: str | None
    ) -> tuple[list[Job], str | None]:
        """The same jobs after an entry of the list, and the last entry; see `page_index`."""
        ids, last = page_index.following(self._records, surface, key or owner, size, after)
        return [job for job in (self.get(owner, one) for one in ids) if job], last

    def start(self, job: Job, lease: str, lease_until: float) -> Job | None:
        """Start a queued job, or one whose lease expired; ``None`` if another run was faster."""
        return self._change(
            job,
            {"status": [job.status], "lease": [job.lease]},
            *self._member(job.changed(status=Status.PROCESSING)),
            status=Status.PROCESSING,
            attempts=job.attempts + 1,
            lease=lease,
            lease_until=lease_until,
            progress=0,
        )

    def prepare(self, job: Job) -> Job | None:
        """Note that the first part was started; ``None`` if the job's state has changed."""
        return self._change(
            job, {"status": [Status.QUEUED], "started_at": [None]}, started_at=self._clock()
        )

    def advance(self, job: Job) -> Job | None:
        """Begin the next stage of a job whose parts have all ended; ``None`` if that was done."""
        state: dict[str, Sequence[Any]] = {
            "status": [job.status],
            "stage": [job.stage or None],
            "work_left": [job.work_left],
        }
        begun = {"status": Status.PROCESSING, "stage": job.stage + 1, "stage_at": self._clock()}
        soon = self._pending.added(job, int(self._clock()) + UNFINISHED_SECONDS)
        return self._change(job, state, soon, *self._member(job.changed(**begun)), **begun)

    def attempts(self, job: Job) -> int:
        """How often the job was started."""
        return job.attempts

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
        ended, notices, expires_at = self._ended(job, status, facts)
        change = Update(
            key_of(job),
            stored(facts | _ending(job, ended)),
            only_if={"status": [job.status], "lease": [job.lease]},
            expires_at=expires_at,
        )
        others = [*_settled(ended), *notices.changes, *also, *self._member(ended)]
        if not self._write_end(ended, change, others, expires_at):
            return None
        notices.send()
        self._observer(ended)
        return ended

    def _write_end(
        self, job: Job, change: Update, others: Sequence[Change], expires_at: int
    ) -> bool:
        """Write a job's end; ``False`` if the job's state has changed.

        If a job `apart` changes nothing but its record, single writes do: a listing without its job
        is not shown, and the sweep deletes a pending entry that is left.
        """
        pending, listing = self._pending.removed(job), _listing(job, expires_at)
        alone = job.apart and not others
        try:
            if alone and listing:
                self._records.write(*listing)
            self._records.write(*((change,) if alone else (change, pending, *others, *listing)))
        except WriteRefused:
            return False
        if alone:
            with suppress(Unavailable):
                self._records.write(pending)
        return True

    def _ended(self, job: Job, status: Status, facts: dict[str, Any]) -> tuple[Job, Notices, int]:
        """The job after its end, its messages, and when its record expires."""
        now = self._clock()
        done = {"progress": 100} if status is Status.SUCCEEDED else {}
        kept = {"options": _kept_options(job)}
        ended = job.changed(**facts, **done, **kept, status=status, ended_at=now)
        return ended, self._outbox.notices(ended), int(now) + max(job.record_seconds, 1)

    def _change(
        self,
        job: Job,
        only_if: dict[str, Sequence[Any]],
        *others: Change,
        **fields: Any,  # noqa: ANN401
    ) -> Job | None:
        try:
            self._records.write(Update(key_of(job), fields, only_if=only_if), *others)
        except WriteRefused:
            return None
        return job.changed(**fields)

    def unfinished(self) -> Iterator[Job]:
        """Every job that has not ended, the oldest first."""
        for entry in self._pending.all():
            job = self.get(entry.owner, entry.job_id)
            if job and not job.status.ended:
                yield job

    def removal(self, job: Job) -> list[Change]:
        """The changes that delete a job's records; the first is refused if the job has changed.

        Only an ended job, or a job of an erased owner, may be deleted.
        """
        known: dict[str, Sequence[Any]] = {"status": [job.status], "lease": [job.lease]}
        listing = [Delete(put.key) for put in _listing(job, 0)]
        numbered = page_index.removed(job, self._clock())
        member = membership.removed(job, int(self._clock()) + UNFINISHED_SECONDS)
        noted = messages_kept.noted(job, self._clock())
        forgotten = [Delete(key_of(job), only_if=known), self._pending.removed(job)]
        return [*forgotten, *listing, *numbered, *member, *noted]

    def _member(self, job: Job) -> list[Change]:
        """The changes that write the job's state into its batch."""
        return membership.entered(job, int(self._clock()) + UNFINISHED_SECONDS)


def key_of(job: Job) -> Key:
    """The key of a job's record."""
    return Key(f"owner#{job.owner}", f"job#{job.id}")


def _listing(job: Job, expires_at: int) -> list[Put]:
    """The entry of an anonymous job in its browser's list."""
    if job.browser is None:
        return []
    key = Key(f"owner#{job.browser}", f"{_LISTED}{job.id}")
    return [Put(key, {"job": job.id}, expires_at=expires_at)]


def _settled(ended: Job) -> list[Change]:
    """The changes that settle or refund the charge of a job that ends now."""
    return settlement(
        ended.refund_data,
        owner=ended.owner,
        job=ended.id,
        succeeded=ended.status is Status.SUCCEEDED,
        now=ended.ended_at or 0.0,
    )


def _kept_options(job: Job) -> dict[str, Any]:
    """The options that stay in the record of a job after its end: none that identify people."""
    mode = MODES.get(job.mode)
    return mode.options_type.without_biometrics(job.options) if mode else job.options


def _ending(job: Job, ended: Job) -> Item:
    """The fields that every end writes; the progress of a job that failed stays as it was."""
    facts: Item = {"status": ended.status, "ended_at": ended.ended_at}
    if ended.options != job.options:
        facts["options"] = ended.options
    return facts | ({"progress": ended.progress} if ended.status is Status.SUCCEEDED else {})
