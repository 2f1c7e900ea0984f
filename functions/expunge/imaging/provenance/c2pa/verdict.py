"""How a check ends other than well."""

from __future__ import annotations


class Mismatch(Exception):
    """What was checked is not what was signed; the message says how."""


class CannotCheck(Exception):
    """It may be right or wrong; the message says why that is not known."""
