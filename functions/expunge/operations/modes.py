"""The table of modes, and how one is chosen from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expunge.errors import (
    FieldError,
    ModeDisabled,
    ScopeDisabled,
    UnsupportedMediaType,
    ValidationFailed,
)
from expunge.extras import explained
from expunge.imaging.media_types import UNDECODED
from expunge.operations.mode import Group, Mode
from expunge.operations.options.all import AllOptions
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
from expunge.operations.reports.detect import DetectReport
from expunge.operations.reports.faces import FacesReport, MaskReport
from expunge.operations.reports.invisible import AllReport, InvisibleReport
from expunge.operations.reports.metadata import MetadataReport
from expunge.operations.reports.swap import SwapReport
from expunge.operations.reports.visible import VisibleReport

if TYPE_CHECKING:
    from collections.abc import Collection

    from expunge.imaging.source import Source
    from expunge.operations.options.base import ModeOptions

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
    moving=True,
)
"""What every input of a face swap goes through; nobody can ask for it."""
FINGERPRINT = Mode(
    "fingerprint",
    Group.DETECT,
    FingerprintOptions,
    sync=True,
    summary="Hash an image, to compare it with results of swaps.",
    extra="vision",
    moving=True,
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


@explained()
def check_input(mode: Mode, source: Source, options: ModeOptions) -> None:
    """Reject an input that a mode would reject, by its structure alone and before any charge.

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
    if not mode.reads(name):
        takers = [f"«{one.name}»" for one in MODES.values() if one.reads(name)]
        raise UnsupportedMediaType(
            f"This is {UNDECODED[name]}. «{mode.name}» cannot decode it; the modes that take "
            f"it are {', '.join(takers[:-1])} and {takers[-1]}."
        )
    check = getattr(mode.operation, "check", None)
    if check is not None:
        check(source, options)
