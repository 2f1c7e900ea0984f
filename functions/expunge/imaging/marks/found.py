"""What a search hands back: marks to take out, and lookalikes that stay."""

from __future__ import annotations

from dataclasses import dataclass

from expunge.imaging.marks.arrays import Flags
from expunge.imaging.marks.box import Window
from expunge.imaging.marks.drawing import Layers


@dataclass(frozen=True, slots=True)
class FoundMark:
    """A mark that passed its trial."""

    name: str
    tool: str
    window: Window
    """Every pixel that removal may change, inside the image."""
    confidence: float
    """0 to 1, by logistic regression (docs/explanation/marks.md)."""
    over: Layers
    """The overlay in the window."""
    opaque: Flags
    """Pixels of the window that no inversion can restore: ``(h, w)``."""
    opacity: float
    """Of the mark's plateau, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Lookalike:
    """Something that resembles a mark and was left alone."""

    name: str
    window: Window
    confidence: float
    reason: str


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Everything that a search of one image came to."""

    found: tuple[FoundMark, ...]
    kept: tuple[Lookalike, ...]
