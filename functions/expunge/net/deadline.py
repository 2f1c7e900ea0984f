"""A moment by which all of something has to be over, however many steps it takes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from expunge.net.ports import never

if TYPE_CHECKING:
    from collections.abc import Callable


class DeadlinePassed(Exception):
    """No time is left."""


class Deadline:
    """``seconds`` from now, or the moment when ``abandoned`` becomes true."""

    def __init__(self, seconds: float, abandoned: Callable[[], bool] = never) -> None:
        self._at = time.monotonic() + seconds
        self._abandoned = abandoned

    def within(self, seconds: float | None = None) -> float:
        """What one step may take: at most ``seconds``, and no more than is left.

        Raises
        ------
        DeadlinePassed
            Where nothing is left.
        """
        left = self._at - time.monotonic()
        if left <= 0 or self._abandoned():
            raise DeadlinePassed
        return left if seconds is None else min(left, seconds)
