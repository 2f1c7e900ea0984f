"""How much is done: three strengths, and what each means in figures."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Treatment:
    """What is done to one picture; levels are steps of 8 bits."""

    chroma_radius: int
    """Pixels around each within which colour is explained by luma."""
    leak: float
    """What the height of a block leaks on flat luma, as a share of it; twice that on texture."""
    chroma_drift: float
    """Standard deviation, in levels, of the smooth field that Cb is moved by; Cr by half."""
    luma_radius: int
    """Pixels around each within which flat places of luma are smoothed; 0 for none."""
    luma_noise: float
    """Standard deviation, in levels, up to which a place counts as flat."""
    luma_drift: float
    """Standard deviation of the smooth field that luma is moved by, in levels."""


class Strength(StrEnum):
    """What a caller may choose; docs/explanation/invisible.md has the figures of each."""

    LOW = "low"
    """Colour alone, gently."""
    MEDIUM = "medium"
    """Colour, and what is flat in luma."""
    HIGH = "high"
    """Both, further, with luma moved as well."""

    @property
    def treatments(self) -> tuple[Treatment, ...]:
        """The one to begin with, and then those for a picture that it would cost too much.

        They explain colour from nearer by, and so change it less.
        """
        first = _TREATMENTS[self]
        return (first, *(replace(first, chroma_radius=radius) for radius in _NEARER[self]))


_TREATMENTS = {
    Strength.LOW: Treatment(7, 0.2, 2.0, 0, 0.0, 0.0),
    Strength.MEDIUM: Treatment(10, 0.16, 3.0, 1, 1.5, 0.0),
    Strength.HIGH: Treatment(14, 0.12, 4.0, 1, 4.0, 1.5),
}
_NEARER: dict[Strength, tuple[int, ...]] = {
    Strength.LOW: (5,),
    Strength.MEDIUM: (7, 5),
    Strength.HIGH: (),
}
