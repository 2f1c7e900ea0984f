"""A label or logo with a mask, and the part of the image in which it is searched."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from expunge.imaging.marks.mark import Mark
from expunge.imaging.marks.mask import Mask
from expunge.imaging.marks.names import Evidence
from expunge.imaging.marks.template_search import Corner

Removal = Literal["inverted", "inpainted", "reported"]


@dataclass(frozen=True, eq=False, slots=True)
class Label:
    """A text or logo mark with a known mask, whose size follows the image's."""

    mark: Mark
    share: float
    """Usual width, as a fraction of the side that ``of`` names."""
    of: str
    """``short side``, ``long side`` or ``width`` of the image."""
    corner: Corner
    evidence: Evidence
    removal: Removal
    """How it is removed: its blend inverted, its strokes inpainted, or not at all."""
    also: tuple[Mask, ...] = ()
    """The same words in other typefaces."""
    compared_at: int = 40
    """Width in pixels at which scales are compared; its strokes are then wider than one pixel."""
    least: float = 0.72
    most: float = 1.3
    """Smallest and largest width to try, relative to the usual width."""
    lines: int = 1
    """Lines of writing."""
    fine: bool = False
    """Whether every size of the grid is tried, and not every second one: for a long label."""
    framed: bool = False
    """Whether a frame closes it, so that writing beside it is something else."""

    @property
    def captured(self) -> bool:
        """Whether its mask was solved from a tool's own output, and not set in a free typeface."""
        return self.evidence is Evidence.CAPTURED

    @property
    def inverted(self) -> bool:
        return self.removal == "inverted"

    @property
    def renditions(self) -> tuple[Mark, ...]:
        """Return the mark in each of its typefaces."""
        return (self.mark, *(replace(self.mark, drawing=mask) for mask in self.also))

    def usual(self, width: int, height: int) -> float:
        """Return the usual width in pixels in an image of this size."""
        sides = {
            "width": width,
            "short side": min(width, height),
            "long side": max(width, height),
        }
        return self.share * sides[self.of]
