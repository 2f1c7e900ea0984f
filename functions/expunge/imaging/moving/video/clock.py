"""The times of frames, repaired where a file's are missing or run backwards."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from expunge.errors import MalformedImage
from expunge.imaging.moving.facts import Facts
from expunge.imaging.moving.frame import Ceilings

SLACK = 1.0
"""Seconds that frames may go on after the stated end, beside `SHARE` of the length. Recorders
round, and count to the last frame's start or to its end."""
SHARE = 0.02


@dataclass(slots=True)
class Clock:
    """Gives each frame a time after that of the one before."""

    facts: Facts
    ceilings: Ceilings
    tick: Fraction
    """Seconds of a unit of the stream's time stamps."""
    usual: float
    """Seconds from one frame to the next where a time is missing."""
    count: int = 0
    _first: int | None = None
    _last: float = 0.0

    def begin(self, first: int | None) -> None:
        """Set the stamp of the video's first frame, for frames that come later."""
        self._first, self._last = first, -1.0
        self.count = 1

    def time(self, stamp: int | None) -> float:
        """Return the seconds of the next frame from the first.

        Raises
        ------
        expunge.errors.ImageTooLarge
            For more frames or seconds than the ceilings allow.
        expunge.errors.MalformedImage
            For a frame after the end that the file states.
        """
        if stamp is not None and self._first is None:
            self._first = stamp
        time = self._last + self.usual if stamp is None else self._since_first(stamp)
        if self.count and time <= self._last:
            time = self._last + float(self.tick)
        self.count += 1
        self._last = time
        self.ceilings.check_count(self.count)
        self.ceilings.check_time(time)
        stated = self.facts.seconds
        if time > stated * (1 + SHARE) + SLACK:
            raise MalformedImage(
                f"the video states a length of {stated:,.1f} s, but has a frame at {time:,.1f} s"
            )
        return time

    def _since_first(self, stamp: int) -> float:
        return float((stamp - (self._first or 0)) * self.tick)
