"""Exceptions for failed and impossible checks."""

from __future__ import annotations


class Mismatch(Exception):
    """The data differs from the signed data. The message says how."""


class Misplaced(Mismatch):
    """The bytes that were signed are the same, but the manifest store is elsewhere in the file."""


class CannotCheck(Exception):
    """The check is not possible. The message says why."""
