"""The three strengths of `purify`, and their parameters."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Treatment:
    """Parameters of the removal; one level is one step of 8 bits."""

    chroma_radius: int
    """Radius, in pixels of half size, within which colour is predicted from luma."""
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
    fine: float = 1.0
    """Share of the change in fine noise of colour; below 1 only for an image full of it."""
    amount: float = 1.0
    """Share of the change that is made; below 1 only for an image that it would damage."""


FINE = (0.65, 0.4)
"""Shares of the change in fine noise for an image that the whole of it would damage."""
NEARER = 2
"""Radius, in pixels of half size, for an image that a larger one would damage."""


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

        The milder ones leave more of the fine noise of colour; the last has a smaller radius too.
        """
        first = _TREATMENTS[self]
        if self is Strength.HIGH:
            return (first,)
        *coarse, coarsest = (replace(first, fine=share) for share in FINE)
        return first, *coarse, coarsest, replace(coarsest, chroma_radius=NEARER)


_TREATMENTS = {
    Strength.LOW: Treatment(3, 0.1, 2.0, 0, 0.0, 0.0),
    Strength.MEDIUM: Treatment(5, 0.08, 2.9, 1, 1.5, 0.0),
    Strength.HIGH: Treatment(7, 0.06, 4.0, 1, 4.0, 1.5),
}
