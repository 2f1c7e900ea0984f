"""What can run where: decided from an image's header, before a job is admitted."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from expunge.operations.available import lacks_weights
from expunge.operations.duration import cpu_seconds, too_long_for
from expunge.operations.memory import peak_bytes, too_large_for
from expunge.operations.parts import longest
from expunge.telemetry.tracing import carried

if TYPE_CHECKING:
    from expunge.imaging.source import Source
    from expunge.jobs.job import Job
    from expunge.operations import Mode
    from expunge.operations.options.base import ModeOptions
    from expunge.operations.parts import Part
    from expunge.stores.ports import Item, Queue


@dataclass(frozen=True, slots=True)
class Capacity:
    """The memory and time that jobs may take. ``None`` is no limit.

    A *large* job takes more memory than a request or an ordinary worker has. It is always queued,
    for workers with more memory, if there are any.
    """

    memory: int | None = None
    """Bytes for a job in a request, or with an ordinary worker."""
    large_memory: int | None = None
    """Bytes for a large job; ``None`` if nothing runs large jobs."""
    request_seconds: float = math.inf
    """Longest run within a request."""
    media_seconds: float = math.inf
    """Longest run on a moving picture, or on a part of one."""
    part_seconds: float = math.inf
    """Estimated seconds of one part of a long moving picture."""
    weights_elsewhere: bool = False
    """Whether workers may have weights of networks that this process lacks."""

    def memory_for(
        self, mode: Mode, source: Source, options: ModeOptions, *, queued: bool = True
    ) -> int:
        """Estimate the job's memory in bytes.

        Raises
        ------
        ImageTooLarge
            If nothing here has so much, or if the job may not be ``queued`` and a request has less.
            The error states the size that fits.
        """
        memory = peak_bytes(mode, source, options)
        limit = (queued and self.large_memory) or self.memory
        if limit is not None and memory > limit:
            raise too_large_for(mode, source, options, limit)
        return memory

    def stages_for(self, mode: Mode, source: Source, options: ModeOptions) -> tuple[int, ...]:
        """The number of parts in each stage of a job; none for a job that one message runs.

        Raises
        ------
        ImageTooLarge
            If a moving picture, or a part of it, may not end in time; with the length that fits.
        """
        if not mode.moves(source):
            return ()
        stages = mode.stages(source, options, self.part_seconds)
        if stages:
            seconds = longest(mode, source, options, stages)
        else:
            seconds = cpu_seconds(mode, source, options)
        if seconds > self.media_seconds:
            raise too_long_for(mode, source, seconds, self.media_seconds)
        return stages

    def is_large(self, memory: int) -> bool:
        return self.large_memory is not None and memory > (self.memory or 0)

    def fits_request(self, mode: Mode, source: Source, options: ModeOptions, memory: int) -> bool:
        """Whether the job may run within a request; otherwise it is queued."""
        if self.weights_elsewhere and lacks_weights(options):
            return False
        soon = cpu_seconds(mode, source, options) <= self.request_seconds
        return soon and not self.is_large(memory)


def needs_media(mode: Mode, source: Source) -> bool:
    """Whether a job needs the libraries and weights of swaps and moving pictures."""
    return mode.synthetic or mode.moves(source)


class Dispatch:
    """Sends jobs to workers, large jobs to workers with more memory, and media to their own."""

    def __init__(
        self, queue: Queue, large: Queue | None, capacity: Capacity, media: Queue | None = None
    ) -> None:
        self._queue = queue
        self._large = large
        self._media = media
        self._capacity = capacity

    def send(self, job: Job, part: Part | None = None) -> None:
        """Send a message about a job, or about one of its parts."""
        which: Item = {"stage": part.stage, "part": part.index} if part else {}
        self.post(job.message() | which, job.memory)

    def post(self, message: Item, memory: int) -> None:
        """Send any message to a worker that has this memory, and for ``media`` its libraries."""
        message = {**message, **carried()}
        if self._media is not None and message.get("media"):
            self._media.send(message)
        elif self._large is not None and self._capacity.is_large(memory):
            self._large.send(message | {"large": True})
        else:
            self._queue.send(message)
