"""Result of a search: marks to remove, and lookalikes to keep."""

from __future__ import annotations

from dataclasses import dataclass

from expunge.imaging.marks.arrays import Flags
from expunge.imaging.marks.box import Window
from expunge.imaging.marks.drawing import Layers
from expunge.imaging.marks.names import Evidence

REPORTED = "its entry says that it is only reported, since nothing under it can be restored"
UNEXPLAINED = "it resembles the mark, but its removal does not explain the image"


@dataclass(frozen=True, slots=True)
class FoundMark:
    """A mark whose trial removal explained the image."""

    name: str
    tool: str
    window: Window
    """Every pixel that removal may change, inside the image."""
    confidence: float
    """0 to 1, by logistic regression (docs/explanation/marks.md)."""
    over: Layers
    """The overlay in the window."""
    opaque: Flags
    """Pixels of the window that an inversion cannot restore: ``(h, w)``."""
    opacity: float
    """Opacity of the mark's plateau, 0 to 1."""
    rim: float = 0.0
    """For a label, the standard deviation of its outline in pixels; 0 for an exact drawing."""
    evidence: Evidence = Evidence.CAPTURED
    inverted: bool = True
    """Whether its blend may be inverted; else it is only inpainted."""
    stays: str | None = None
    """Why it must not be removed, although it is there."""


@dataclass(frozen=True, slots=True)
class Lookalike:
    """A place that resembles a mark and is not removed."""

    name: str
    window: Window
    confidence: float
    reason: str
    evidence: Evidence = Evidence.CAPTURED


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Everything that the search of one image found."""

    found: tuple[FoundMark, ...]
    kept: tuple[Lookalike, ...]
