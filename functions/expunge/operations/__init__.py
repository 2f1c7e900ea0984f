"""What a job can do: one module a mode.

A mode's module holds ``run(source, options) -> Outcome``. A mode that does not take every
picture also has ``check(source, options)``, which refuses by the file's structure alone; ``run``
of one that is ``stepwise`` also takes a `Progress`. The module is imported when the mode is
first used, so that a light mode never pays for a heavy one's libraries. Its options are a model
of their own in ``options/``, which every entrance reads.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

from pydantic import ValidationError

from expunge.errors import FieldError, ModeDisabled, ValidationFailed
from expunge.extras import explained
from expunge.imaging.progress import Progress, silent
from expunge.imaging.source import Source
from expunge.operations.options.all import AllOptions
from expunge.operations.options.base import ModeOptions
from expunge.operations.options.detect import DetectOptions
from expunge.operations.options.faces import FacesOptions
from expunge.operations.options.invisible import InvisibleOptions
from expunge.operations.options.mask import MaskOptions
from expunge.operations.options.metadata import MetadataOptions
from expunge.operations.options.visible import VisibleOptions
from expunge.validation import field_errors

if TYPE_CHECKING:
    from collections.abc import Collection

    from expunge.operations.outcome import Outcome


class Group(StrEnum):
    """Modes that share a quota."""

    LIGHT = "light"
    HEAVY = "heavy"
    DETECT = "detect"


class Operation(Protocol):
    """What a mode's module offers."""

    def run(self, source: Source, options: Any, *progress: Progress) -> Outcome: ...  # noqa: ANN401


@dataclass(frozen=True, slots=True)
class Mode:
    """A name callers use, and what goes with it."""

    name: str
    group: Group
    options_type: type[ModeOptions]
    """What a caller may ask of it."""
    sync: bool
    """Whether a job of this mode is answered at once unless the caller asks otherwise."""
    summary: str
    partial: bool = False
    """Whether it takes a file that ends before its picture does: what can be read is told."""
    stepwise: bool = False
    """Whether it takes long enough to say how far it is: ``run`` takes a `Progress` then."""
    extra: str | None = None
    """The extra that has to be installed for it."""

    @property
    def gives_image(self) -> bool:
        """Whether a picture comes of it, or a report alone."""
        return self.group is not Group.DETECT

    @property
    def operation(self) -> Operation:
        """The mode's module.

        Raises
        ------
        expunge.errors.ExtraMissing
            Where its libraries are not installed.
        """
        return _operation(self.name)

    @explained()
    def check(self, source: Source, options: ModeOptions) -> None:
        """Refuse a picture that `run` would refuse, by its structure alone: before any charge.

        Raises
        ------
        expunge.errors.UnsupportedMediaType
            For an animation, and for a format that nothing at hand reads or writes.
        expunge.errors.ImageTooLarge
            For a picture that the format which is asked for cannot hold.
        expunge.errors.ValidationFailed, expunge.errors.ModelMissing
            For options that this installation cannot follow.
        expunge.errors.ExtraMissing
            Where the mode's libraries are not installed.
        """
        check = getattr(self.operation, "check", None)
        if check is not None:
            check(source, options)

    @explained()
    def run(self, source: Source, options: ModeOptions, progress: Progress = silent) -> Outcome:
        """Run on one picture; a mode that is not stepwise says nothing on the way."""
        told = (progress,) if self.stepwise else ()
        return self.operation.run(source, options, *told)

    def options(self, given: dict[str, Any]) -> ModeOptions:
        """Check options by the mode's model.

        Raises
        ------
        ValidationFailed
            With a JSON pointer below ``/options`` for each that is unknown or wrong.
        """
        try:
            return self.options_type.model_validate(given)
        except ValidationError as error:
            raise ValidationFailed(*field_errors(error, "/options")) from None


@cache
@explained()
def _operation(name: str) -> Operation:
    return import_module(f"expunge.operations.{name}")


MODES = {
    mode.name: mode
    for mode in (
        Mode(
            "metadata",
            Group.LIGHT,
            MetadataOptions,
            sync=True,
            summary="Take provenance and private metadata out; never touch a pixel.",
        ),
        Mode(
            "detect",
            Group.DETECT,
            DetectOptions,
            sync=True,
            partial=True,
            summary="Say what a picture and its metadata tell, and where; change nothing.",
        ),
        Mode(
            "visible",
            Group.LIGHT,
            VisibleOptions,
            sync=True,
            summary="Take out the visible marks of AI tools; touch nothing else.",
            extra="vision",
        ),
        Mode(
            "faces",
            Group.DETECT,
            FacesOptions,
            sync=True,
            summary="Say where faces are, how sure that is, and where their eyes and mouths are.",
            extra="vision",
        ),
        Mode(
            "mask",
            Group.LIGHT,
            MaskOptions,
            sync=True,
            summary="Hide faces: blurred, pixelated, painted over or filled from around them.",
            extra="vision",
        ),
        Mode(
            "invisible",
            Group.HEAVY,
            InvisibleOptions,
            sync=False,
            summary="Make the pixels anew to disturb invisible watermarks; take metadata out.",
            stepwise=True,
            extra="vision",
        ),
        Mode(
            "all",
            Group.HEAVY,
            AllOptions,
            sync=False,
            summary="Visible marks, invisible watermarks and metadata, in one go.",
            stepwise=True,
            extra="vision",
        ),
    )
}
"""Every mode this build knows, by name."""


def run(mode: str, image: bytes, *, progress: Progress = silent, **options: object) -> Outcome:
    """Run one mode on one image.

    Parameters
    ----------
    mode
        A name in `MODES`.
    image
        The whole file.
    progress
        Told how far a longer mode is, as a fraction.
    options
        The mode's options.

    Raises
    ------
    expunge.errors.ValidationFailed
        For an unknown mode or option.
    expunge.errors.UnsupportedMediaType, expunge.errors.ImageError
        For a file that is no image of a supported type, or a broken or too large one.
    expunge.errors.ExtraMissing
        For a mode whose libraries are not installed.

    Examples
    --------
    >>> outcome = expunge.run("metadata", Path("photo.jpg").read_bytes())
    >>> outcome.report["changed"]
    True
    """
    chosen = mode_named(mode)
    checked = chosen.options(options)
    source = Source.of(image, partial=chosen.partial)
    chosen.check(source, checked)
    return chosen.run(source, checked, progress)


def mode_named(name: str) -> Mode:
    """The mode, or a `ValidationFailed` that lists those there are."""
    if name not in MODES:
        known = ", ".join(MODES)
        raise ValidationFailed(FieldError("/mode", f"unknown mode; the modes are: {known}"))
    return MODES[name]


def enabled_mode(name: str, enabled: Collection[str]) -> Mode:
    """The mode, where the operator has it switched on.

    Raises
    ------
    ValidationFailed
        For a name that is no mode.
    ModeDisabled
        For a mode that is not among ``enabled``.
    """
    mode = mode_named(name)
    if mode.name not in enabled:
        raise ModeDisabled(f"The mode «{mode.name}» is switched off on this server.")
    return mode
