"""Remove visible AI marks; change nothing outside their boxes."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from expunge.errors import FieldError, ValidationFailed
from expunge.imaging.codecs import decode, encode, ends, refuse
from expunge.imaging.codecs.partial import WHOLE
from expunge.imaging.marks.coding import coarseness
from expunge.imaging.marks.detection import reach, search
from expunge.imaging.marks.given_region import pointed_at
from expunge.imaging.marks.removal import Removal, remove
from expunge.imaging.marks.restoration import restore
from expunge.operations.options.areas import corners
from expunge.operations.outcome import Outcome

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from expunge.imaging.codecs import Picture
    from expunge.imaging.marks.box import Window
    from expunge.imaging.marks.found import FoundMark, Lookalike, SearchResult
    from expunge.imaging.marks.restoration import Restored
    from expunge.imaging.source import Source
    from expunge.operations.options.visible import VisibleOptions

MAX_POINTED_AT = 0.25
"""Most of the image that given regions may cover, as a fraction of its pixels."""


def check(source: Source, options: VisibleOptions) -> None:
    """Reject an image that cannot be decoded here or is too large for the requested format."""
    refuse(source, media_type=_media_type(options))


def run(source: Source, options: VisibleOptions) -> Outcome:
    """Remove the marks from one file.

    If there is no mark and no other format is requested, the result is the input file, byte for
    byte.

    Raises
    ------
    expunge.errors.UnsupportedMediaType
        For an animation, and for a format that cannot be decoded or encoded here.
    expunge.errors.ValidationFailed
        For a region that is not inside the image or covers more than a quarter of it.
    """
    started = perf_counter()
    picture = decode(source) if options.pointed_at or _is_small(source) else None
    decoded = perf_counter()
    searched = _searched(source, picture, options)
    looked = perf_counter()
    if picture is None:
        if not searched.found and _media_type(options) in (None, source.media_type):
            return _untouched(source, searched, looked - started)
        picture = decode(source)
    removal = _removed(source, picture, searched, options)
    removed = perf_counter()
    patches = [one.patch for one in removal.restored]
    encoded = encode(picture, patches, media_type=_media_type(options), quality=options.quality)
    done = perf_counter()
    timings = {
        "read": source.read_ms,
        "decode": (decoded - started) * 1e3,
        "detect": (looked - decoded) * 1e3,
        "remove": (removed - looked) * 1e3,
        "encode": (done - removed) * 1e3,
    }
    timings["total"] = sum(timings.values())
    report = {
        "format": source.media_type,
        "width": picture.width,
        "height": picture.height,
        "changed": encoded.data != source.data,
        "exact": encoded.exact,
        **described(removal.result, removal.restored),
    }
    return Outcome(encoded.data, encoded.media_type, report, timings)


def _removed(
    source: Source, picture: Picture, searched: SearchResult, options: VisibleOptions
) -> Removal:
    if not options.pointed_at:
        coarse = coarseness(source) if searched.found else 0.0
        return remove(picture, searched, coarse=coarse, names=options.marks)
    return Removal(list(searched.found), [restore(picture, one) for one in searched.found])


def _is_small(source: Source) -> bool:
    """Whether the whole image is decoded at once; of a large one, first the searched part."""
    return source.layout.width * source.layout.height <= WHOLE


def _untouched(source: Source, searched: SearchResult, seconds: float) -> Outcome:
    """Return the outcome for a large file in which no mark was found."""
    width, height = source.layout.displayed
    report = {
        "format": source.media_type,
        "width": width,
        "height": height,
        "changed": False,
        "exact": True,
        **described(searched),
    }
    timings = {"read": source.read_ms, "detect": seconds * 1e3}
    timings["total"] = sum(timings.values())
    return Outcome(source.data, source.media_type, report, timings)


def _media_type(options: VisibleOptions) -> str | None:
    return f"image/{options.format}" if options.format else None


def _searched(source: Source, picture: Picture | None, options: VisibleOptions) -> SearchResult:
    if picture is None:
        return search(ends(source, *reach(*source.layout.displayed)), options.marks)
    if not options.pointed_at:
        return search(picture.rgb8(), options.marks)
    return pointed_at(_drawn(picture, options))


def _drawn(picture: Picture, options: VisibleOptions) -> NDArray[np.bool_]:
    """The pixels of the given regions: (H, W)."""
    name = "region" if options.region else "regions"
    size = np.array((picture.width, picture.height))
    inside = np.zeros((picture.height, picture.width), np.uint8)
    for area in options.pointed_at:
        places = np.array(corners(area))
        if (places < 0).any() or (places > size).any() or (np.ptp(places, axis=0) < 1).any():
            given = f"{picture.width} × {picture.height}"
            raise _bad_region(name, f"a region must be inside the image of {given} pixels")
        # The centre of a pixel is half a pixel from its corner; OpenCV fills the edges, too.
        cv2.fillPoly(inside, [_filled(places)], 1)
    if inside.sum() > MAX_POINTED_AT * inside.size:
        raise _bad_region(name, "the regions may cover at most a quarter of the image")
    return inside > 0


def _filled(places: NDArray[np.float64]) -> NDArray[np.int32]:
    """A polygon's corners as the pixels that it touches."""
    middle = places.mean(axis=0)
    return np.where(places > middle, np.ceil(places) - 1, np.floor(places)).astype(np.int32)


def _bad_region(name: str, detail: str) -> ValidationFailed:
    return ValidationFailed(FieldError(f"/options/{name}", detail))


def described(searched: SearchResult, restored: list[Restored] | None = None) -> dict[str, Any]:
    """The report on a search for marks and on their removal, JSON-ready."""
    marks = [_mark(found) for found in searched.found]
    for mark, one in zip(marks, restored or (), strict=False):
        mark |= {"method": one.method, "inverted": one.inverted, "inpainted": one.inpainted}
    reason = None
    if not marks:
        reason = (
            "a region resembles a mark, but was not removed; `kept` says why"
            if searched.kept
            else "no known mark was found; this does not mean that there is none"
        )
    return {"marks": marks, "kept": [_kept(one) for one in searched.kept], "reason": reason}


def _mark(found: FoundMark) -> dict[str, Any]:
    return {
        "name": found.name,
        "tool": found.tool,
        "region": _region(found.window),
        "confidence": round(found.confidence, 4),
        "opacity": round(found.opacity, 3),
        "evidence": found.evidence.value,
    }


def _kept(kept: Lookalike) -> dict[str, Any]:
    return {
        "name": kept.name,
        "region": _region(kept.window),
        "confidence": round(kept.confidence, 4),
        "reason": kept.reason,
        "evidence": kept.evidence.value,
    }


def _region(window: Window) -> list[int]:
    return [window.left, window.top, window.width, window.height]
