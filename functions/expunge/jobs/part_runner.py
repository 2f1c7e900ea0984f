"""Runs the parts of jobs, and begins their next stages.

Every message only says where to look: what a part or its job needs is decided by their records.
So a message that comes twice, late, or before another one does no harm.
"""

from __future__ import annotations

import logging
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from expunge.errors import Overloaded
from expunge.jobs.failures import JobOver, LeaseHeld, NoRoom
from expunge.jobs.heartbeat import Heartbeat, ProgressTracker
from expunge.jobs.part_life import PartLife, PartTurn
from expunge.operations import mode_named

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from expunge.imaging.source import Source
    from expunge.jobs.capacity import Dispatch
    from expunge.jobs.job import Job
    from expunge.jobs.part_files import PartFiles
    from expunge.jobs.parts import PartRun, Parts, PartState
    from expunge.jobs.register import Register
    from expunge.jobs.runner import Runner
    from expunge.operations.execution import Executor, Turn
    from expunge.operations.options.base import ModeOptions
    from expunge.operations.parts import Part
    from expunge.stores.ports import Value

log = logging.getLogger(__name__)

STEP = 5
"""Percent of a part's progress that are news: many parts at once write into the job's record."""


class PartRunner:
    """Runs jobs with stages, part by part."""

    def __init__(
        self,
        register: Register,
        parts: Parts,
        files: PartFiles,
        runner: Runner,
        dispatch: Dispatch,
        executor: Executor,
        *,
        lease_seconds: float,
        longest_run: float,
        attempts: int,
        clock: Callable[[], float],
    ) -> None:
        self._register = register
        self._parts = parts
        self._files = files
        self._runner = runner
        self._dispatch = dispatch
        self._executor = executor
        self._lease_seconds = lease_seconds
        self._longest_run = longest_run
        self._attempts = attempts
        self._clock = clock

    def work(self, job: Job, message: Mapping[str, Value]) -> None:
        """Process a message about a job, or about one of its parts.

        Raises
        ------
        NotNow
            While another worker runs the part, or other jobs use the memory for it.
        Unavailable
            If a store failed; the message should be retried.
        """
        asked = (message.get("stage"), message.get("part"))
        part = next((part for part in job.parts if (part.stage, part.index) == asked), None)
        if part is not None:
            self._look(job, part)
        elif "stage" not in message or not self._parts.has_begun(job):
            self._resume(job)

    def _resume(self, job: Job) -> None:
        """Send a message for every part that waits; if none is left, begin the next stage."""
        for part in self._parts.waiting(job):
            self._dispatch.send(job, part)
        self._move_on(job)

    def _look(self, job: Job, part: Part) -> None:
        """Run a part, unless it has ended or another worker runs it."""
        state = self._parts.state(job, part)
        if state.ended:
            self._move_on(job)
        elif seconds := self._parts.held_for(state):
            raise LeaseHeld(seconds)
        elif state.attempts >= self._attempts:
            times = f"{state.attempts} times"
            self._runner.give_up(job, f"A part of the job was started {times} and did not finish.")
        else:
            self._take(job, part, state)

    def _take(self, job: Job, part: Part, state: PartState) -> None:
        try:
            with self._executor.turn(mode_named(job.mode), job.memory) as turn:
                run = self._parts.start(job, part, state)
                if run is None:
                    raise LeaseHeld(self._lease_seconds)
                self._run(self._prepared(job), run, turn)
        except Overloaded:
            raise NoRoom from None
        except JobOver:
            log.info("job %s: part %d of stage %d is over", job.id, part.index, part.stage)

    def _prepared(self, job: Job) -> Job:
        """The job, with the time at which its first part began."""
        if job.started_at is not None:
            return job
        self._register.prepare(job)
        return self._current(job)

    def _current(self, job: Job) -> Job:
        """The job as it is now.

        Raises
        ------
        JobOver
            If it is not in the same stage any more.
        """
        now = self._register.get(job.owner, job.id)
        if now is None or now.status.ended or now.stage != job.stage:
            raise JobOver
        return now

    def _run(self, job: Job, run: PartRun, turn: Turn) -> None:
        life = PartLife(self._register, run, self._current, self._clock)
        with ExitStack() as opened:
            staged = PartTurn(turn, run.part, self._files.before(job, opened))
            if run.part.is_last:
                self._runner.run_stored(job, staged, life)
                return
            found = self._runner.inputs(job, opened, life)
            if found is not None and self._made(job, life, staged, *found):
                self._end(job, run)

    def _made(
        self, job: Job, life: PartLife, turn: PartTurn, source: Source, options: ModeOptions
    ) -> bool:
        """Run a part and store its file; ``False`` if the job has failed by it."""
        tracker, mode, limit = ProgressTracker(STEP), mode_named(job.mode), self._longest_run

        def overrun() -> None:
            tracker.stop()
            self._runner.stop(life, job)

        try:
            with Heartbeat(
                lambda: self._runner.renew(life, job, tracker),
                self._lease_seconds,
                limit,
                news=tracker.news,
                overrun=overrun,
            ):
                made: Any = turn.run(mode, source, options, tracker, seconds=limit)
                self._files.keep(job, turn.part, made)
        except Exception as error:  # noqa: BLE001 (each is reported or raised again)
            failure = self._runner.failure(life, job, error)
        else:
            return True
        self._runner.fail(life, job, failure)
        return False

    def _end(self, job: Job, run: PartRun) -> None:
        """Count a part as ended, and begin the next stage if it was the last one to end."""
        counted = run.end()
        now = self._register.get(job.owner, job.id)
        if now is None or now.status.ended:
            self._files.delete(job)  # whoever ended the job did so before this file was stored
        elif counted and now.stage == job.stage:
            self._move_on(now)

    def _move_on(self, job: Job) -> None:
        """Begin the next stage, if all parts of this one have ended and nobody else has done so."""
        following = self._register.advance(job) if job.is_stage_over else None
        for part in following.parts if following else ():
            self._dispatch.send(job, part)
