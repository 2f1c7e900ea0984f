"""Remove the marks that a search found, and keep only the removals that leave nothing.

After every removal the whole search runs again on the result. A mark that is found again, or a
label that can still be read, is inpainted; if that leaves something too, its pixels stay as they
were, and the report says so.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from expunge.imaging.marks.detection import search
from expunge.imaging.marks.found import FoundMark, Lookalike, SearchResult
from expunge.imaging.marks.legibility import readable
from expunge.imaging.marks.patched import Patched
from expunge.imaging.marks.restoration import Restored, restore
from expunge.imaging.marks.surroundings import rough

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from expunge.imaging.codecs import Picture
    from expunge.imaging.marks.arrays import Flags, Floats, Pixels

REMAINS = "remains: after its removal it is found again or can still be read"
CROWDED = "it overlaps another mark that is removed"
UNSURE = "it is only documented, and not sure enough to be removed"
ROUGH = "it is only documented, and what surrounds it is too rough to fill its place from"
SURE = 0.99
"""Confidence from which a mark that no capture confirms is removed."""
MOST = 8
"""Most marks of one image that a removal is tried for."""
THICKEST = 0.36
"""Width in heights of the letters that no stroke reaches."""
FAINTEST = 0.35
"""Least contrast of a stroke that is filled, relative to the median of the label's own."""
LETTER = 0.08
"""Coverage from which a pixel is inpainted with its letter."""


@dataclass(slots=True)
class Removal:
    """The marks that are gone, with their new pixels, and those that stay."""

    found: list[FoundMark] = field(default_factory=list)
    restored: list[Restored] = field(default_factory=list)
    kept: list[Lookalike] = field(default_factory=list)

    @property
    def decided(self) -> list[FoundMark | Lookalike]:
        return [*self.found, *self.kept]

    @property
    def result(self) -> SearchResult:
        return SearchResult(tuple(self.found), tuple(self.kept))


def remove(
    picture: Picture,
    searched: SearchResult,
    *,
    coarse: float = 0.0,
    names: Collection[str] | None = None,
) -> Removal:
    """Remove marks, search the result, and undo each removal that leaves a trace.

    Parameters
    ----------
    searched
        The result of `detection.search` for this image.
    coarse
        Mean quantisation step of the file's codec, in grey levels; see `coding.coarseness`.
    names
        Names in the registry of the marks to search for; all by default.
    """
    seen = Patched(picture)
    removal = Removal(kept=list(searched.kept))
    todo = list(searched.found)
    for _ in range(MOST):
        if not todo:
            break
        found = todo.pop(0)
        if _met(found, removal.found):
            removal.kept.append(_stays(found, CROWDED))
            continue
        reason = _unremovable(found, seen)
        if reason:
            removal.kept.append(_stays(found, reason))
            continue
        again = _remove_one(picture, seen, found, removal, coarse, names)
        todo += [one for one in again.found if not _met(one, [*removal.decided, *todo])]
    return removal


def _unremovable(found: FoundMark, seen: Patched) -> str | None:
    """Return why a mark is left alone before any removal is tried."""
    if found.stays or found.inverted:
        return found.stays
    if found.confidence < SURE:
        return UNSURE
    hole = _around_letters(found, _strokes(seen[found.window.slices], found))
    return ROUGH if rough(seen, found.window, hole) else None


def _remove_one(
    picture: Picture,
    seen: Patched,
    found: FoundMark,
    removal: Removal,
    coarse: float,
    names: Collection[str] | None,
) -> SearchResult:
    """Remove a mark if a way of it leaves nothing; return the last search of the result."""
    again = SearchResult((), ())
    for way in _ways(found, seen):
        restored = restore(picture, way, coarse=coarse)
        seen.lay(restored.patch)
        again = search(seen, names)
        if not _met(found, again.found) and not _legible(seen, found):
            removal.found.append(way)
            removal.restored.append(restored)
            return again
        seen.lift()
    removal.kept.append(_stays(found, REMAINS))
    return again


def _legible(seen: Patched, found: FoundMark) -> bool:
    place = found.window.slices
    return bool(found.rim) and readable(seen.original[place], seen[place], _letters(found))


def _ways(found: FoundMark, seen: Patched) -> Iterator[FoundMark]:
    """Yield the ways to remove a mark, the most faithful one first."""
    if found.inverted:
        yield found
    if found.rim and not found.opaque.any():
        strokes = None if found.inverted else _strokes(seen.original[found.window.slices], found)
        yield replace(found, opaque=_around_letters(found, strokes))


def _around_letters(found: FoundMark, strokes: Flags | None) -> Flags:
    letters = _letters(found) > LETTER
    if strokes is not None:
        letters = letters | strokes
    wide = 2 * round(0.006 * found.window.width + 1) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (wide, wide))
    hole: Flags = cv2.dilate(letters.astype(np.uint8), kernel) > 0
    return hole


def _strokes(place: Pixels, found: FoundMark) -> Flags:
    """Return the strokes at a label whose typeface is a guess: bright, thin, and near its own."""
    own = _letters(found) > 0.5
    rows = int(own.any(axis=1).sum())
    kernel = np.ones((2 * round(THICKEST * rows / 2) + 1,) * 2, np.uint8)
    luma = cv2.cvtColor(np.ascontiguousarray(place), cv2.COLOR_RGB2GRAY)
    height = cv2.morphologyEx(luma, cv2.MORPH_TOPHAT, kernel)
    near = cv2.dilate(own.astype(np.uint8), np.ones((2 * (rows // 4) + 1,) * 2, np.uint8)) > 0
    strokes: Flags = near & (height > FAINTEST * float(np.median(height[own])))
    return strokes


def _letters(found: FoundMark) -> Floats:
    letters: Floats = found.over.ink / max(float(found.over.ink.max()), 1.0)
    return letters


def _met(found: FoundMark, others: Iterable[FoundMark | Lookalike]) -> bool:
    return any(found.window.overlaps(one.window) for one in others)


def _stays(found: FoundMark, reason: str) -> Lookalike:
    return Lookalike(found.name, found.window, found.confidence, reason, found.evidence)
