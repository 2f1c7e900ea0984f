"""Where the time of one operation went."""

from __future__ import annotations

from time import perf_counter


class Stopwatch:
    """Every moment from its start belongs to the stage that the next `lap` names.

    So the stages add up to the total, whatever happens between them.
    """

    def __init__(self) -> None:
        self._last = perf_counter()
        self._spent: dict[str, float] = {}

    def lap(self, stage: str) -> None:
        """Count what passed since the last lap as this stage's, beside what it has already."""
        now = perf_counter()
        self._spent[stage] = self._spent.get(stage, 0.0) + (now - self._last) * 1e3
        self._last = now

    def milliseconds(self) -> dict[str, float]:
        """Milliseconds by stage, and their sum as ``total``."""
        return self._spent | {"total": sum(self._spent.values())}
