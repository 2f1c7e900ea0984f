"""The records of batches: the only code that reads and writes them.

A batch is one item in its owner's partition. Its plan, and an entry for each of its jobs
(`jobs/membership.py`), are in a partition of its own. Until it has ended, and again while it is
being deleted, it has an *open* entry. With this entry, the sweep finds batches whose message or
worker was lost.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from expunge.batches.batch import Batch, Planned, State, message_of
from expunge.jobs.membership import ENTRY, OPEN, partition
from expunge.jobs.pending import FIRST_CHECK_SECONDS
from expunge.jobs.register import UNFINISHED_SECONDS
from expunge.stores.fields import known
from expunge.stores.listing import newest
from expunge.stores.ports import Delete, Key, Put, Update, WriteRefused
from expunge.stores.shards import Shards

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from expunge.stores.ports import Change, Item, Records

SHARDS = Shards("batches", 4)
BATCH = "batch#"
_LISTED = "batch-listed#"
_PLAN = "plan"
_PAGE = 100


class BatchRegister:
    """Stores batches by owner and id."""

    def __init__(self, records: Records, clock: Callable[[], float]) -> None:
        self._records = records
        self._clock = clock

    def add(self, batch: Batch, plan: Sequence[Planned], *claims: Change) -> None:
        """Write a new batch together with the claims of its admission.

        Raises
        ------
        WriteRefused
            If a claim was refused; ``index`` is its position in the claims.
        """
        expires_at = int(self._clock()) + UNFINISHED_SECONDS
        self._records.write(
            *claims,
            Put(key_of(batch), batch.item(), if_absent=True, expires_at=expires_at),
            Put(_plan_key(batch), {"items": [one.item() for one in plan]}, expires_at=expires_at),
            self._opened(batch),
            *_listing(batch, expires_at),
        )

    def get(self, owner: str, batch: str) -> Batch | None:
        """Return the owner's batch, or ``None`` for another owner's or an unknown id."""
        item = self._records.get(Key(f"owner#{owner}", f"{BATCH}{batch}"))
        return Batch.of(item) if item else None

    def page(self, owner: str, limit: int, cursor: str | None) -> tuple[list[Batch], str | None]:
        """A page of the owner's batches, newest first, and the cursor of the next page."""
        entries, following = newest(self._records, f"owner#{owner}", BATCH, limit, cursor)
        return [Batch.of(item) for _, item in entries], following

    def listed(
        self, browser: str, limit: int, cursor: str | None
    ) -> tuple[list[Batch], str | None]:
        """A page of an anonymous caller's batches, by the browser's name."""
        entries, following = newest(self._records, f"owner#{browser}", _LISTED, limit, cursor)
        return [batch for batch in (self.get(one, one) for one, _ in entries) if batch], following

    def plan(self, batch: Batch) -> list[Planned]:
        """The plan of a batch; empty for one that has been deleted."""
        item = self._records.get(_plan_key(batch))
        planned: Any = item["items"] if item else []
        return [Planned(**known(Planned, one)) for one in planned]

    def entries(self, batch: Batch) -> list[tuple[str, Item]]:
        """The entries of its jobs, the open ones last."""
        found = self._records.query(partition(batch.id), prefix=ENTRY, limit=_PAGE)
        return list(found.entries)

    def has_open_jobs(self, batch: str) -> bool:
        """Whether a job that was made has not ended."""
        return bool(self._records.query(partition(batch), prefix=OPEN, limit=1).entries)

    # ── Steps of the work ────────────────────────────────────────────────────

    def lease(self, batch: Batch, seconds: float) -> Batch | None:
        """Take a batch for so many seconds; ``None`` if another worker was faster."""
        until = self._clock() + seconds
        return self.change(batch, lease=secrets.token_hex(8), lease_until=until)

    def release(self, batch: Batch) -> None:
        """Let other workers take a batch."""
        self.change(batch, lease=None, lease_until=0.0)

    def advance(self, batch: Batch, seconds: float) -> Update:
        """The change that makes one more item's job; only its worker can make it."""
        return Update(
            key_of(batch),
            {"planned": batch.planned + 1, "lease_until": self._clock() + seconds},
            only_if=_as_it_is(batch),
        )

    def change(self, batch: Batch, *others: Change, **fields: Any) -> Batch | None:  # noqa: ANN401
        """Change a batch as it was read; ``None`` if it has changed since."""
        ends: State | None = fields.get("state")
        expires_at = None
        if ends in (State.FINISHED, State.CANCELED):
            expires_at = int(self._clock()) + max(batch.record_seconds, 1)
        update = Update(key_of(batch), dict(fields), _as_it_is(batch), expires_at)
        try:
            self._records.write(update, *others)
        except WriteRefused:
            return None
        return batch.changed(**fields)

    def cancel(self, batch: Batch) -> bool:
        """Ask the worker to cancel what has not started; ``False`` if the batch has ended."""
        change = Update(
            key_of(batch), {"state": State.CANCELING}, only_if={"state": [State.PROCESSING]}
        )
        try:
            self._records.write(change)
        except WriteRefused:
            return False
        return True

    def ended(self, batch: Batch) -> list[Change]:
        """The changes beside a batch's end: it is closed, and listed as long as it can be read."""
        expires_at = int(self._clock()) + max(batch.record_seconds, 1)
        return [Delete(_open_key(batch.id)), *_listing(batch, expires_at)]

    def keep_until_end(self, batch: Batch) -> None:
        """Let the plan and the entries expire with the record of a batch that ends now.

        The plan keeps no options that identify people.
        """
        expires_at = int(self._clock()) + max(batch.record_seconds, 1)
        keys = [Key(partition(batch.id), sort) for sort, _ in self.entries(batch)]
        if keys:
            self._records.write(*(Update(key, {}, expires_at=expires_at) for key in keys))
        plan = self.plan(batch)
        lasting = [one.lasting() for one in plan]
        fields = {} if lasting == plan else {"items": [one.item() for one in lasting]}
        self._records.write(Update(_plan_key(batch), fields, expires_at=expires_at))

    # ── Deletion ─────────────────────────────────────────────────────────────

    def hide(self, batch: Batch) -> Batch | None:
        """Begin to delete an ended batch; ``None`` if it has changed since it was read."""
        unlisted = [Delete(put.key) for put in _listing(batch, 0)]
        return self.change(batch, self._opened(batch), *unlisted, state=State.DELETED)

    def forget(self, batch: Batch, *others: Change) -> None:
        """Delete every record of a batch whose jobs are gone."""
        keys = [Key(partition(batch.id), sort) for sort, _ in self.entries(batch)]
        if keys:
            self._records.write(*(Delete(key) for key in keys))
        gone = [_plan_key(batch), key_of(batch), _open_key(batch.id)]
        self._records.write(*(Delete(key) for key in gone), *others)

    # ── The sweep ────────────────────────────────────────────────────────────

    def due(self) -> Iterator[Item]:
        """The messages of open batches that are due for a check, each postponed."""
        now = self._clock()
        for batch, entry in self._open_entries():
            at = float(str(entry["at"]))
            if float(str(entry["due"])) <= now or at > now + FIRST_CHECK_SECONDS:
                self._postpone(batch, entry)
                yield message_of(str(entry["owner"]), batch)

    def _open_entries(self) -> Iterator[tuple[str, Item]]:
        for shard in SHARDS.from_random():
            cursor = None
            while True:
                page = self._records.query(shard, limit=_PAGE, cursor=cursor)
                yield from page.entries
                cursor = page.cursor
                if cursor is None:
                    break

    def _postpone(self, batch: str, entry: Item) -> None:
        """Make checks of a batch rarer with its age."""
        now = self._clock()
        age = now - float(str(entry["since"]))
        change = Update(_open_key(batch), {"due": now + max(FIRST_CHECK_SECONDS, age), "at": now})
        try:
            self._records.write(change)
        except WriteRefused:
            return  # it ended in the meantime

    def close(self, batch: str) -> None:
        """Delete the open entry of a batch that no longer exists."""
        self._records.write(Delete(_open_key(batch)))

    def _opened(self, batch: Batch) -> Put:
        now = self._clock()
        entry: Item = {
            "owner": batch.owner,
            "due": now + FIRST_CHECK_SECONDS,
            "at": now,
            "since": now,
        }
        return Put(_open_key(batch.id), entry, expires_at=int(now) + UNFINISHED_SECONDS)


def _as_it_is(batch: Batch) -> dict[str, Sequence[Any]]:
    return {"state": [batch.state], "lease": [batch.lease], "planned": [batch.planned]}


def key_of(batch: Batch) -> Key:
    """The key of a batch's record."""
    return Key(f"owner#{batch.owner}", f"{BATCH}{batch.id}")


def _plan_key(batch: Batch) -> Key:
    return Key(partition(batch.id), _PLAN)


def _open_key(batch: str) -> Key:
    return Key(SHARDS.of(batch), batch)


def _listing(batch: Batch, expires_at: int) -> list[Put]:
    """The entry of an anonymous batch in its browser's list."""
    if batch.browser is None:
        return []
    key = Key(f"owner#{batch.browser}", f"{_LISTED}{batch.id}")
    return [Put(key, {"batch": batch.id}, expires_at=expires_at)]
