"""Every search there is, on one image."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expunge.imaging.marks import labels, sparkles
from expunge.imaging.marks.found import SearchResult

if TYPE_CHECKING:
    from collections.abc import Collection

    from expunge.imaging.marks.arrays import Seen


def search(pixels: Seen, names: Collection[str] | None = None) -> SearchResult:
    """Look for marks.

    Parameters
    ----------
    pixels
        The image as displayed, ``(h, w, 3)``, uint8; its last `reach` rows will do.
    names
        Of the registry, the marks to look for; all by default.
    """
    searches = [family.search(pixels, names) for family in (sparkles, labels)]
    return SearchResult(
        tuple(found for one in searches for found in one.found),
        tuple(kept for one in searches for kept in one.kept),
    )


def reach(width: int, height: int) -> int:
    """How many rows from the bottom a search may look at, in an image of that size."""
    return min(height, max(sparkles.reach(width, height), labels.reach(width, height)))
