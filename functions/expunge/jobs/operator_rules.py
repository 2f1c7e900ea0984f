"""What the operator allows, and wants to know, before a job is admitted."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from expunge.errors import FieldError, PurposeRequired, RecognitionDisabled, ValidationFailed
from expunge.operations import check_scope, enabled_mode

if TYPE_CHECKING:
    from expunge.jobs.request import JobRequest
    from expunge.operations import Mode
    from expunge.operations.options.base import ModeOptions

MAX_PURPOSE = 500
"""Most characters of a purpose."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The enabled modes and scopes, and whether a job needs a purpose."""

    modes: Collection[str]
    scopes: Collection[str]
    purpose_required: bool = False
    recognition: bool = False
    """Whether options that recognise people are accepted."""
    video_codecs: Collection[str] = ("vp9", "av1")
    """Values of the option ``codec`` that are accepted."""

    def checked(self, request: JobRequest) -> tuple[Mode, ModeOptions]:
        """The mode and the options of a request that the rules allow.

        Raises
        ------
        ValidationFailed
            For an unknown mode or option, a codec that is switched off, and a purpose that is too
            long.
        ModeDisabled, ScopeDisabled, RecognitionDisabled
            For a mode, a scope or an option that is switched off.
        PurposeRequired
            If there is no purpose.
        """
        mode = enabled_mode(request.mode, self.modes)
        options = mode.options(request.options)
        check_scope(mode, options, self.scopes)
        if options.identifies and not self.recognition:
            raise RecognitionDisabled(
                f"{_named(options)} recognises people, which is switched off on this server. "
                "Choose faces by «include» or «exclude», or use the command line on your machine."
            )
        self._check_codec(options)
        check_purpose(request.purpose, required=self.purpose_required)
        return mode, options

    def _check_codec(self, options: ModeOptions) -> None:
        codec = getattr(options, "codec", None)  # of the modes that write videos
        asked = "codec" in options.model_fields_set
        if asked and codec not in self.video_codecs:
            allowed = ", ".join(self.video_codecs)
            reason = f"{codec} is switched off on this server; allowed: {allowed}"
            raise ValidationFailed(FieldError("/options/codec", reason))


def _named(options: ModeOptions) -> str:
    return ", ".join(f"«{name}»" for name in sorted(options.biometric))


def check_purpose(purpose: str | None, *, required: bool) -> None:
    """Check the length of a purpose, and that there is one where it is required.

    Raises
    ------
    ValidationFailed, PurposeRequired
    """
    if required and not purpose:
        raise PurposeRequired(
            FieldError(
                "/purpose",
                "is required on this server: say in a few words what this is for, as the field "
                "«purpose» or the header Expunge-Purpose",
            )
        )
    if purpose and len(purpose) > MAX_PURPOSE:
        reason = f"must have at most {MAX_PURPOSE} characters"
        raise ValidationFailed(FieldError("/purpose", reason))
