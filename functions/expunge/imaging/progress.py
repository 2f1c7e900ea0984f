"""Progress reports of a long operation."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[float], None]
"""Callback for the completed fraction, from 0 to 1. The value never decreases."""


def silent(_: float) -> None:
    """Ignore progress."""


def stretch(progress: Progress, start: float, end: float) -> Progress:
    """Return a callback for a part of the work that covers ``start`` to ``end`` of the whole."""
    return lambda fraction: progress(start + fraction * (end - start))
