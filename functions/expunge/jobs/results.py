"""Stores the files of jobs that run: results, and originals for the operator."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from expunge.jobs.job import Job, Retention
from expunge.jobs.register import RESULT_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from expunge.imaging.source import Source
    from expunge.operations.outcome import Outcome
    from expunge.stores.ports import Objects


class Results:
    """The objects that runs write.

    Parameters
    ----------
    answer_bytes
        Largest image in one answer; ``None`` is no limit.
    """

    def __init__(
        self, objects: Objects, clock: Callable[[], float], answer_bytes: int | None
    ) -> None:
        self._objects = objects
        self._clock = clock
        self._answer_bytes = answer_bytes

    def keep_original(self, job: Job, source: Source) -> None:
        """Store a synchronous job's original if requested; a queued job's is stored already."""
        if job.retention is Retention.ALL and job.sync and job.input_key:
            self._objects.put(job.input_key, source.data, content_type=source.media_type)

    def keep(self, job: Job, outcome: Outcome) -> dict[str, Any]:
        """Store the resulting file, and return what the job's record says of it.

        A second run writes the same bytes to the same key.
        """
        with outcome.file or nullcontext():
            facts: dict[str, Any] = {"result_bytes": outcome.length}
            if outcome.length is None or not self._stores(job, outcome.length):
                return facts
            key = job.object_key("out", outcome.media_type)
            if outcome.file is not None:
                self._objects.put_file(key, outcome.file, content_type=outcome.media_type)
            elif outcome.image is not None:
                self._objects.put(key, outcome.image, content_type=outcome.media_type)
        return facts | {
            "result_key": key,
            "result_type": outcome.media_type,
            "result_expires_at": self._clock() + RESULT_SECONDS,
        }

    def _stores(self, job: Job, length: int) -> bool:
        """Whether a result of so many bytes is stored."""
        if job.retention is Retention.REPORT:
            return self._answer_bytes is not None and length > self._answer_bytes
        return job.retention is not Retention.NOTHING
