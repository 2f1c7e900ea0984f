"""Exceptions for failed and impossible checks."""

from __future__ import annotations


class Mismatch(Exception):
    """The data differs from the signed data. The message says how."""


class CannotCheck(Exception):
    """The check is not possible. The message says why."""
