"""The port through which jobs run operations, and an adapter that runs them in this process."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol, TypeVar

from expunge.errors import ExpungeError, PipelineError, StorageFull
from expunge.machine import is_disk_full

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from expunge.imaging.progress import Progress
    from expunge.imaging.source import Source
    from expunge.operations import Mode
    from expunge.operations.options.base import ModeOptions

log = logging.getLogger(__name__)

_OPENCV_NO_MEMORY = -4
"""``cv2.error.code`` (``cv::Error::StsNoMem``)."""


Made_co = TypeVar("Made_co", covariant=True)
Made = TypeVar("Made")


class Work(Protocol[Made_co]):
    """A mode, or one part of what it does."""

    @property
    def name(self) -> str: ...

    def run(self, source: Source, options: ModeOptions, progress: Progress, /) -> Made_co: ...


class Turn(Protocol):
    """Permission to run one operation now, with memory reserved for it."""

    def run(
        self,
        mode: Work[Made],
        source: Source,
        options: ModeOptions,
        progress: Progress,
        *,
        seconds: float,
    ) -> Made:
        """Run the operation, for at most ``seconds`` if it has a process of its own.

        Raises
        ------
        PipelineError
            If it took longer, or its process crashed.
        """
        ...


class Executor(Protocol):
    """Grants turns to run operations, as many at a time as memory allows."""

    def turn(self, mode: Mode, memory: int) -> AbstractContextManager[Turn]:
        """Wait briefly for ``memory`` bytes and a process; the exit releases both.

        Raises
        ------
        Overloaded
            If other work keeps them for too long.
        """
        ...


class Reserve(Protocol):
    """The memory budget that all operations on one machine share."""

    def share(self, memory: int) -> AbstractContextManager[None]:
        """Reserve ``memory`` bytes; see `Executor.turn`."""
        ...


class InProcess:
    """Runs operations in this process, if it does nothing else or they decode no pixels.

    Parameters
    ----------
    reserve
        The memory budget for operations that decode pixels. On Lambda, where a job has a machine
        to itself, there is none and nothing is reserved.
    """

    def __init__(self, reserve: Reserve | None = None) -> None:
        self._reserve = reserve

    @contextmanager
    def turn(self, mode: Mode, memory: int) -> Iterator[Turn]:
        if self._reserve is None or not (mode.decodes or memory):
            yield InThisProcess()
            return
        with self._reserve.share(memory):
            yield InThisProcess()


class InThisProcess:
    """A turn whose operation cannot be stopped."""

    def run(
        self,
        mode: Work[Made],
        source: Source,
        options: ModeOptions,
        progress: Progress,
        *,
        seconds: float,  # noqa: ARG002
    ) -> Made:
        return mode.run(source, options, progress)


def failure_of(error: Exception, name: str) -> ExpungeError:
    """Convert an operation's exception to the error for the caller; ``name`` is for the log."""
    if isinstance(error, ExpungeError):
        return error
    if isinstance(error, MemoryError) or getattr(error, "code", None) == _OPENCV_NO_MEMORY:
        log.error("%s needs more memory than is available", name)
        return PipelineError("The image needs more memory than a job may use here.")
    if is_disk_full(error):
        log.error("%s has no space on the disk", name)
        return StorageFull("The disk of this service is full.")
    log.error("%s crashed", name, exc_info=error)
    return PipelineError("The image could not be processed.")
