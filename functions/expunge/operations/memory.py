"""How much memory a mode takes for an image, told from the image's header.

An estimate is what a process takes at its highest point, libraries and all. It is never below
what ``make bench ONLY=memory`` measures: a job that takes more than its estimate takes what
another was promised. Rates are bytes a pixel.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from expunge.errors import ImageTooLarge
from expunge.imaging.limits import LIMITS
from expunge.operations.coding import Coding

if TYPE_CHECKING:
    from expunge.imaging.source import Source
    from expunge.operations import Mode
    from expunge.operations.options.base import ModeOptions

MB = 1 << 20
PLAIN, LOADED, NETWORK, TILE = 105, 155, 260, 300
"""MB for the smallest image: with Python and OpenCV; with a detector of faces, too; while that is
at work; with the planes of a tile that is rebuilt."""
KEPT = 50
"""MB of its working memory that a network keeps."""
FILE = 20
"""MB for the file, its copies, and the result."""
BANDS = 60
"""MB for the bands in which a PNG is read and written."""
LOOKED_AT_WHOLE = 16_000_000
"""Pixels up to which an image is decoded whole for a look (`expunge.imaging.codecs.partial`)."""
FINEST = 5_120
"""Pixels of a side from which faces are looked for in an image that was made smaller."""
DEEP = 16_000_000
"""Pixels up to which hidden text is looked for; that takes 12 bytes of each."""


@dataclass(frozen=True, slots=True)
class _Size:
    width: int
    """As displayed."""
    height: int

    @classmethod
    def of(cls, source: Source) -> _Size:
        return cls(*(source.layout.canvas or source.layout.displayed))

    @property
    def pixels(self) -> int:
        return self.width * self.height

    def scaled(self, by: float) -> _Size:
        return _Size(int(self.width * by), int(self.height * by))


def peak_bytes(mode: Mode, source: Source, options: ModeOptions) -> int:
    """Bytes at most; 0 for a mode that decodes nothing."""
    if not mode.decodes:
        return 0
    return _peak(mode.name, Coding.of(source), _Size.of(source), options)


def too_large_for(mode: Mode, source: Source, options: ModeOptions, limit: int) -> ImageTooLarge:
    """The refusal of an image that takes more than ``limit`` bytes, with the size that fits."""
    coding, size = Coding.of(source), _Size.of(source)
    need = _peak(mode.name, coding, size, options)
    low, high = 0.0, 1.0
    for _ in range(20):
        middle = (low + high) / 2
        fits = _peak(mode.name, coding, size.scaled(middle), options) <= limit
        low, high = (middle, high) if fits else (low, middle)
    fitting = size.scaled(low)
    return ImageTooLarge(
        f"«{mode.name}» takes up to {need / MB:,.0f} MB for a {coding.name} image of "
        f"{size.width:,} × {size.height:,} pixels; a job may take {limit / MB:,.0f}. "
        f"{fitting.width:,} × {fitting.height:,} pixels fit"
    )


def _peak(name: str, coding: Coding, size: _Size, options: ModeOptions) -> int:
    peaks = {
        "detect": _detect,
        "visible": _visible,
        "faces": _faces,
        "mask": _mask,
        "invisible": _remake,
        "all": _remake,
        "convert": _convert,
    }
    return int(peaks.get(name, _unmeasured)(coding, size, options))


def _beside(coding: Coding) -> int:
    return (FILE + (BANDS if coding.form == "png" else 0)) * MB


def _looked_at(coding: Coding, size: _Size) -> float:
    """Decoding for a search of marks, and the lower rows that it looks at."""
    if size.pixels <= LOOKED_AT_WHOLE or coding.cropped:
        return (coding.whole + 3) * size.pixels
    rows = min(size.height, 1_100 + 0.32 * size.width)
    kept = (coding.colours + (3 if coding.colours == 1 or coding.turned else 0)) * rows
    if coding.form == "jpeg":  # its decoder is gone before anything is kept
        decoded = coding.colours * size.pixels + kept * size.width
        return max(coding.look * size.pixels, decoded) + _beside(coding)
    return coding.look * size.pixels + kept * size.width + _beside(coding)


def _detect(coding: Coding, size: _Size, options: ModeOptions) -> float:
    deep = 12 * min(size.pixels, DEEP) if getattr(options, "deep", False) else 0
    looked = getattr(options, "visible", True) and size.pixels <= LIMITS.pixels
    visible = _looked_at(coding, size) if looked else 0
    return PLAIN * MB + max(deep, visible)


def _visible(coding: Coding, size: _Size, options: ModeOptions) -> float:
    return PLAIN * MB + max(_looked_at(coding, size), _edited(coding, size, options))


def _faces(coding: Coding, size: _Size, options: ModeOptions) -> float:
    """Decoding for a search of faces, and then the search in what was decoded."""
    longer = max(size.width, size.height)
    small = size.pixels <= LOOKED_AT_WHOLE or longer < FINEST or coding.cropped
    if small or getattr(options, "plan", "") == "thorough":
        decoding, seen = coding.whole + 3, coding.picture + 3.0 + 3 * coding.turned
    else:
        decoding, seen = coding.reduced + 1.5, 1.5
    decoded = LOADED * MB + decoding * size.pixels + _beside(coding)
    return max(decoded, NETWORK * MB + seen * size.pixels)


def _mask(coding: Coding, size: _Size, options: ModeOptions) -> float:
    edited = (LOADED + KEPT) * MB + _edited(coding, size, options)
    return max(_faces(coding, size, options), edited)


def _edited(coding: Coding, size: _Size, options: ModeOptions) -> float:
    """Decoding whole, changing some places, and coding anew in the format that is asked for."""
    form = getattr(options, "format", None)
    anew = coding.edited if form in (None, coding.form) else coding.converted(str(form))
    return max(coding.whole, anew) * size.pixels + _beside(coding)


def _remake(coding: Coding, size: _Size, options: ModeOptions) -> float:  # noqa: ARG001
    return TILE * MB + max(coding.whole, coding.remade) * size.pixels + _beside(coding)


def _unmeasured(coding: Coding, size: _Size, options: ModeOptions) -> float:
    """A mode that nothing is known of is taken for the dearest."""
    return max(_mask(coding, size, options), _remake(coding, size, options))


def _convert(coding: Coding, size: _Size, options: ModeOptions) -> float:  # noqa: ARG001
    return PLAIN * MB + coding.converted("avif") * size.pixels
