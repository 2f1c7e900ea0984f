"""The records of a job's parts: who runs them, how far they are, which have ended.

A long moving picture is worked on in *stages*. The parts of a stage run in any order and in any
process. A stage begins when all parts of the one before have ended, and the last one has a single
part, which ends the job. The number of parts is fixed when the job is made (`Job.stages`).

Each part that has begun has a record. The job's own record counts down the work that is left
(`Job.work_left`). A part's progress is one write: it changes the part's record, on the condition
that this run still holds its lease, and takes the same amount from the job's. So a part counts
once, however often its message comes, and a stage is over when its work is.
"""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from expunge.jobs.job import lease_left
from expunge.jobs.register import UNFINISHED_SECONDS, key_of
from expunge.stores.fields import known
from expunge.stores.limits import MAX_CHANGES
from expunge.stores.ports import Add, Delete, Key, Put, Update, WriteRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from expunge.jobs.job import Job
    from expunge.operations.parts import Part
    from expunge.stores.ports import Change, Item, Records, Value


@dataclass(frozen=True, slots=True)
class PartState:
    """The record of one part; its default is a part that has not begun."""

    attempts: int = 0
    lease: str | None = None
    lease_until: float = 0.0
    counted: int = 0
    """How much of its work the job's record does not count as left any more."""
    ended: bool = False


class Parts:
    """The parts of all jobs."""

    def __init__(self, records: Records, clock: Callable[[], float], lease_seconds: float) -> None:
        self._records = records
        self._clock = clock
        self._lease_seconds = lease_seconds

    def state(self, job: Job, part: Part) -> PartState:
        item = self._records.get(_key_of(job, part))
        return PartState(**known(PartState, item)) if item else PartState()

    def held_for(self, state: PartState) -> float:
        """Seconds for which another run holds the part, 0 for none."""
        if state.ended:
            return 0.0
        return lease_left(state.lease_until, self._clock(), self._lease_seconds)

    def all_held_for(self, job: Job) -> float:
        """Seconds for which other runs hold all parts that have not ended; 0 if one waits."""
        states = (self.state(job, part) for part in job.parts)
        return min((self.held_for(one) for one in states if not one.ended), default=0.0)

    def waiting(self, job: Job) -> list[Part]:
        """The parts of the job's stage that need a message: not ended, and nobody runs them.

        While others run, a part that never began has its own message in the queue.
        """
        states = {part: self.state(job, part) for part in job.parts}
        held = [part for part, one in states.items() if self.held_for(one)]
        left = [part for part, one in states.items() if not one.ended and part not in held]
        return [part for part in left if states[part].attempts or not held]

    def has_begun(self, job: Job) -> bool:
        """Whether any part of the job's stage was ever started."""
        return any(self.state(job, part).attempts for part in job.parts)

    def start(self, job: Job, part: Part, state: PartState) -> PartRun | None:
        """Lease a part to a new run; ``None`` if another run was faster."""
        mine = PartState(state.attempts + 1, secrets.token_hex(8), self._lease_end(), state.counted)
        key, item = _key_of(job, part), _item(mine)
        change: Change = Update(key, item, only_if={"lease": [state.lease]})
        if not state.attempts:
            expires_at = int(self._clock()) + UNFINISHED_SECONDS
            change = Put(key, item, if_absent=True, expires_at=expires_at)
        return PartRun(self, job, part, mine) if self.write(change) else None

    def renewed(self, state: PartState, counted: int) -> PartState:
        """The state with a new lease, and with this progress; progress never falls."""
        return replace(state, lease_until=self._lease_end(), counted=max(state.counted, counted))

    def forget(self, owner: str, job: str, stages: Sequence[int]) -> None:
        """Delete the records of the parts of a job that is over."""
        numbers = [(stage, index) for stage, n in enumerate(stages) for index in range(n)]
        for at in range(0, len(numbers), MAX_CHANGES):
            some = numbers[at : at + MAX_CHANGES]
            self._records.write(*(Delete(_key(owner, job, *number)) for number in some))

    def _lease_end(self) -> float:
        return self._clock() + self._lease_seconds

    def write(self, *changes: Change) -> bool:
        """Make all changes, or none if one was refused."""
        try:
            self._records.write(*changes)
        except WriteRefused:
            return False
        return True


class PartRun:
    """One run of a part, which holds its lease until another one takes it over."""

    def __init__(self, parts: Parts, job: Job, part: Part, state: PartState) -> None:
        self.part = part
        self._parts = parts
        self._job = job
        self._state = state
        self._work = job.part_work[part.stage]

    @property
    def attempts(self) -> int:
        """How often the part was started, with this time."""
        return self._state.attempts

    def renew(self, percent: int) -> bool:
        """Renew the lease and count the progress; ``False`` if the lease is lost."""
        return self._count(self._parts.renewed(self._state, self._work * percent // 100))

    def end(self) -> bool:
        """Count the part as ended; ``False`` if its lease is lost."""
        return self._count(replace(self._state, counted=self._work, ended=True))

    def held(self) -> Update:
        """A change for the write that ends the job, refused if the lease is lost."""
        lease = self._state.lease
        return Update(_key_of(self._job, self.part), {"lease": lease}, only_if={"lease": [lease]})

    def _count(self, state: PartState) -> bool:
        """Write a state; once more if an earlier write was made, but its answer was lost."""
        if self._write(state):
            return True
        stored = self._parts.state(self._job, self.part)
        if stored.lease != self._state.lease or stored.counted == self._state.counted:
            return False
        self._state = stored
        return self._write(replace(state, counted=max(state.counted, stored.counted)))

    def _write(self, state: PartState) -> bool:
        changes: list[Change] = [self._changed(state)]
        done = state.counted - self._state.counted
        if done:
            # The floor also refuses a job without a record.
            changes.append(Add(key_of(self._job), "work_left", -done, floor=0))
        if not self._parts.write(*changes):
            return False
        self._state = state
        return True

    def _changed(self, state: PartState) -> Update:
        mine = self._state
        only_if: dict[str, list[Value]] = {"lease": [mine.lease], "counted": [mine.counted]}
        return Update(_key_of(self._job, self.part), _item(state), only_if=only_if)


def _key_of(job: Job, part: Part) -> Key:
    return _key(job.owner, job.id, part.stage, part.index)


def _key(owner: str, job: str, stage: int, index: int) -> Key:
    return Key(f"owner#{owner}", f"part#{job}#{stage:02}-{index:04}")


def _item(state: PartState) -> Item:
    return dict(asdict(state))
