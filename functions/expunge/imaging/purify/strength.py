"""The three strengths of `purify`, and their parameters."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Treatment:
    """Parameters of the removal; one level is one step of 8 bits."""

    chroma_radius: int
    """Radius, in pixels, within which chroma is predicted from luma."""
    leak: float
    """Share of a block's mean that passes the prediction on flat luma; doubled on texture."""
    chroma_drift: float
    """Standard deviation, in levels, of the smooth field added to Cb; half of it for Cr."""
    luma_radius: int
    """Radius, in pixels, within which flat areas of luma are smoothed; 0 for none."""
    luma_noise: float
    """Standard deviation, in levels, up to which an area counts as flat."""
    luma_drift: float
    """Standard deviation, in levels, of the smooth field added to luma."""


class Strength(StrEnum):
    """The strengths a caller may choose; docs/explanation/invisible.md has measurements of each."""

    LOW = "low"
    """Changes chroma only, gently."""
    MEDIUM = "medium"
    """Changes chroma, and smooths flat areas of luma."""
    HIGH = "high"
    """Changes both more strongly, and adds a smooth random field to luma."""

    @property
    def treatments(self) -> tuple[Treatment, ...]:
        """The first treatment to try, then milder ones for an image that it would damage.

        The milder ones have a smaller radius and so change colour less.
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
