"""Measure the stages of one operation."""

from __future__ import annotations

from time import perf_counter


class Stopwatch:
    """Count all time since the previous `lap` for the stage that the next `lap` names.

    So the stages always add up to the total.
    """

    def __init__(self) -> None:
        self._last = perf_counter()
        self._spent: dict[str, float] = {}

    def lap(self, stage: str) -> None:
        """Add the time since the last lap to this stage."""
        now = perf_counter()
        self._spent[stage] = self._spent.get(stage, 0.0) + (now - self._last) * 1e3
        self._last = now

    def milliseconds(self) -> dict[str, float]:
        """Return milliseconds by stage, and their sum as ``total``."""
        return self._spent | {"total": sum(self._spent.values())}
