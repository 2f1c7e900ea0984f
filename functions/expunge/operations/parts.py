"""Long jobs on videos, in parts: what the parts are, and how one of them runs.

A job goes through stages. The parts of a stage run on their own, in any order and in any process,
and each leaves a file. A stage begins when all parts of the one before have ended. The last stage
has one part, which returns the job's outcome.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from expunge.imaging.loading import load

if TYPE_CHECKING:
    from collections.abc import Sequence

    from expunge.imaging.data import FileData
    from expunge.imaging.progress import Progress
    from expunge.imaging.source import Source
    from expunge.operations import Mode
    from expunge.operations.options.base import ModeOptions
    from expunge.operations.outcome import Outcome

COSTS = "expunge.operations.moving_costs"
WORK = "expunge.operations.video_parts"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a job."""

    stage: int
    """From 0."""
    index: int
    """From 0, in its stage."""
    stages: tuple[int, ...]
    """The number of parts of each stage of the job."""

    @property
    def is_last(self) -> bool:
        """Whether it returns the outcome."""
        return self.stage == len(self.stages) - 1


class Before(Protocol):
    """Gives the files that the parts of an earlier stage left, in the order of the parts."""

    def __call__(self, stage: int) -> Sequence[FileData]: ...


def stages(mode: Mode, source: Source, options: ModeOptions, seconds: float) -> tuple[int, ...]:
    """Return the number of parts of each stage; ``()`` if one message does all.

    It follows from the file's structure and the options alone.

    Parameters
    ----------
    seconds
        CPU time that one part may be estimated to take.
    """
    if not mode.moves(source):
        return ()
    found: tuple[int, ...] = load(COSTS).stages(mode, source, options, seconds)
    return found


def shares(mode: Mode, counts: Sequence[int]) -> tuple[float, ...]:
    """Return the share of each stage in the work of a job in parts; together they are 1."""
    found: tuple[float, ...] = load(COSTS).shares(mode, counts)
    return found


def part_seconds(mode: Mode, source: Source, options: ModeOptions, part: Part) -> float:
    """Return the longest CPU time of a part in seconds."""
    found: float = load(COSTS).part_seconds(mode, source, options, part)
    return found


def longest(mode: Mode, source: Source, options: ModeOptions, counts: tuple[int, ...]) -> float:
    """Return the longest CPU time of any part in seconds."""
    parts = [Part(stage, 0, counts) for stage in range(len(counts))]
    return max(part_seconds(mode, source, options, part) for part in parts)


def run_part(
    mode: Mode,
    source: Source,
    options: ModeOptions,
    part: Part,
    before: Before,
    progress: Progress,
) -> FileData | Outcome:
    """Run one part; see `expunge.operations.Mode.run_part`."""
    work = load(WORK).Work(source, options, part, before, progress)
    steps = load(f"expunge.operations.{mode.name}_parts").STAGES
    made: FileData | Outcome = steps[part.stage](work)
    progress(1)
    return made
