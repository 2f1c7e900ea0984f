"""Take visible AI marks out; change nothing outside their boxes."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Any

from expunge.errors import FieldError, ValidationFailed
from expunge.imaging.codecs import decode, encode, refuse
from expunge.imaging.marks.by_hand import pointed_at
from expunge.imaging.marks.coding import coarseness
from expunge.imaging.marks.detection import search
from expunge.imaging.marks.restoration import restore
from expunge.operations.outcome import Outcome

if TYPE_CHECKING:
    from expunge.imaging.codecs import Picture
    from expunge.imaging.marks.box import Window
    from expunge.imaging.marks.found import FoundMark, Lookalike, SearchResult
    from expunge.imaging.marks.restoration import Restored
    from expunge.imaging.source import Source
    from expunge.operations.options.visible import VisibleOptions

MAX_POINTED_AT = 0.25
"""Of the picture, in a region by hand."""


def check(source: Source, options: VisibleOptions) -> None:
    """Refuse what is not decoded here, or does not fit into the format that is asked for."""
    refuse(source, media_type=_media_type(options))


def run(source: Source, options: VisibleOptions) -> Outcome:
    """Take the marks out of one file.

    Where there is nothing to take out, and no other format is asked for, the file comes back
    as it is, byte for byte.

    Raises
    ------
    expunge.errors.UnsupportedMediaType
        For an animation, and for a format that nothing at hand reads or writes.
    expunge.errors.ValidationFailed
        For a region that is not inside the picture or larger than a quarter of it.
    """
    started = perf_counter()
    picture = decode(source)
    decoded = perf_counter()
    searched = _searched(picture, options)
    looked = perf_counter()
    coarse = coarseness(source) if searched.found else 0.0
    restored = [restore(picture, found, coarse=coarse) for found in searched.found]
    removed = perf_counter()
    patches = [one.patch for one in restored]
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
        **described(searched, restored),
    }
    return Outcome(encoded.data, encoded.media_type, report, timings)


def _media_type(options: VisibleOptions) -> str | None:
    return f"image/{options.format}" if options.format else None


def _searched(picture: Picture, options: VisibleOptions) -> SearchResult:
    if options.region is None:
        return search(picture.rgb8(), options.marks)
    x, y, width, height = options.region
    inside = x + width <= picture.width and y + height <= picture.height
    if not (width and height and inside):
        size = f"{picture.width} × {picture.height}"
        raise _bad_region(f"[x, y, width, height] must lie inside the picture of {size} pixels")
    if width * height > MAX_POINTED_AT * picture.width * picture.height:
        raise _bad_region("at most a quarter of the picture can be filled in")
    return pointed_at(x, y, width, height)


def _bad_region(detail: str) -> ValidationFailed:
    return ValidationFailed(FieldError("/options/region", detail))


def described(searched: SearchResult, restored: list[Restored] | None = None) -> dict[str, Any]:
    """What a search came to, and if there was one, what removal did: JSON-ready."""
    marks = [_mark(found) for found in searched.found]
    for mark, one in zip(marks, restored or (), strict=False):
        mark |= {"method": one.method, "inverted": one.inverted, "inpainted": one.inpainted}
    reason = None
    if not marks:
        reason = (
            "what resembles a mark did not pass the trial removal"
            if searched.kept
            else "no known mark was found; that does not mean that there is none"
        )
    return {"marks": marks, "kept": [_kept(one) for one in searched.kept], "reason": reason}


def _mark(found: FoundMark) -> dict[str, Any]:
    return {
        "name": found.name,
        "tool": found.tool,
        "region": _region(found.window),
        "confidence": round(found.confidence, 4),
        "opacity": round(found.opacity, 3),
    }


def _kept(kept: Lookalike) -> dict[str, Any]:
    return {
        "name": kept.name,
        "region": _region(kept.window),
        "confidence": round(kept.confidence, 4),
        "reason": kept.reason,
    }


def _region(window: Window) -> list[int]:
    return [window.left, window.top, window.width, window.height]
