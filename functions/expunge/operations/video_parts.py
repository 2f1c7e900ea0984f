"""What the parts of every mode on long videos have in common."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np

from expunge.errors import MalformedImage
from expunge.imaging import moving
from expunge.imaging.moving.ranges import Range
from expunge.imaging.progress import Progress
from expunge.imaging.source import Source
from expunge.operations.options.moving import MovingOptions
from expunge.operations.part_files import packed, scratch_of, unpacked
from expunge.operations.parts import Before, Part

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import BinaryIO

    from numpy.typing import NDArray

    from expunge.imaging.data import FileData
    from expunge.imaging.moving import Coding, Frame, Rewritten
    from expunge.imaging.moving.video.timeline import Timeline

O = TypeVar("O", bound=MovingOptions)  # noqa: E741
WHOLE = Range(0, 1 << 62)


@dataclass(frozen=True)
class Work(Generic[O]):
    """One part that is being done."""

    source: Source
    options: O
    part: Part
    before: Before
    progress: Progress

    @property
    def scratch(self) -> Callable[[], BinaryIO]:
        """Opens an empty file."""
        return scratch_of(self.source)

    @property
    def coding(self) -> Coding:
        """How the result is written."""
        return moving.Coding(**self.options.coding)

    @cached_property
    def timeline(self) -> Timeline:
        """Where the frames are."""
        return moving.timeline(self.source)

    @cached_property
    def range(self) -> Range:
        """The frames of this part, in a stage that divides them."""
        return self.timeline.ranges(self.part.stages[self.part.stage])[self.part.index]

    def frames(
        self,
        within: Range = WHOLE,
        progress: Progress | None = None,
        through: Range | None = None,
    ) -> Iterator[Frame]:
        """Yield frames, and report progress; see `Timeline.frames`."""
        since, until = self.timeline.times(within)
        told = progress or self.progress
        return moving.told(self.timeline.frames(within, through), told, until, since)


def numbered(frames: Iterable[Frame], places: Sequence[int] | NDArray[Any]) -> Iterator[Frame]:
    """Yield frames with their positions among ``places``, those of all frames that were decoded.

    A place is missing there if it could not be decoded.
    """
    for frame in frames:
        yield replace(frame, index=int(np.searchsorted(places, frame.index)))


def write(
    work: Work[Any], changed: Iterator[Frame], told: Callable[[], dict[str, Any]] = dict
) -> FileData:
    """Write a range of the result; ``told`` says what became of its frames, afterwards."""
    from expunge.imaging.moving.video.segments import segment  # noqa: PLC0415 - PyAV

    first = next(changed, None)
    if first is None:
        return packed(work.scratch, {"times": [], "notes": [], "told": told()})
    made = segment(work.source, chain((first,), changed), work.coding)
    with made.file:
        facts = {"times": made.times, "notes": made.notes, "told": told()}
        return packed(work.scratch, facts, inside=made.file)


def join(work: Work[Any], files: Sequence[FileData]) -> tuple[Rewritten, list[Any]]:
    """Join the ranges of the result; return also what was told of each.

    Raises
    ------
    expunge.errors.MalformedImage
        If no range has a frame.
    """
    from expunge.imaging.moving.video.segments import joined  # noqa: PLC0415 - PyAV

    parts = [unpacked(file) for file in files]
    shown = [part for part in parts if part.facts["times"]]
    if not shown:
        raise MalformedImage("the video has no frame that can be decoded")
    segments = [(part.inside, part.facts["times"]) for part in shown]
    notes = shown[0].facts["notes"]
    made = joined(work.source, segments, work.coding, notes, work.progress)
    return made, [part.facts["told"] for part in parts]
