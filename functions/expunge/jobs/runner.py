"""Runs jobs, with retries: a run can end a job only while it still owns the job's lease."""

from __future__ import annotations

import logging
import secrets
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Protocol

from expunge.errors import ExpungeError, Overloaded, PipelineError, Unavailable
from expunge.imaging.stopwatch import Stopwatch
from expunge.jobs import part_files
from expunge.jobs.failures import LeaseHeld, NoRoom, NotStored, failure_for, may_pass
from expunge.jobs.heartbeat import Heartbeat, ProgressTracker
from expunge.jobs.job import Job, Status
from expunge.jobs.results import Results
from expunge.jobs.stored_input import stored_source
from expunge.operations import mode_named
from expunge.telemetry.tracing import span

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from expunge.imaging.source import Source
    from expunge.jobs.cleanup import Cleanup
    from expunge.jobs.guard import Guard
    from expunge.jobs.register import Register
    from expunge.jobs.run_times import RunTimeEstimator
    from expunge.operations.execution import Executor, Turn
    from expunge.operations.options.base import ModeOptions
    from expunge.operations.outcome import Outcome
    from expunge.operations.receipt import Issuer
    from expunge.stores.ports import Change, Objects, Put

log = logging.getLogger(__name__)


class Life(Protocol):
    """Writes a job's record: the register's, or `ChargeAtEnd` for a job without one."""

    def attempts(self, job: Job) -> int:
        """How often the run was started, with this time."""
        ...

    def renew(self, job: Job, lease_until: float, progress: int) -> object: ...

    def end(
        self,
        job: Job,
        status: Status,
        *also: Change,
        **facts: Any,  # noqa: ANN401
    ) -> Job | None: ...


class Runner:
    """Runs jobs and writes their ends."""

    def __init__(
        self,
        objects: Objects,
        register: Register,
        cleanup: Cleanup,
        estimator: RunTimeEstimator,
        executor: Executor,
        *,
        issuer: Issuer | None = None,
        job_guard: Guard,
        lease_seconds: float,
        longest_run: float,
        attempts: int,
        clock: Callable[[], float],
        answer_bytes: int | None = None,
    ) -> None:
        self._objects = objects
        self._register = register
        self._cleanup = cleanup
        self._estimator = estimator
        self._executor = executor
        self._issuer = issuer
        self._guard = job_guard
        self._lease_seconds = lease_seconds
        self._longest_run = longest_run
        self._attempts = attempts
        self._results = Results(objects, clock, answer_bytes)
        self._clock = clock

    def leased(self, job: Job) -> Job:
        """Lease a new job to the current request, which runs it at once."""
        return job.changed(
            status=Status.PROCESSING,
            attempts=1,
            lease=_new_lease(),
            lease_until=self._clock() + self._lease_seconds,
        )

    def start(self, job: Job) -> None:
        """Run a queued job, unless another worker runs it.

        Raises
        ------
        NotNow
            While another worker runs the job, or other jobs use the memory for it.
        """
        if seconds := job.held_for(self._clock(), self._lease_seconds):
            raise LeaseHeld(seconds)
        if job.attempts >= self._attempts:
            self.give_up(job)
            return
        try:
            with self._executor.turn(mode_named(job.mode), job.memory) as turn:
                self._start(job, turn)
        except Overloaded:
            raise NoRoom from None

    def _start(self, job: Job, turn: Turn) -> None:
        lease_until = self._clock() + self._lease_seconds
        mine = self._register.start(job, _new_lease(), lease_until)
        if mine is None:
            raise LeaseHeld(self._lease_seconds)
        self.run_stored(mine, turn, self._register)

    def give_up(self, job: Job, why: str | None = None) -> None:
        """Fail a job after its last attempt, for example if it crashes its workers."""
        times = {0: "never", 1: "once"}.get(job.attempts, f"{job.attempts} times")
        error = PipelineError(why or f"The job was started {times} and did not finish.")
        log.error("job %s: %s", job.id, error.detail)
        started = job.attempts > 0 or job.started_at is not None
        self.fail(self._register, job, error, stored=started)

    def run_stored(self, job: Job, turn: Turn, life: Life) -> None:
        """Run a leased job on its stored images."""
        with ExitStack() as opened:
            found = self.inputs(job, opened, life)
            if found is not None:
                self.run(job, *found, turn, life)

    def inputs(self, job: Job, opened: ExitStack, life: Life) -> tuple[Source, ModeOptions] | None:
        """The stored images and the options of a job; ``None`` if the job has failed by them."""
        try:
            source = stored_source(self._objects, job, opened)
            return source, mode_named(job.mode).options(job.options)
        except ExpungeError as error:
            if may_pass(error):
                raise
            self.fail(life, job, error)
            return None

    def discard_copies(self, job: Job) -> None:
        """Delete the files that were made only for this job; an upload stays."""
        for key in (*job.copy_keys, *part_files.keys(job)):
            self._objects.delete(key)

    def copies_registered(self, job: Job) -> list[Put]:
        """Changes that make the sweep delete those copies, in case this process crashes first."""
        return [task.registration() for task in self._cleanup.tasks(job.copy_keys)]

    def run(
        self,
        job: Job,
        source: Source,
        options: ModeOptions,
        turn: Turn,
        life: Life | None = None,
    ) -> tuple[Job, Outcome | None]:
        """Run a job to its end; return the ended job and the outcome of this run.

        Parameters
        ----------
        life
            Renews and ends the job; ``None`` for a leased job, which has a record.
        """
        facts = {"expunge.job_id": job.id, "expunge.mode": job.mode}
        with span("job", facts | {"expunge.pixels": job.pixels}) as part:
            ended, outcome = self._run(job, source, options, turn, life or self._register)
            part.set_attribute("expunge.state", ended.status.value)
            return ended, outcome

    def _run(
        self, job: Job, source: Source, options: ModeOptions, turn: Turn, life: Life
    ) -> tuple[Job, Outcome | None]:
        watch = Stopwatch()
        tracker = ProgressTracker()
        worked = False
        try:
            with Heartbeat(
                lambda: self.renew(life, job, tracker),
                self._lease_seconds,
                self._longest_run,
                news=tracker.news,
                overrun=lambda: self.stop(life, job),
            ):
                self._results.keep_original(job, source)
                watch.lap("storage")
                mode, limit = mode_named(job.mode), self._longest_run
                outcome = turn.run(mode, source, options, tracker, seconds=limit)
                watch.lap("work")
                worked = True
                self._add_receipt(job, source, options, outcome)
                records = self._guard.records(job, source, outcome)
                facts = self._results.keep(job, outcome)
                watch.lap("storage")
        except Exception as error:  # noqa: BLE001 (each is reported or raised again)
            failure = self.failure(life, job, error)
        else:
            facts["timings_ms"] = _timings(source, outcome, watch.milliseconds()["storage"])
            spent = watch.milliseconds()["total"]
            return self._succeed(life, job, outcome, facts, spent, records), outcome
        again = job.attempts > 1 or bool(job.stages)  # an earlier run may have stored one
        # Outside the except block the traceback is gone, and with it the operation's memory.
        return self.fail(life, job, failure, stored=worked or again), None

    def _succeed(
        self,
        life: Life,
        job: Job,
        outcome: Outcome,
        facts: dict[str, Any],
        total: float,
        records: Sequence[Change],
    ) -> Job:
        spent = round(total)
        try:
            ended = life.end(
                job,
                Status.SUCCEEDED,
                *self.copies_registered(job),
                *records,
                report=_corrected(job) | outcome.report,
                processing_ms=spent,
                **facts,
            )
        except ExpungeError as error:
            surely_not = isinstance(error, NotStored) or not isinstance(error, Unavailable)
            if surely_not and (stored := facts.get("result_key")):
                self._cleanup.delete([stored])
            raise
        if not job.sync:
            self._estimator.record(job, (ended and ended.processing_ms) or spent)
        if ended is None:
            return self._lost_race(job, facts)
        self.discard_copies(ended)
        return ended

    def _lost_race(self, job: Job, facts: Mapping[str, Any]) -> Job:
        """Return a job that another run has ended or taken over, and delete this run's result."""
        current = self._current(job)
        stored = facts.get("result_key")
        if stored and current.status.ended and current.result_key != stored:
            self._cleanup.delete([stored])
        return current

    def renew(self, life: Life, job: Job, tracker: ProgressTracker) -> None:
        """Renew the lease; this has no effect if another run has taken over the job."""
        lease_until = self._clock() + self._lease_seconds
        if life.renew(job, lease_until, tracker.take_percent()) is False:
            tracker.stop()

    def stop(self, life: Life, job: Job) -> None:
        """Fail a job that takes too long while its operation still runs; a later end is ignored."""
        log.error("job %s: %s takes longer than %g s", job.id, job.mode, self._longest_run)
        what = "A part of the job" if job.stages else "The job"
        limit = f"{what} took longer than {self._longest_run:g} seconds, and was stopped."
        self.fail(life, job, PipelineError(limit), stored=True)

    def _add_receipt(
        self, job: Job, source: Source, options: ModeOptions, outcome: Outcome
    ) -> None:
        """Sign what was done, if the job asks for it. The key never reaches the operation."""
        if options.wants_receipt and self._issuer is not None:
            mode, url = mode_named(job.mode), job.base_url
            receipt = self._issuer.receipt(mode, source, options, outcome, url=url, job=job.id)
            outcome.report["receipt"] = receipt

    def failure(self, life: Life, job: Job, error: Exception) -> ExpungeError:
        """See `failure_for`."""
        return failure_for(job, error, last=life.attempts(job) >= self._attempts)

    def fail(self, life: Life, job: Job, error: ExpungeError, *, stored: bool = False) -> Job:
        """End a job as failed; if a result may be ``stored``, delete it too."""
        tasks = self._cleanup.tasks(job.result_keys()) if stored else []
        ended = life.end(
            job,
            Status.FAILED,
            *(task.registration() for task in tasks),
            *self.copies_registered(job),
            error_code=error.code,
            error_message=error.detail,
        )
        if ended is None:
            return self._current(job)
        self.discard_copies(ended)
        self._cleanup.attempt(tasks)
        return ended

    def _current(self, job: Job) -> Job:
        """The job's current record, after another run was faster."""
        return self._register.get(job.owner, job.id) or job


def _corrected(job: Job) -> dict[str, Any]:
    """The start of the report for a file whose name implied another media type."""
    if job.guessed_type is None:
        return {}
    return {"corrected": {"declared": job.guessed_type, "actual": job.media_type}}


def _timings(source: Source, outcome: Outcome, storage: float) -> dict[str, float]:
    """Milliseconds by stage, from parsing the file to storing the result."""
    stages = {"read": source.read_ms, "storage": storage}
    stages |= {name: spent for name, spent in outcome.timings_ms.items() if name != "total"}
    rounded = {name: round(spent, 3) for name, spent in stages.items()}
    return rounded | {"total": round(sum(rounded.values()), 3)}


def _new_lease() -> str:
    return secrets.token_hex(8)
