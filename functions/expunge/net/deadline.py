"""One time limit for a whole operation, however many steps it takes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from expunge.net.ports import never

if TYPE_CHECKING:
    from collections.abc import Callable


class DeadlinePassed(Exception):
    """The time is used up, or the caller has left."""


class Deadline:
    """Ends ``seconds`` from now, or as soon as ``abandoned`` returns true."""

    def __init__(self, seconds: float, abandoned: Callable[[], bool] = never) -> None:
        self._at = time.monotonic() + seconds
        self._abandoned = abandoned

    def extend(self, seconds: float) -> None:
        """Allow ``seconds`` more."""
        self._at += seconds

    def within(self, seconds: float | None = None) -> float:
        """Seconds that the next step may take: the remaining time, at most ``seconds``.

        Raises
        ------
        DeadlinePassed
            If no time remains.
        """
        left = self._at - time.monotonic()
        if left <= 0 or self._abandoned():
            raise DeadlinePassed
        return left if seconds is None else min(left, seconds)
