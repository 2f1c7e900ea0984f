"""How often one face was seen, whether that makes it a face, and how long it is held."""

from __future__ import annotations

from dataclasses import dataclass

HOLD = 0.5
"""Most seconds for which a face is held that is not found again, and before it was found first."""
BRIEF = 0.25
"""Seconds for which a face is held that was seen once."""
PROOFS = 3
PROOF = 2.0
"""Number of less likely detections that make a face together, and the sum of their scores, as a
multiple of the score for one."""


@dataclass(slots=True)
class Track:
    number: int
    first: float
    """Times in seconds at which it was seen first and last."""
    last: float
    first_index: int
    last_index: int
    best: float
    """Highest score."""
    total: float
    """Sum of scores."""
    sightings: int = 1

    def confirmed(self, sure: float) -> bool:
        """Whether it is a face: seen once for sure, or several times with less confidence."""
        return self.best >= sure or (self.sightings >= PROOFS and self.total >= PROOF * sure)

    def holds(self, index: int, time: float) -> bool:
        """Whether the face is hidden in a frame: held for longer, the longer it was seen."""
        if self.first_index <= index <= self.last_index:
            return True
        apart = self.first - time if index < self.first_index else time - self.last
        return apart <= min(HOLD, BRIEF + 2 * (self.last - self.first))
