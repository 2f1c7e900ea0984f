"""The modes: one module for each operation that a job can run.

Each module defines ``run(source, options) -> Outcome``. If the mode does not support every image,
its module also defines ``check(source, options)``, which rejects inputs by the file's structure
alone. If the mode is ``stepwise``, ``run`` also takes a `Progress`. The module is imported when the
mode is first used, so a light mode does not load the libraries of a heavy one. The options of each
mode are a pydantic model in ``options/``, which HTTP, the command line and the library share.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from time import perf_counter, time
from typing import TYPE_CHECKING, Any, Protocol

from pydantic import ValidationError

from expunge.errors import (
    ExpungeError,
    FieldError,
    ModeDisabled,
    ScopeDisabled,
    UnsupportedMediaType,
    ValidationFailed,
)
from expunge.extras import explained
from expunge.imaging.limits import LIMITS, Limits
from expunge.imaging.loading import load
from expunge.imaging.media_types import UNDECODED, VIDEOS
from expunge.imaging.progress import Progress, silent
from expunge.imaging.source import Source
from expunge.operations.evidence import gathered
from expunge.operations.labels import with_label
from expunge.operations.options.all import AllOptions
from expunge.operations.options.base import ModeOptions
from expunge.operations.options.convert import ConvertOptions
from expunge.operations.options.detect import DetectOptions
from expunge.operations.options.faces import FacesOptions
from expunge.operations.options.fingerprint import FingerprintOptions
from expunge.operations.options.invisible import InvisibleOptions
from expunge.operations.options.mask import MaskOptions
from expunge.operations.options.metadata import MetadataOptions
from expunge.operations.options.scan import ScanOptions
from expunge.operations.options.swap import SwapOptions
from expunge.operations.options.visible import VisibleOptions
from expunge.operations.receipt import Issuer
from expunge.operations.reports.base import Report
from expunge.operations.reports.detect import DetectReport
from expunge.operations.reports.faces import FacesReport, MaskReport
from expunge.operations.reports.invisible import AllReport, InvisibleReport
from expunge.operations.reports.metadata import MetadataReport
from expunge.operations.reports.swap import SwapReport
from expunge.operations.reports.visible import VisibleReport
from expunge.receipts.keys import KeyInvalid, SigningKey
from expunge.validation import field_errors

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from expunge.imaging.data import FileData
    from expunge.operations.outcome import Outcome


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

    @explained()
    def check(self, source: Source, options: ModeOptions) -> None:
        """Reject an input that `run` would reject, by its structure alone and before any charge.

        Raises
        ------
        expunge.errors.UnsupportedMediaType
            For an animation, and for a format that cannot be decoded or encoded here.
        expunge.errors.ImageTooLarge
            For an image that is too large for the requested format.
        expunge.errors.ValidationFailed, expunge.errors.ModelMissing
            For options that this installation does not support.
        expunge.errors.ExtraMissing
            If the mode's libraries are not installed.
        """
        name = source.media_type
        if not self._reads(name):
            takers = [f"«{mode.name}»" for mode in MODES.values() if mode._reads(name)]
            raise UnsupportedMediaType(
                f"This is {UNDECODED[name]}. «{self.name}» cannot decode it; the modes that take "
                f"it are {', '.join(takers[:-1])} and {takers[-1]}."
            )
        check = getattr(self.operation, "check", None)
        if check is not None:
            check(source, options)

    def _reads(self, media_type: str) -> bool:
        """Whether it reads files of this type at all."""
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
        outcome = with_label(self, source, self.operation.run(source, options, *extra))
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


MODES = {
    mode.name: mode
    for mode in (
        Mode(
            "metadata",
            Group.LIGHT,
            MetadataOptions,
            report_type=MetadataReport,
            sync=True,
            summary="Remove provenance and private metadata without changing a pixel.",
            decodes=False,
            structural=True,
        ),
        Mode(
            "detect",
            Group.DETECT,
            DetectOptions,
            report_type=DetectReport,
            sync=True,
            partial=True,
            structural=True,
            summary="Report metadata, AI provenance and visible AI marks; change nothing.",
        ),
        Mode(
            "visible",
            Group.LIGHT,
            VisibleOptions,
            report_type=VisibleReport,
            sync=True,
            summary="Remove the visible marks of AI tools, and nothing else.",
            extra="vision",
        ),
        Mode(
            "faces",
            Group.DETECT,
            FacesOptions,
            report_type=FacesReport,
            sync=True,
            summary="Find faces, and on request text, plates and codes; report where they are.",
            extra="vision",
        ),
        Mode(
            "mask",
            Group.LIGHT,
            MaskOptions,
            report_type=MaskReport,
            sync=True,
            summary="Hide faces, and on request text, plates, codes and given regions.",
            stepwise=True,
            extra="vision",
            moving=True,
        ),
        Mode(
            "invisible",
            Group.HEAVY,
            InvisibleOptions,
            report_type=InvisibleReport,
            sync=False,
            summary="Re-synthesise the pixels to disturb invisible watermarks; remove metadata.",
            stepwise=True,
            extra="vision",
        ),
        Mode(
            "all",
            Group.HEAVY,
            AllOptions,
            report_type=AllReport,
            sync=False,
            summary="Remove visible marks and metadata, and disturb invisible watermarks.",
            stepwise=True,
            extra="vision",
        ),
        Mode(
            "swap",
            Group.HEAVY,
            SwapOptions,
            report_type=SwapReport,
            sync=False,
            summary="Replace a face by the face of another picture, and label the result.",
            stepwise=True,
            extra="vision",
            companions=True,
            moving=True,
            synthetic=True,
        ),
    )
}
"""Every mode this build knows, by name."""


CONVERT = Mode(
    "convert",
    Group.LIGHT,
    ConvertOptions,
    sync=True,
    summary="Code a result in a format that a browser takes and that is smaller.",
)
"""What the `/clean` surface does with a job's result; nobody can ask for it."""
SCAN = Mode(
    "scan",
    Group.DETECT,
    ScanOptions,
    sync=True,
    summary="Score an input of a face swap for sexual content.",
    extra="vision",
)
"""What every input of a face swap goes through; nobody can ask for it."""
FINGERPRINT = Mode(
    "fingerprint",
    Group.DETECT,
    FingerprintOptions,
    sync=True,
    summary="Hash an image, to compare it with results of swaps.",
    extra="vision",
)
"""By what a server knows its own results again; nobody can ask for it."""
EXAMINE = Mode(
    "examine",
    Group.DETECT,
    SwapOptions,
    sync=True,
    summary="Look whether the faces of a swap can be used.",
    extra="vision",
)
"""What a swap of still images goes through before it is charged; nobody can ask for it."""
INTERNAL = {mode.name: mode for mode in (CONVERT, SCAN, FINGERPRINT, EXAMINE)}


def run(
    mode: str,
    image: bytes | FileData,
    *,
    progress: Progress = silent,
    receipt_key: str | None = None,
    companions: Mapping[str, bytes] | None = None,
    **options: object,
) -> Outcome:
    """Run one mode on one image.

    Parameters
    ----------
    mode
        A name in `MODES`.
    image
        The whole file, or a file on disk. Of that, a movie is read piece by piece, so that it may
        have 2 GB, and the result is ``outcome.file``.
    progress
        Called by a stepwise mode with its progress, as a fraction from 0 to 1.
    receipt_key
        The private key that signs a receipt, as `expunge receipt new-key` prints it. The option
        ``receipt`` needs it; the receipt is then ``outcome.report["receipt"]``.
    companions
        Other files that the mode needs, by name: for ``swap`` the face, as ``source``.
    options
        The mode's options.

    Raises
    ------
    expunge.errors.ValidationFailed
        For an unknown mode or option.
    expunge.errors.UnsupportedMediaType, expunge.errors.ImageError
        For a file that is not a supported image, is broken or is too large.
    expunge.errors.ExtraMissing
        If the mode's libraries are not installed.
    expunge.errors.NsfwDetected
        For «swap», if an input looks like sexual content.

    Examples
    --------
    >>> outcome = expunge.run("metadata", Path("photo.jpg").read_bytes())
    >>> outcome.report["changed"]
    True
    """
    chosen = mode_named(mode)
    checked = chosen.options(options)
    issuer = _issuer(receipt_key) if checked.wants_receipt else None
    if isinstance(image, bytes):
        source = Source.of(image, partial=chosen.partial)
    else:
        source = Source.over(image, partial=chosen.partial)
    source = replace(source, companions=companions_of(companions or {}))
    chosen.check(source, checked)
    chosen.refuse_unsafe(source)
    outcome = chosen.run(source, checked, progress)
    if issuer is not None:
        outcome.report["receipt"] = issuer.receipt(chosen, source, checked, outcome)
    return outcome


@explained()
def companions_of(files: Mapping[str, bytes], limits: Limits = LIMITS) -> dict[str, Source]:
    """Read the structure of companions.

    Raises
    ------
    expunge.errors.ValidationFailed
        For a file that is not a supported image, with a pointer to its name.
    """
    read = {}
    for name, data in files.items():
        try:
            read[name] = Source.of(data, limits=limits)
        except ExpungeError as error:
            raise ValidationFailed(FieldError(f"/{name}", error.detail)) from None
    return read


def _issuer(receipt_key: str | None) -> Issuer:
    if receipt_key is None:
        reason = "needs a receipt_key to sign with; «expunge receipt new-key» prints a new one"
        raise ValidationFailed(FieldError("/options/receipt", reason))
    try:
        key = SigningKey.of(receipt_key)
    except KeyInvalid as error:
        raise ValidationFailed(FieldError("/receipt_key", str(error))) from None
    return Issuer(lambda: key, time)


def mode_named(name: str) -> Mode:
    """Look up a mode.

    Raises
    ------
    ValidationFailed
        For an unknown name; the message lists the modes.
    """
    if name not in MODES:
        known = ", ".join(MODES)
        raise ValidationFailed(FieldError("/mode", f"unknown mode; the modes are: {known}"))
    return MODES[name]


def runnable(name: str) -> Mode:
    """A mode, or one of those that nobody can ask for."""
    return INTERNAL.get(name) or mode_named(name)


def enabled_mode(name: str, enabled: Collection[str]) -> Mode:
    """Look up a mode that the operator has enabled.

    Raises
    ------
    ValidationFailed
        For an unknown name.
    ModeDisabled
        For a mode that is not among ``enabled``.
    """
    mode = mode_named(name)
    if mode.name not in enabled:
        raise ModeDisabled(f"The mode «{mode.name}» is switched off on this server.")
    return mode


def check_scope(mode: Mode, options: ModeOptions, enabled: Collection[str]) -> None:
    """Check that the operator has enabled the scope in which a job would remove metadata.

    Raises
    ------
    ScopeDisabled
        Also for a mode that removes all metadata without being asked, such as ``mask``.
    """
    scope = options.metadata_scope
    if scope is None or scope in enabled:
        return
    known = ", ".join(f"«{one}»" for one in enabled)
    advice = (
        "«mask» keeps metadata with strip_metadata=false."
        if isinstance(options, MaskOptions)
        else f"The scopes that are on: {known}."
    )
    raise ScopeDisabled(
        f"«{mode.name}» would remove metadata in the scope «{scope}», which is switched off on "
        f"this server. {advice}"
    )
