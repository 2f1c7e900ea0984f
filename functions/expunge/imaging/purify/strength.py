"""How much is done: three strengths, and what each means in figures."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Treatment:
    """What is done to one picture; levels are steps of 8 bits."""

    chroma_radius: int
    """Pixels around each within which colour is explained by luma."""
    overshoot: float
    """What a watermark leaks through the explanation, as a share of it, taken off again."""
    kept_colour: float
    """Largest share of the unexplained colour that strong colours keep."""
    chroma_drift: float
    """Standard deviation of the smooth field that colours are moved by, in levels."""
    luma_radius: int
    """Pixels around each within which flat places of luma are smoothed; 0 for none."""
    luma_noise: float
    """Standard deviation, in levels, up to which a place counts as flat."""
    luma_drift: float
    """Standard deviation of the smooth field that luma is moved by, in levels."""


class Strength(StrEnum):
    """What a caller may choose; docs/invisible.md has what each was measured to reach."""

    LOW = "low"
    """Colour alone, gently."""
    MEDIUM = "medium"
    """Colour, and what is flat in luma."""
    HIGH = "high"
    """Both, further, with luma moved as well."""

    @property
    def treatment(self) -> Treatment:
        return _TREATMENTS[self]


_TREATMENTS = {
    Strength.LOW: Treatment(7, 0.085, 1.0, 1.4, 0, 0.0, 0.0),
    Strength.MEDIUM: Treatment(8, 0.065, 1.0, 2.0, 1, 1.5, 0.0),
    Strength.HIGH: Treatment(14, 0.02, 0.6, 2.6, 1, 4.0, 1.5),
}
