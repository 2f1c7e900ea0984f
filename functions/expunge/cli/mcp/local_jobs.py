"""Jobs of an agent on this machine. They live as long as the process."""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import anyio.to_thread
import click

from expunge import machine
from expunge.agents.answers import Answer, JobState
from expunge.cli.inputs import opened
from expunge.cli.lines import reason_of
from expunge.cli.mcp.arguments import LocalArguments
from expunge.cli.mcp.results import Target
from expunge.cli.work import SHARE, Budget, Work
from expunge.errors import ExpungeError, JobFailed, JobNotFound, Overloaded, PipelineError
from expunge.ids import new_id
from expunge.operations import MODES, Mode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.agents.arguments import ImageArguments
    from expunge.cli.mcp.folders import Folders
    from expunge.imaging.data import FileData
    from expunge.net.ports import Fetch

AT_ONCE = 2
"""Jobs that run in parallel."""
MAX_WAITING = 32
"""Jobs that may wait for their turn."""
MAX_ENDED = 100
"""Ended jobs whose answers are kept."""


@dataclass(slots=True)
class _Job:
    mode: Mode
    work: Work
    target: Target
    path: Path | None
    url: str | None
    inline: bytes | None
    id: str = field(default_factory=lambda: new_id("job", time.time()))
    progress: int = 0
    running: bool = False
    result: Future[Answer] = field(init=False)

    def advance(self, fraction: float) -> None:
        self.progress = min(int(fraction * 100), 99)

    def state(self) -> Answer:
        status = "processing" if self.running else "queued"
        return Answer(
            JobState(
                job_id=self.id,
                mode=self.mode.name,
                status="processing" if self.running else "queued",
                progress=self.progress,
                next_step=f"The job is {status}. Call job_status with this job_id.",
            )
        )


class LocalJobs:
    """Implements `expunge.agents.server.ToolJobs` on files of this machine."""

    arguments: type[ImageArguments] = LocalArguments
    modes = tuple(MODES)
    writes_files = True

    def __init__(self, folders: Folders, fetch: Fetch, max_file_mb: int) -> None:
        self._folders = folders
        self._fetch = fetch
        self._max_file_mb = max_file_mb
        self._pool = ThreadPoolExecutor(AT_ONCE)
        self._budget = Budget(int(machine.memory() * SHARE))
        self._jobs: dict[str, _Job] = {}

    def close(self) -> None:
        """Drop the jobs that have not begun."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def start(self, mode: Mode, given: ImageArguments) -> Answer:
        assert isinstance(given, LocalArguments)
        job = self._planned(mode, given)
        self._make_room()
        job.result = self._pool.submit(self._run, job)
        self._jobs[job.id] = job
        return job.state()

    async def wait(self, job_id: str, seconds: float) -> Answer:
        job = self._jobs.get(job_id)
        if job is None:
            raise JobNotFound(
                f"There is no job «{job_id}». The last {MAX_ENDED} jobs since the start are known."
            )
        ended = partial(wait_for, [job.result], seconds)
        await anyio.to_thread.run_sync(ended, abandon_on_cancel=True)
        if not job.result.done():
            return job.state()
        try:
            return job.result.result()
        except ExpungeError:
            raise
        except Exception as error:
            raise JobFailed(*reason_of(error)) from error

    def _planned(self, mode: Mode, given: LocalArguments) -> _Job:
        options = mode.options(given.options or {})
        path = None if given.path is None else self._folders.readable(given.path)
        target = Target(self._folders, path, given.output, given.overwrite)
        if mode.gives_image:
            target.check(options)
        try:
            work = Work.of(mode, options, self._max_file_mb)
        except click.ClickException as error:  # settings of receipts
            raise JobFailed(PipelineError.code, error.message) from None
        work = replace(work, budget=self._budget)
        return _Job(mode, work, target, path, given.image_url, given.inline_image())

    def _make_room(self) -> None:
        ended = [job.id for job in self._jobs.values() if job.result.done()]
        if len(self._jobs) - len(ended) >= MAX_WAITING + AT_ONCE:
            raise Overloaded(f"{MAX_WAITING} jobs wait already. Wait for one with job_status.")
        for job_id in ended[: max(0, len(ended) - MAX_ENDED + 1)]:
            del self._jobs[job_id]

    def _run(self, job: _Job) -> Answer:
        job.running = True
        with self._image(job) as data:
            outcome = job.work.outcome(job.work.source(data), job.advance)
        path = image = None
        with outcome.file or nullcontext():
            if outcome.length is not None:
                path, image = job.target.deliver(outcome, job.work.options)
        state = JobState(
            job_id=job.id,
            mode=job.mode.name,
            status="succeeded",
            progress=100,
            report=outcome.report,
            media_type=outcome.media_type,
            result_path=None if path is None else str(path),
        )
        return Answer(state, image)

    @contextmanager
    def _image(self, job: _Job) -> Iterator[bytes | FileData]:
        if job.path is not None:
            path = self._folders.readable(str(job.path))  # it may have become a link since
            with opened(path, job.work.limits) as data:
                yield data
        elif job.url is not None:
            fetched = self._fetch.get(job.url, limit=job.work.limits.file_bytes)
            assert fetched is not None  # no ETag was sent
            yield fetched.data
        else:
            assert job.inline is not None
            yield job.inline
