"""Erases accounts: what speaks for a person at once, what they made in as many sweeps as it takes.

One write forgets the account, its credentials and its identities, and registers the rest: so
nothing of it is ever forgotten half. Each sweep goes through what lies in the account's partition.
The ledger stays, without the person: entries name jobs and an id that nobody bears any more.
"""

from __future__ import annotations

import logging
import time
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from expunge.accounts.counters import BOOKS
from expunge.accounts.erasures import PARTITION, PendingErasure
from expunge.accounts.ledger import ENTRY
from expunge.errors import NotFound
from expunge.jobs.job import Job
from expunge.stores.ports import Delete, Key, WriteRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from expunge.accounts.account import Account
    from expunge.accounts.accounts import Accounts
    from expunge.hooks.hooks import Hooks
    from expunge.jobs.jobs import Jobs
    from expunge.stores.ports import Change, Item, Records

log = logging.getLogger(__name__)

LOOK_SECONDS = 5
"""How soon to look again where a job was still running."""
SETTLED_SECONDS = 900
"""How long an erased account is looked after: by then no process takes its key for valid any more,
and none has the use of one left to write down."""
SWEEP_SECONDS = 15.0
"""A sweep ends after this long; what is left is the next one's."""
_PAGE = 100
_KEPT = (ENTRY, BOOKS)
_JOB, _UPLOAD, _HOOKS = "job#", "upload#", "hooks"


class Erasure:
    """Erases accounts with everything they made."""

    def __init__(
        self,
        records: Records,
        accounts: Accounts,
        jobs: Jobs,
        hooks: Hooks,
        clock: Callable[[], float],
    ) -> None:
        self._records = records
        self._accounts = accounts
        self._jobs = jobs
        self._hooks = hooks
        self._clock = clock

    def begin(self, account_id: str) -> Account:
        """End everything that speaks for an account, and register the rest; what it was.

        Raises
        ------
        NotFound
            Where there is no such account.
        Conflict
            For the operator's own.
        """
        now = int(self._clock())
        return self._accounts.erase(account_id, PendingErasure(account_id, now, now).written())

    def sweep(self) -> int:
        """Go on with what is due; how many accounts have nothing left."""
        end = time.monotonic() + SWEEP_SECONDS
        return sum(self._continue(task, end) for task in self._due())

    def _due(self) -> Iterator[PendingErasure]:
        page = self._records.query(PARTITION, limit=_PAGE)
        for _, item in page.entries:
            task = PendingErasure.of(item)
            if task.due > self._clock():
                return
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
        """Erase a guest whose time is over; somebody who has signed in meanwhile is none."""
        now = int(self._clock())
        with suppress(NotFound):
            if self._accounts.get(task.account).guest:
                begun = PendingErasure(task.account, now, now)
                self._accounts.erase(task.account, Delete(task.key), begun.written())
                return
        self._records.write(Delete(task.key))

    def _put_off(self, task: PendingErasure, due: int) -> None:
        with suppress(WriteRefused):  # another sweep has done so
            old = Delete(task.key, only_if={"due": [task.due]})
            self._records.write(old, replace(task, due=due).written())

    def _empty(self, account: str, end: float) -> bool:
        """Delete what lies in an account's partition; whether that is all."""
        partition, cursor, done = f"owner#{account}", None, True
        while True:
            page = self._records.query(partition, limit=_PAGE, cursor=cursor)
            plain: list[Change] = []
            for sort, item in page.entries:
                if time.monotonic() > end:
                    return False
                if sort.startswith(_JOB):
                    done &= self._forget_job(Job.of(item))
                elif not sort.startswith(_KEPT):
                    self._forget_other(account, sort, item)
                    plain.append(Delete(Key(partition, sort)))
            if plain:
                self._records.write(*plain)
            if page.cursor is None:
                return done
            # What is kept may be long, and is passed over: «~» sorts after every id.
            passed = (f"{kept}~" for kept in _KEPT if page.cursor.startswith(kept))
            cursor = next(passed, page.cursor)

    def _forget_job(self, job: Job) -> bool:
        gone = self._jobs.drop(job)
        if gone and job.webhook_url is not None:
            self._hooks.forget(job.id)
        return gone

    def _forget_other(self, account: str, sort: str, item: Item) -> None:
        """What hangs on an item that is about to be deleted."""
        if sort.startswith(_UPLOAD):
            self._jobs.cleanup.delete([sort.removeprefix(_UPLOAD)])
        elif sort == _HOOKS:
            for hook in self._hooks.of(item):
                self._hooks.forget(hook)
            log.info("account %s: its webhook subscriptions are gone", account)
