"""What `mask` can look for. This module imports no third-party library."""

from __future__ import annotations

from enum import StrEnum


class Target(StrEnum):
    """A kind of thing that identifies somebody."""

    FACES = "faces"
    TEXT = "text"
    PLATES = "plates"
    """Text that looks like a number plate; nothing knows that it is one."""
    CODES = "codes"
    """QR codes and linear bar codes."""


READ_BY_NETWORK = frozenset((Target.TEXT, Target.PLATES))
"""Targets that need the text detector."""
