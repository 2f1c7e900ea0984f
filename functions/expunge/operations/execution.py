"""Where operations run: the port that jobs know, and running them in this very process."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from expunge.errors import ExpungeError, PipelineError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from expunge.imaging.progress import Progress
    from expunge.imaging.source import Source
    from expunge.operations import Mode
    from expunge.operations.options.base import ModeOptions
    from expunge.operations.outcome import Outcome

log = logging.getLogger(__name__)

_OPENCV_NO_MEMORY = -4
"""``cv2.error.code`` (``cv::Error::StsNoMem``)."""


class Turn(Protocol):
    """The right to run one operation now, and the memory for it."""

    def run(
        self,
        mode: Mode,
        source: Source,
        options: ModeOptions,
        progress: Progress,
        *,
        seconds: float,
    ) -> Outcome:
        """Run it to its end, or for so many seconds where this process can be spared of it.

        Raises
        ------
        PipelineError
            Where it took longer, or took its process down.
        """
        ...


class Executor(Protocol):
    """Hands out turns, as many at a time as there is memory for."""

    def turn(self, mode: Mode, memory: int) -> AbstractContextManager[Turn]:
        """Wait a moment for ``memory`` bytes and a process; both are given back at the exit.

        Raises
        ------
        Overloaded
            Where other work has them for longer than a moment.
        """
        ...


class Reserve(Protocol):
    """Memory that is shared by everything that runs on one machine."""

    def share(self, memory: int) -> AbstractContextManager[None]:
        """See `Executor.turn`."""
        ...


class InProcess:
    """Runs operations in this process: where it does nothing else, or they decode nothing.

    Parameters
    ----------
    reserve
        Where the memory of operations that decode pixels is reserved. Without one, as on Lambda,
        where one job has a machine to itself, nothing is.
    """

    def __init__(self, reserve: Reserve | None = None) -> None:
        self._reserve = reserve

    @contextmanager
    def turn(self, mode: Mode, memory: int) -> Iterator[Turn]:
        if self._reserve is None or not mode.decodes:
            yield InThisProcess()
            return
        with self._reserve.share(memory):
            yield InThisProcess()


class InThisProcess:
    """A turn whose operation cannot be stopped."""

    def run(
        self,
        mode: Mode,
        source: Source,
        options: ModeOptions,
        progress: Progress,
        *,
        seconds: float,  # noqa: ARG002
    ) -> Outcome:
        return mode.run(source, options, progress)


def failure_of(error: Exception, name: str) -> ExpungeError:
    """What a caller is told of whatever an operation raised; ``name`` is for the log."""
    if isinstance(error, ExpungeError):
        return error
    if isinstance(error, MemoryError) or getattr(error, "code", None) == _OPENCV_NO_MEMORY:
        log.error("%s needs more memory than there is for it", name)
        return PipelineError("The image needs more memory than a job may use here.")
    log.error("%s crashed", name, exc_info=error)
    return PipelineError("The image could not be processed.")
