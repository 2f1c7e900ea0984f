"""Running a job, once or again: every end is written on condition that the run still holds it."""

from __future__ import annotations

import logging
import secrets
from typing import TYPE_CHECKING, Any

from expunge.errors import ExpungeError, ModelMissing, PipelineError, Unavailable, UploadNotFound
from expunge.imaging.source import Source
from expunge.imaging.stopwatch import Stopwatch
from expunge.jobs.heartbeat import Heartbeat
from expunge.jobs.job import Job, Keep, Status
from expunge.jobs.register import RESULT_SECONDS
from expunge.operations import mode_named

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pydantic import BaseModel

    from expunge.jobs.register import Register
    from expunge.operations.outcome import Outcome
    from expunge.stores.ports import Objects, Value

log = logging.getLogger(__name__)


class LeaseHeld(Exception):
    """Another worker has the job; its message is worth another look in ``seconds``."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"held by another worker for {seconds:.1f} s")
        self.seconds = seconds


class Runner:
    """Runs jobs and writes their ends."""

    def __init__(
        self,
        objects: Objects,
        register: Register,
        *,
        lease_seconds: float,
        attempts: int,
        clock: Callable[[], float],
    ) -> None:
        self._objects = objects
        self._register = register
        self._lease_seconds = lease_seconds
        self._attempts = attempts
        self._clock = clock

    def leased(self, job: Job) -> Job:
        """A new job as its own maker's, to be run at once."""
        return job.changed(
            status=Status.PROCESSING,
            attempts=1,
            lease=_new_lease(),
            lease_until=self._clock() + self._lease_seconds,
        )

    def work(self, message: Mapping[str, Value]) -> None:
        """Do what a queue message asks for. Doing it twice is harmless.

        Raises
        ------
        LeaseHeld
            While another worker has the job.
        Unavailable
            Where a store failed; the message should come again.
        """
        job = self._register.get(str(message["owner"]), str(message["job"]))
        if job is None or job.status.ended:
            return
        now = self._clock()
        if job.status is Status.PROCESSING and job.lease_until > now:
            raise LeaseHeld(job.lease_until - now)
        if job.attempts >= self._attempts:
            self.give_up(job)
            return
        mine = self._register.start(job, _new_lease(), now + self._lease_seconds)
        if mine is None:
            raise LeaseHeld(self._lease_seconds)
        self._run_stored(mine)

    def give_up(self, job: Job) -> None:
        """End a job that its workers do not survive."""
        log.error("job %s: no end after %d attempts", job.id, job.attempts)
        times = {0: "never", 1: "once"}.get(job.attempts, f"{job.attempts} times")
        self._fail(job, PipelineError(f"The job was started {times} and did not come to an end."))

    def _run_stored(self, job: Job) -> None:
        data = self._objects.get(job.input_key) if job.input_key else None
        if data is None:
            self._fail(job, UploadNotFound("The image expired before the job was run."))
            return
        try:
            source = Source.of(data)
            options = mode_named(job.mode).options(job.options)
        except ExpungeError as error:
            self._fail(job, error)
            return
        ended, _ = self.run(job, source, options)
        if ended.status.ended:
            self.discard_input(job)

    def discard_input(self, job: Job) -> None:
        """Drop the copy of an image that was made for this job's run alone; an upload stays."""
        if job.input_key and job.id in job.input_key and job.keep is not Keep.ALL:
            self._objects.delete(job.input_key)

    def run(self, job: Job, source: Source, options: BaseModel) -> tuple[Job, Outcome | None]:
        """Run a leased job to its end: the job as it then stands, and what came of this run."""
        watch = Stopwatch()
        try:
            with Heartbeat(lambda: self._renew(job), self._lease_seconds):
                self._keep_original(job, source)
                watch.lap("storage")
                outcome = mode_named(job.mode).operation.run(source, options)
                watch.lap("work")
                facts = self._keep(job, outcome)
                watch.lap("storage")
        except ModelMissing as error:
            return self._fail(job, error), None
        except Unavailable:
            if not job.sync:
                raise
            return self._fail(job, Unavailable("A store did not answer; please try again.")), None
        except ExpungeError as error:
            return self._fail(job, error), None
        except Exception:
            log.exception("job %s: %s crashed", job.id, job.mode)
            return self._fail(job, PipelineError("The picture could not be processed.")), None
        spent = watch.milliseconds()
        ended = self._register.end(
            job,
            Status.SUCCEEDED,
            report=outcome.report,
            processing_ms=round(spent["total"]),
            timings_ms=_timings(source, outcome, spent["storage"]),
            result_bytes=None if outcome.image is None else len(outcome.image),
            **facts,
        )
        return ended or self._as_it_stands(job), outcome

    def _renew(self, job: Job) -> None:
        """Hold the job for another lease; in vain where it was taken over."""
        self._register.renew(job, self._clock() + self._lease_seconds)

    def _keep_original(self, job: Job, source: Source) -> None:
        """Store what a synchronous job's caller wants kept; a queued job's is there already."""
        if job.keep is Keep.ALL and job.sync and job.input_key:
            self._objects.put(job.input_key, source.data, content_type=source.media_type)

    def _keep(self, job: Job, outcome: Outcome) -> dict[str, Any]:
        """Store the resulting image; a second run writes the same bytes to the same key."""
        if outcome.image is None or job.keep is Keep.NOTHING:
            return {}
        key = job.place("out", outcome.media_type)
        self._objects.put(key, outcome.image, content_type=outcome.media_type)
        return {
            "result_key": key,
            "result_type": outcome.media_type,
            "result_expires_at": self._clock() + RESULT_SECONDS,
        }

    def _fail(self, job: Job, error: ExpungeError) -> Job:
        ended = self._register.end(
            job, Status.FAILED, error_code=error.code, error_message=error.detail
        )
        return ended or self._as_it_stands(job)

    def _as_it_stands(self, job: Job) -> Job:
        """Another run was faster: its end is the end."""
        return self._register.get(job.owner, job.id) or job


def _timings(source: Source, outcome: Outcome, storage: float) -> dict[str, float]:
    """Milliseconds by stage, from the reading of the structure to the stored result."""
    stages = {"read": source.read_ms, "storage": storage}
    stages |= {name: spent for name, spent in outcome.timings_ms.items() if name != "total"}
    rounded = {name: round(spent, 3) for name, spent in stages.items()}
    return rounded | {"total": round(sum(rounded.values()), 3)}


def _new_lease() -> str:
    return secrets.token_hex(8)
