"""What a mode is: its name, options, quota group, requirements, and the module that runs it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from time import perf_counter
from typing import TYPE_CHECKING, Any, Protocol

from pydantic import ValidationError

from expunge.errors import ValidationFailed
from expunge.extras import explained
from expunge.imaging.loading import load
from expunge.imaging.media_types import UNDECODED, VIDEOS
from expunge.imaging.progress import Progress, silent
from expunge.operations import parts
from expunge.operations.evidence import gathered
from expunge.operations.labels import with_label
from expunge.operations.options.base import ModeOptions
from expunge.operations.outcome import Outcome
from expunge.operations.reports.base import Report
from expunge.validation import field_errors

if TYPE_CHECKING:
    from expunge.imaging.data import FileData
    from expunge.imaging.source import Source
    from expunge.operations.parts import Before, Part


class Group(StrEnum):
    """Modes that share a quota."""

    LIGHT = "light"
    HEAVY = "heavy"
    DETECT = "detect"
    MOVING = "moving"
    """Jobs on animations and videos, whatever the mode."""


class Operation(Protocol):
    """The interface of a mode's module."""

    def run(self, source: Source, options: Any, *progress: Progress) -> Outcome: ...  # noqa: ANN401


@dataclass(frozen=True, slots=True)
class Mode:
    """A mode: its name, options, quota group and requirements."""

    name: str
    group: Group
    options_type: type[ModeOptions]
    """The model of its options."""
    sync: bool
    """Whether a job of this mode runs synchronously by default."""
    summary: str
    report_type: type[Report] = Report
    """The model of its report."""
    partial: bool = False
    """Whether it accepts a truncated file, and reports the part that can be read."""
    stepwise: bool = False
    """Whether it reports progress: then ``run`` takes a `Progress`."""
    decodes: bool = True
    """Whether it decodes pixels. That takes memory by their number, and may crash the process."""
    extra: str | None = None
    """The extra that it requires."""
    structural: bool = False
    """Whether the file's structure is enough, so that it takes types that are not decoded here."""
    companions: bool = False
    """Whether it needs companions: other pictures, which not every interface can give."""
    moving: bool = False
    """Whether it takes animations and videos."""
    synthetic: bool = False
    """Whether its result shows what no camera saw, so that the result is labelled."""

    @property
    def gives_image(self) -> bool:
        """Whether the result is an image, not only a report."""
        return self.group is not Group.DETECT

    def moves(self, source: Source) -> bool:
        """Whether it works on the frames of this file: then a job is long, and always queued."""
        return self.moving and bool(load("expunge.imaging.moving").is_moving(source))

    def group_for(self, source: Source) -> Group:
        """The quota group of a job on this file."""
        return Group.MOVING if self.moves(source) else self.group

    @property
    def operation(self) -> Operation:
        """The mode's module.

        Raises
        ------
        expunge.errors.ExtraMissing
            If its libraries are not installed.
        """
        return _operation(self.name)

    def reads(self, media_type: str) -> bool:
        """Whether it reads files of this media type at all."""
        decoded = media_type not in UNDECODED or (self.moving and media_type in VIDEOS)
        return self.structural or decoded

    @explained()
    def refuse_unsafe(self, source: Source) -> None:
        """Scan the inputs of a face swap outside of a service, which has a gate of its own.

        Raises
        ------
        expunge.errors.ExpungeError
            For an input with sexual content, and if the network that says so is missing.
        """
        if self.companions:
            faces = {f"the picture «{name}»": one for name, one in source.companions.items()}
            inputs = {"the target": source} | faces
            load("expunge.operations.scan").refuse_unsafe(inputs)

    @explained()
    def run(self, source: Source, options: ModeOptions, progress: Progress = silent) -> Outcome:
        """Run on one image; only a stepwise mode reports progress."""
        extra = (progress,) if self.stepwise else ()
        return self._finished(source, options, self.operation.run(source, options, *extra))

    def stages(self, source: Source, options: ModeOptions, seconds: float) -> tuple[int, ...]:
        """The number of parts of each stage; ``()`` if one message does all; see `parts.stages`."""
        return parts.stages(self, source, options, seconds)

    @explained()
    def run_part(
        self,
        source: Source,
        options: ModeOptions,
        part: Part,
        before: Before,
        progress: Progress = silent,
    ) -> FileData | Outcome:
        """Run one part of a job that goes through `stages`.

        Returns
        -------
        The file that it leaves for the parts after it, which the caller closes. The last part
        returns the outcome.

        Raises
        ------
        expunge.errors.PipelineError
            If a file of an earlier part is missing or damaged.
        expunge.errors.ExpungeError
            As `run`, from whichever part notices first.
        """
        made = parts.run_part(self, source, options, part, before, progress)
        return self._finished(source, options, made) if isinstance(made, Outcome) else made

    def _finished(self, source: Source, options: ModeOptions, outcome: Outcome) -> Outcome:
        """The outcome with its label and what a receipt states."""
        outcome = with_label(self, source, outcome)
        return _with_evidence(source, outcome) if options.wants_receipt else outcome

    def options(self, given: dict[str, Any]) -> ModeOptions:
        """Validate options with the mode's model.

        Raises
        ------
        ValidationFailed
            With a JSON pointer below ``/options`` for each unknown or wrong option.
        """
        try:
            return self.options_type.model_validate(given)
        except ValidationError as error:
            raise ValidationFailed(*field_errors(error, "/options")) from None


def _with_evidence(source: Source, outcome: Outcome) -> Outcome:
    """The outcome, with what a receipt states about it."""
    started = perf_counter()
    evidence = gathered(source, outcome)
    spent = {"receipt": (perf_counter() - started) * 1e3}
    timings = {name: ms for name, ms in outcome.timings_ms.items() if name != "total"} | spent
    timings["total"] = sum(timings.values())
    return replace(outcome, evidence=evidence, timings_ms=timings)


@cache
@explained()
def _operation(name: str) -> Operation:
    return load(f"expunge.operations.{name}")
