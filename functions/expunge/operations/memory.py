"""Estimate the memory that a mode needs for an image, from the image's header.

An estimate is the peak of the whole process, libraries included. It is never below what ``make
bench ONLY=memory`` measures, since a job above its estimate takes memory that is reserved for
another. Rates are bytes per pixel.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from expunge.errors import ImageTooLarge
from expunge.imaging.limits import LIMITS
from expunge.imaging.loading import load
from expunge.imaging.media_types import UNDECODED
from expunge.imaging.purify.tiles import MARGIN, TILE, TILE_LEFT_MB, TILE_MB, most_at_once
from expunge.imaging.targets.choices import READ_BY_NETWORK, Target
from expunge.operations.coding import Coding

if TYPE_CHECKING:
    from expunge.imaging.source import Source
    from expunge.operations import Mode
    from expunge.operations.options.base import ModeOptions

MOVING = "expunge.operations.moving_costs"
"""What estimates moving pictures; it loads NumPy."""
MB = 1 << 20
PLAIN, LOADED, NETWORK = 105, 155, 260
"""MB for the smallest image: with Python and OpenCV; with a face detector loaded; while that
detector runs."""
READER = 340
"""MB for the smallest image while the text detector runs on its largest tile."""
SOUGHT = 7.0
"""Bytes per pixel of a search for codes or text: grey at every size, likelihoods and cores."""
PAINTED = 2.5
"""Bytes per pixel for painting over text and codes, which may be many and large."""
KEPT = 50
"""MB of working memory that a network does not release."""
LOOKED = 200
"""MB for a search for invisible watermarks in a part of the image."""
DESCRIBED = 130
"""MB for the network that tells people apart (90 MB), and for a picture that names somebody."""
MESHED = 120
"""MB for the network that finds a face's shape, and for the layers of a swap at their largest."""
COVERED = 9.0
"""Bytes per pixel of each region that a caller gives: its opacity, and its new pixels."""
FILE = 20
"""MB for the file, its copies, and the result."""
BANDS = 60
"""MB for the bands in which a PNG is read and written."""
DECODED_WHOLE = 16_000_000
"""Pixels up to which a search decodes the whole image (`expunge.imaging.codecs.partial`)."""
HASHED = 24
"""MB of a band that is hashed: a megapixel of four 16-bit samples, three times."""
FINEST = 5_120
"""Side in pixels from which faces are detected in a reduced image."""
FINEST_READ = 3_840
"""The same side for codes and text; a larger image is reduced by whole-number factors."""
DEEP = 16_000_000
"""Most pixels that are searched for hidden text; the search takes 12 bytes per pixel."""


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
    """Return the peak memory in bytes; 0 if nothing is decoded."""
    if mode.moves(source):
        return int(load(MOVING).peak_bytes(mode, source, options)) + _companions(source)
    if source.media_type in UNDECODED or not (mode.decodes or compares(source, options)):
        return 0
    return _peak(mode.name, Coding.of(source), _Size.of(source), options) + _companions(source)


def too_large_for(mode: Mode, source: Source, options: ModeOptions, limit: int) -> ImageTooLarge:
    """Return the error for an image above ``limit`` bytes; it states the size that fits."""
    if mode.moves(source):
        error: ImageTooLarge = load(MOVING).too_large_for(mode, source, options, limit)
        return error
    coding, size, others = Coding.of(source), _Size.of(source), _companions(source)
    need = _peak(mode.name, coding, size, options) + others
    low, high = 0.0, 1.0
    for _ in range(20):
        middle = (low + high) / 2
        fits = _peak(mode.name, coding, size.scaled(middle), options) + others <= limit
        low, high = (middle, high) if fits else (low, middle)
    fitting = size.scaled(low)
    name = f"«{mode.name}»" + (" with a receipt" if options.wants_receipt else "")
    return ImageTooLarge(
        f"{name} takes up to {need / MB:,.0f} MB for a {coding.name} image of "
        f"{size.width:,} × {size.height:,} pixels; a job may take {limit / MB:,.0f}. "
        f"{fitting.width:,} × {fitting.height:,} pixels fit"
    )


def _peak(name: str, coding: Coding, size: _Size, options: ModeOptions) -> int:
    peaks = {
        "detect": _detect,
        "visible": _visible,
        "faces": _faces,
        "mask": _mask,
        "swap": _swap,
        "invisible": _remake,
        "all": _remake,
        "convert": _convert,
        "scan": _scan,
        "fingerprint": _faces,
        "metadata": _nothing,
    }
    peak = peaks.get(name, _unmeasured)(coding, size, options)
    return int(max(peak, _compared(coding, size)) if options.wants_receipt else peak)


def decoded_pixels(source: Source) -> int:
    """Return the number of pixels that decoding takes memory and time for."""
    return _Size.of(source).pixels


def compares(source: Source, options: ModeOptions) -> bool:
    """Whether the job compares pixels for a receipt. Other files are refused before that."""
    still = source.media_type not in UNDECODED and source.layout.frames == 1
    return options.wants_receipt and still and decoded_pixels(source) <= LIMITS.pixels


def _nothing(coding: Coding, size: _Size, options: ModeOptions) -> float:  # noqa: ARG001
    return 0


def _compared(coding: Coding, size: _Size) -> float:
    """Decoding one of the two files for a receipt, with a band of it to hash."""
    return (PLAIN + HASHED) * MB + coding.whole * size.pixels + _beside(coding)


def _beside(coding: Coding) -> int:
    return (FILE + (BANDS if coding.form == "png" else 0)) * MB


def _mark_search(coding: Coding, size: _Size) -> float:
    """Decoding for a search for marks, and the lower rows that it needs."""
    if size.pixels <= DECODED_WHOLE or coding.cropped:
        return (coding.whole + 3) * size.pixels
    rows = min(size.height, 1_100 + 0.32 * size.width)
    kept = (coding.colours + (3 if coding.colours == 1 or coding.turned else 0)) * rows
    if coding.form == "jpeg":  # its decoder is freed before anything is kept
        decoded = coding.colours * size.pixels + kept * size.width
        return max(coding.streamed * size.pixels, decoded) + _beside(coding)
    return coding.streamed * size.pixels + kept * size.width + _beside(coding)


def _detect(coding: Coding, size: _Size, options: ModeOptions) -> float:
    deep = 12 * min(size.pixels, DEEP) if getattr(options, "deep", False) else 0
    searches = getattr(options, "visible", True) and size.pixels <= LIMITS.pixels
    visible = _mark_search(coding, size) if searches else 0
    whole = 0.0
    if getattr(options, "invisible", False) and size.pixels <= LIMITS.pixels:
        whole = LOOKED * MB + max(coding.whole, coding.picture + 3) * size.pixels + _beside(coding)
    return PLAIN * MB + max(deep, visible, whole)


def _visible(coding: Coding, size: _Size, options: ModeOptions) -> float:
    return PLAIN * MB + max(_mark_search(coding, size), _edited(coding, size, options))


def _faces(coding: Coding, size: _Size, options: ModeOptions) -> float:
    """Decoding for detection, and then the detection in the decoded image."""
    longer = max(size.width, size.height)
    small = size.pixels <= DECODED_WHOLE or longer < FINEST or coding.cropped
    plan = getattr(options, "plan", "")
    others: frozenset[Target] = getattr(options, "sought", frozenset()) - {Target.FACES}
    whole = small or plan == "thorough" or (others and longer < 2 * FINEST_READ)
    if whole:
        decoding, seen = coding.whole + 3, coding.picture + 3.0 + 3 * coding.turned
    else:
        decoding, seen = coding.reduced + 1.5, 1.5
    decoded = LOADED * MB + decoding * size.pixels + _beside(coding)
    network = READER if others & READ_BY_NETWORK else NETWORK
    sought = SOUGHT * (1.0 if whole else 0.25) if others else 0.0
    return max(decoded, network * MB + (seen + sought) * size.pixels)


def _scan(coding: Coding, size: _Size, options: ModeOptions) -> float:
    """A picture that may be transparent is decoded whole, and laid on black."""
    if coding.form == "jpeg":
        return _faces(coding, size, options)
    decoding = (LOADED + KEPT) * MB + max(coding.whole, coding.picture + 11) * size.pixels
    return max(decoding + _beside(coding), NETWORK * MB)


def _mask(coding: Coding, size: _Size, options: ModeOptions) -> float:
    covers = getattr(options, "covers", lambda size: 0)  # noqa: ARG005
    covered = COVERED * covers((size.width, size.height))
    if getattr(options, "sought", frozenset()) - {Target.FACES}:
        covered += PAINTED * size.pixels
    edited = (LOADED + KEPT) * MB + _edited(coding, size, options) + covered
    described = DESCRIBED * MB if options.identifies else 0
    return max(_faces(coding, size, options), edited) + described


def _swap(coding: Coding, size: _Size, options: ModeOptions) -> float:
    edited = (LOADED + KEPT + MESHED) * MB + _edited(coding, size, options)
    return max(_faces(coding, size, options) + MESHED * MB, edited)


def _companions(source: Source) -> int:
    """The pictures of new faces: all of them decoded, and one while it is."""
    others = list(source.companions.values())
    kept = sum(3 * _Size.of(one).pixels for one in others)
    decoding = ((Coding.of(one).whole + 3) * _Size.of(one).pixels for one in others)
    return int(kept + max(decoding, default=0))


def _edited(coding: Coding, size: _Size, options: ModeOptions) -> float:
    """Decoding the whole image, changing parts of it, and encoding in the requested format."""
    form = getattr(options, "format", None)
    encoded = coding.edited if form in (None, coding.form) else coding.converted(str(form))
    return max(coding.whole, encoded) * size.pixels + _beside(coding)


def _remake(coding: Coding, size: _Size, options: ModeOptions) -> float:
    """Decoding, then re-synthesis in place with a copy of a row of tiles, then encoding."""
    at_once = most_at_once(size.width)
    band = min(size.height, TILE + 2 * MARGIN) * size.width * coding.colours * coding.sample
    tiles = coding.picture * size.pixels + band + at_once * TILE_MB * MB
    encoding = coding.remade * size.pixels + at_once * TILE_LEFT_MB * MB
    searched = 9 * size.pixels if getattr(options, "verify", False) else 0  # 16 bits, and in 8
    most = max(coding.whole * size.pixels, tiles, encoding) + searched
    return PLAIN * MB + most + _beside(coding)


def _unmeasured(coding: Coding, size: _Size, options: ModeOptions) -> float:
    """Estimate an unknown mode like the most expensive one."""
    return max(_mask(coding, size, options), _remake(coding, size, options))


def _convert(coding: Coding, size: _Size, options: ModeOptions) -> float:  # noqa: ARG001
    return PLAIN * MB + coding.converted("avif") * size.pixels
