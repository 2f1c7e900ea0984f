"""Who may swap faces here, and what they state before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from expunge.errors import FieldError, Forbidden, Unauthorized, ValidationFailed

if TYPE_CHECKING:
    from expunge.accounts.callers import Caller

MODE = "swap"
DAY = 24 * 3600


class SwapsDisabled(Forbidden):
    """The operator has not accepted the terms of face swaps."""

    code = "swaps_disabled"


class ConsentRequired(ValidationFailed):
    """The operator wants a statement that the person whose face it is agrees."""

    code = "consent_required"


@dataclass(frozen=True, slots=True)
class Terms:
    """What the operator has accepted, and asks for."""

    accepted: bool = False
    consent_required: bool = False
    threshold: float = 0.5
    """Score of the content analyser from which an input is refused."""
    record_seconds: int = 365 * DAY
    """How long audit entries and the hashes of results are kept."""

    def check_accepted(self) -> None:
        """Raise `SwapsDisabled` until the operator has accepted the terms."""
        if not self.accepted:
            raise SwapsDisabled(
                "Face swaps are switched off on this server: its operator has not accepted their "
                "terms."
            )

    def check(self, caller: Caller, consent: str | None, pointer: str = "/options/consent") -> None:
        """Refuse a swap that the terms do not allow, before anything is read or charged.

        Raises
        ------
        SwapsDisabled
            If the operator has not accepted the terms.
        Unauthorized
            For a caller without an account.
        ConsentRequired
            If there is no statement of consent where the operator wants one.
        """
        self.check_accepted()
        if caller.account is None:
            raise Unauthorized("A face swap needs an API key or a session.")
        if self.consent_required and consent is None:
            raise ConsentRequired(
                FieldError(
                    pointer,
                    "is required on this server: «own_face» if the face is yours, «permission» if "
                    "its owner permits this swap",
                )
            )
