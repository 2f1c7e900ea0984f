"""A moment by which all of something has to be over, however many steps it takes."""

from __future__ import annotations

import time


class DeadlinePassed(Exception):
    """No time is left."""


class Deadline:
    """``seconds`` from now."""

    def __init__(self, seconds: float) -> None:
        self._at = time.monotonic() + seconds

    def within(self, seconds: float | None = None) -> float:
        """What one step may take: at most ``seconds``, and no more than is left.

        Raises
        ------
        DeadlinePassed
            Where nothing is left.
        """
        left = self._at - time.monotonic()
        if left <= 0:
            raise DeadlinePassed
        return left if seconds is None else min(left, seconds)
