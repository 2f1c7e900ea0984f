"""How far a longer piece of work is."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[float], None]
"""Told the fraction that is done, from 0 to 1; it does not fall."""


def silent(_: float) -> None:
    """For work that nobody watches."""


def stretch(progress: Progress, start: float, end: float) -> Progress:
    """What a part of the work reports to, which is the whole's from ``start`` to ``end``."""
    return lambda fraction: progress(start + fraction * (end - start))
