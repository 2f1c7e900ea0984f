"""The files that the parts of a job leave for the parts of later stages.

Their keys follow from the job's record. Their deletion is registered with the job, before any of
them is written, and put off while the job runs. Whoever ends the job deletes them at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from typing import TYPE_CHECKING, overload

from expunge.errors import PipelineError
from expunge.imaging.data import FileData
from expunge.jobs.cleanup import CHECK_SECONDS, PendingDeletion, part_keys

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import ExitStack

    from expunge.jobs.job import Job
    from expunge.jobs.parts import Parts
    from expunge.jobs.register import Register
    from expunge.operations.parts import Before, Part
    from expunge.stores.ports import Objects, Put

MEDIA_TYPE = "application/octet-stream"


def folder(job: Job) -> str:
    return f"parts/{job.day}/{job.id}"


def keys(job: Job) -> list[str]:
    """The object keys of all files that the job's parts may have left until now."""
    return part_keys(folder(job), job.stages[:-1][: job.stage + 1])


def registered(job: Job) -> list[Put]:
    """The change that makes the sweep delete a new job's files, once it has ended."""
    if not job.stages:
        return []
    due = int(job.created_at) + CHECK_SECONDS
    task = PendingDeletion(folder(job), due, due, job.owner, job.id, job.stages)
    return [task.registration()]


class PartFiles:
    """The files of the parts of all jobs.

    Parameters
    ----------
    longest_run
        Seconds in which a run that began before its job's end may still write a file.
    """

    def __init__(
        self,
        objects: Objects,
        register: Register,
        parts: Parts,
        clock: Callable[[], float],
        longest_run: float,
    ) -> None:
        self._objects = objects
        self._register = register
        self._parts = parts
        self._clock = clock
        self._longest_run = longest_run

    def keep(self, job: Job, part: Part, made: FileData) -> None:
        """Store and close what a part has made. A second run writes the same to the same key."""
        key = _key(job, part.stage, part.index)
        with closing(made):
            self._objects.put_file(key, made.binary, content_type=MEDIA_TYPE)

    def before(self, job: Job, opened: ExitStack) -> Before:
        """What earlier stages have left, for a part; ``opened`` closes the files."""

        def left(stage: int) -> Sequence[FileData]:
            return _Left(self._objects, job, stage, opened)

        return left

    def delete(self, job: Job) -> None:
        """Delete the files of a job that is over."""
        for key in keys(job):
            self._objects.delete(key)

    def release(self, task: PendingDeletion) -> float | None:
        """Until when a job's files are needed (Unix seconds).

        ``None`` if they are not needed any more; then the records of its parts are gone, too.
        """
        owner, job_id = task.upload_of or "", task.parts_of or ""
        until = self._needed_until(self._register.get(owner, job_id))
        if until > self._clock():
            return until
        self._parts.forget(owner, job_id, task.stages)
        return None

    def _needed_until(self, job: Job | None) -> float:
        if job is None:
            return 0.0
        if not job.status.ended:
            return self._clock() + CHECK_SECONDS
        return (job.ended_at or 0.0) + self._longest_run


class _Left(Sequence[FileData]):
    """The files of one stage, in the order of its parts; each is opened when it is first read."""

    def __init__(self, objects: Objects, job: Job, stage: int, opened: ExitStack) -> None:
        self._objects = objects
        self._job = job
        self._stage = stage
        self._opened = opened
        self._files: dict[int, FileData] = {}

    def __len__(self) -> int:
        return self._job.stages[self._stage]

    @overload
    def __getitem__(self, index: int) -> FileData: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[FileData]: ...

    def __getitem__(self, index: int | slice) -> FileData | Sequence[FileData]:
        if isinstance(index, slice):
            return [self[each] for each in range(*index.indices(len(self)))]
        at = range(len(self))[index]
        if at not in self._files:
            self._files[at] = self._open(at)
        return self._files[at]

    def _open(self, index: int) -> FileData:
        file = self._objects.open(_key(self._job, self._stage, index))
        if file is None:
            raise PipelineError("A part of the work has expired before all of it was done.")
        self._opened.enter_context(file)
        return FileData(file, self._objects.scratch)


def _key(job: Job, stage: int, index: int) -> str:
    return f"{folder(job)}/{stage}-{index}"
