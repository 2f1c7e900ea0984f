"""Erases accounts: credentials at once, the account's data in one or more sweeps.

One write deletes the account, its credentials and its identities, and registers an erasure of the
rest. So a crash cannot leave an account half erased. Each sweep deletes items of the account's
partition. The ledger is kept without personal data: its entries name jobs and a deleted id.
"""

from __future__ import annotations

import logging
import time
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from expunge.accounts.counters import BOOKS
from expunge.accounts.erasures import SHARDS, PendingErasure
from expunge.accounts.ledger import ENTRY
from expunge.batches.register import BATCH
from expunge.errors import NotFound
from expunge.jobs import messages_kept
from expunge.jobs.attempts import Attempts
from expunge.jobs.job import Job
from expunge.stores.ports import Delete, Key, WriteRefused
from expunge.swaps import audit, complaints
from expunge.swaps.audit import Swap
from expunge.swaps.complaints import Complaint

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from expunge.accounts.account import Account
    from expunge.accounts.accounts import Accounts
    from expunge.batches.batches import Batches
    from expunge.hooks.hooks import Hooks
    from expunge.jobs.jobs import Jobs
    from expunge.stores.ports import Change, Item, Records

log = logging.getLogger(__name__)

LOOK_SECONDS = 5
"""Delay before the next sweep while a job is still running."""
SETTLED_SECONDS = 900
"""How long sweeps continue for an erased account. After that no process has its key cached, or
use of the key left to record."""
SWEEP_SECONDS = 15.0
"""Longest time of one sweep; the next sweep continues."""
_PAGE = 100
_KEPT = (ENTRY, BOOKS)
_JOB, _PART, _UPLOAD, _HOOKS = "job#", "part#", "upload#", "hooks"
"""Jobs come before their parts in the order of a partition."""


class Erasure:
    """Erases accounts with all their data."""

    def __init__(
        self,
        records: Records,
        accounts: Accounts,
        jobs: Jobs,
        batches: Batches,
        hooks: Hooks,
        clock: Callable[[], float],
    ) -> None:
        self._records = records
        self._accounts = accounts
        self._jobs = jobs
        self._batches = batches
        self._hooks = hooks
        self._clock = clock

    def begin(self, account_id: str) -> Account:
        """Delete an account with its credentials, and register its erasure; return the account.

        Raises
        ------
        NotFound
            If there is no such account.
        Conflict
            For the operator's account.
        """
        now = int(self._clock())
        return self._accounts.erase(account_id, PendingErasure(account_id, now, now).registration())

    def sweep(self) -> int:
        """Continue due erasures; return the number of accounts that are completely erased."""
        end, erased, attempts = time.monotonic() + SWEEP_SECONDS, 0, Attempts()
        for task in self._due():
            with attempts.one(f"the erasure of account {task.account}"):
                erased += self._continue(task, end)
        attempts.finish()
        return erased

    def _due(self) -> Iterator[PendingErasure]:
        for partition in SHARDS.from_random():
            page = self._records.query(partition, limit=_PAGE)
            for _, item in page.entries:
                task = PendingErasure.of(partition, item)
                if task.due > self._clock():
                    break
                yield task

    def _continue(self, task: PendingErasure, end: float) -> bool:
        now = int(self._clock())
        if task.if_guest:
            self._begin_with_guest(task)
            return False
        if not self._empty(task.account, end):
            self._put_off(task, now + LOOK_SECONDS)
        elif now - task.registered_at < SETTLED_SECONDS:
            self._put_off(task, task.registered_at + SETTLED_SECONDS)
        else:
            self._records.write(Delete(task.key))
            return True
        return False

    def _begin_with_guest(self, task: PendingErasure) -> None:
        """Erase an expired guest account, unless the guest has signed in or bought credits."""
        now = int(self._clock())
        with suppress(NotFound):
            account = self._accounts.get(task.account)
            if account.guest and not account.billing.get("has_bought"):
                begun = PendingErasure(task.account, now, now)
                self._accounts.erase(task.account, Delete(task.key), begun.registration())
                return
        self._records.write(Delete(task.key))

    def _put_off(self, task: PendingErasure, due: int) -> None:
        with suppress(WriteRefused):  # another sweep was faster
            old = Delete(task.key, only_if={"due": [task.due]})
            self._records.write(old, replace(task, due=due, partition=None).registration())

    def _empty(self, account: str, end: float) -> bool:
        """Delete the items of an account's partition; return whether none is left to delete."""
        partition, cursor, done = f"owner#{account}", None, True
        while True:
            page = self._records.query(partition, limit=_PAGE, cursor=cursor)
            plain: list[Change] = []
            for sort, item in page.entries:
                if time.monotonic() > end:
                    return False
                if sort.startswith(_JOB):
                    done &= self._forget_job(Job.of(item))
                elif sort.startswith(BATCH):
                    done &= self._forget_batch(item)
                elif sort.startswith(_PART) and not done:
                    continue  # of a job that still runs
                elif not sort.startswith(_KEPT):
                    self._forget_other(account, sort, item)
                    plain.append(Delete(Key(partition, sort)))
            if plain:
                self._records.write(*plain)
            if page.cursor is None:
                return done
            # Kept items may be many, so skip them: «~» sorts after every id.
            passed = (f"{kept}~" for kept in _KEPT if page.cursor.startswith(kept))
            cursor = next(passed, page.cursor)

    def _forget_job(self, job: Job) -> bool:
        gone = self._jobs.drop(job)
        if gone and job.webhook_url is not None:
            self._hooks.forget(job.id)
        return gone

    def _forget_batch(self, item: Item) -> bool:
        gone = self._batches.drop(item)
        if gone and item.get("webhook_url") is not None:
            self._hooks.forget(str(item["id"]))
        return gone

    def _forget_other(self, account: str, sort: str, item: Item) -> None:
        """Delete the data that depends on an item, before the item itself."""
        if sort.startswith(messages_kept.NOTE):
            self._hooks.forget(sort.removeprefix(messages_kept.NOTE))
        elif sort.startswith(_UPLOAD):
            self._jobs.cleanup.delete([sort.removeprefix(_UPLOAD)])
        elif sort.startswith(audit.ENTRY):
            self._records.write(*Swap.of(item).removal())
        elif sort.startswith(complaints.ENTRY):
            self._records.write(*Complaint.of(item).removal())
        elif sort == _HOOKS:
            for hook in self._hooks.of(item):
                self._hooks.forget(hook)
            log.info("account %s: its webhook subscriptions are gone", account)
