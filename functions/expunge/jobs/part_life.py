"""A part of a job, as `Runner` sees it: a turn that runs it, and a life that it may end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from expunge.jobs.failures import JobOver
from expunge.jobs.job import Status

if TYPE_CHECKING:
    from collections.abc import Callable

    from expunge.imaging.data import FileData
    from expunge.imaging.progress import Progress
    from expunge.imaging.source import Source
    from expunge.jobs.job import Job
    from expunge.jobs.parts import PartRun
    from expunge.jobs.register import Register
    from expunge.operations import Mode
    from expunge.operations.execution import Turn
    from expunge.operations.options.base import ModeOptions
    from expunge.operations.outcome import Outcome
    from expunge.operations.parts import Before, Part
    from expunge.stores.ports import Change


class PartOf:
    """One part of what a mode does; see `expunge.operations.execution.Work`."""

    def __init__(self, mode: Mode, part: Part, before: Before) -> None:
        self.name = mode.name
        self._mode = mode
        self._part = part
        self._before = before

    def run(self, source: Source, options: ModeOptions, progress: Progress) -> FileData | Outcome:
        return self._mode.run_part(source, options, self._part, self._before, progress)


class PartTurn:
    """A turn that runs one part in place of a whole mode."""

    def __init__(self, turn: Turn, part: Part, before: Before) -> None:
        self.part = part
        self._turn = turn
        self._before = before

    def run(
        self,
        mode: Any,  # noqa: ANN401
        source: Source,
        options: ModeOptions,
        progress: Progress,
        *,
        seconds: float,
    ) -> Any:  # noqa: ANN401
        """See `expunge.operations.execution.Turn.run`; a file unless the part is the last one."""
        work = PartOf(mode, self.part, self._before)
        return self._turn.run(work, source, options, progress, seconds=seconds)


class PartLife:
    """The life of a job for a run of one of its parts, which may end it while it holds its lease.

    See `runner.Life`.
    """

    def __init__(
        self,
        register: Register,
        run: PartRun,
        current: Callable[[Job], object],
        clock: Callable[[], float],
    ) -> None:
        self._register = register
        self._run = run
        self._current = current
        self._clock = clock

    def attempts(self, job: Job) -> int:  # noqa: ARG002
        """How often the part was started."""
        return self._run.attempts

    def renew(self, job: Job, lease_until: float, progress: int) -> bool:  # noqa: ARG002
        """Renew the part's lease and count its progress; ``False`` if job or lease are lost."""
        try:
            self._current(job)
        except JobOver:
            return False
        return self._run.renew(progress)

    def end(
        self,
        job: Job,
        status: Status,
        *also: Change,
        **facts: Any,  # noqa: ANN401
    ) -> Job | None:
        """End the job; its run time is counted from the start of its first part."""
        if status is Status.SUCCEEDED:
            since = self._clock() - (job.started_at or job.created_at)
            facts["processing_ms"] = max(round(since * 1000), 0)
        return self._register.end(job, status, self._run.held(), *also, **facts)
