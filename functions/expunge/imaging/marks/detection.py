"""Search one image for every known mark."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expunge.imaging.marks import labels, sparkles
from expunge.imaging.marks.found import SearchResult

if TYPE_CHECKING:
    from collections.abc import Collection

    from expunge.imaging.marks.arrays import Seen


def search(pixels: Seen, names: Collection[str] | None = None) -> SearchResult:
    """Search an image for visible AI marks.

    Parameters
    ----------
    pixels
        The image as displayed, ``(h, w, 3)``, uint8; its first and last `reach` rows are enough.
    names
        Names in the registry of the marks to search for; all by default.
    """
    searches = [family.search(pixels, names) for family in (sparkles, labels)]
    return SearchResult(
        tuple(found for one in searches for found in one.found),
        tuple(kept for one in searches for kept in one.kept),
    )


def reach(width: int, height: int) -> tuple[int, int]:
    """Return how many rows a search may need from the top and the bottom of such an image."""
    top = max(sparkles.REACH, labels.reach(width, height, top=True))
    bottom = max(sparkles.reach(width, height), labels.reach(width, height, top=False))
    return min(height, top), min(height, bottom)
