"""Estimate the CPU time that a mode needs for an image, from the image's header.

An estimate is for the worst content, noise, of which HEIC and AVIF take several times as long as
of a photograph. Rates are seconds of one x86-64 core for a megapixel, measured and rounded up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from expunge.imaging.faces.plans import Plan
from expunge.imaging.loading import load
from expunge.imaging.media_types import UNDECODED
from expunge.imaging.targets.choices import READ_BY_NETWORK, Target
from expunge.operations.memory import MOVING, compares, decoded_pixels

if TYPE_CHECKING:
    from expunge.errors import ImageTooLarge
    from expunge.imaging.source import Source
    from expunge.operations import Mode
    from expunge.operations.options.base import ModeOptions

READ = 0.2
"""Decoding, and searching for marks or faces."""
REMADE = 1.2
"""Re-synthesising every pixel."""
ENCODED = {"heic": 4.5, "avif": 3.6, "jxl": 3.6}
"""Encoding, by format; libx265 (HEIC) and libaom (AVIF) are the slow ones. JPEG XL is an estimate
like AVIF's."""
ENCODED_FAST = 0.3
"""Encoding in any other format."""
CODES, ENLARGED = 0.5, 3.0
"""Looking for codes at every size; and seconds for a small image, which is enlarged, too."""
TEXT = 0.8
"""Looking for text, for a megapixel of what the network sees."""
OVERVIEW = {Plan.FAST: 1.0, Plan.BALANCED: 4.7, Plan.THOROUGH: 1.0}
"""Megapixels that the network sees at most: the overview and, for `balanced`, the finer look.
`thorough` sees the whole image, too."""
LOOKED, LOOKED_THOROUGHLY = 1.0, 16.0
"""Seconds of a search for invisible watermarks, which reads a part of the image; the thorough one
also reads crops and other sizes, and a network's output."""
MOST_TREATMENTS = 3
RECOGNISED = 3.0
"""Seconds of describing the most faces that are compared, 100 (`imaging.faces.recognition`)."""
REFERENCE = 0.9
"""Seconds of finding and describing the face in the largest picture that an option may have."""
SWAPPED = 1.0
"""Seconds of swapping one face, with its picture."""
READERS = ("detect", "faces")
REMAKERS = ("invisible", "all")


def cpu_seconds(mode: Mode, source: Source, options: ModeOptions) -> float:
    """Return the longest CPU time in seconds; 0 if nothing is decoded."""
    if mode.moves(source):
        return float(load(MOVING).cpu_seconds(mode, source, options))
    if source.media_type in UNDECODED:
        return 0.0
    rate = _rate(mode, source, options) if mode.decodes else 0.0
    if compares(source, options):
        rate += 2 * READ  # the file and its result
    searched = _sought(source, options) + _recognition(options) + _looking(mode, options)
    others = sum(READ * decoded_pixels(one) / 1e6 for one in source.companions.values())
    searched += others + SWAPPED * len(source.companions)
    return rate * decoded_pixels(source) / 1e6 + searched


def too_long_for(mode: Mode, source: Source, seconds: float, limit: float) -> ImageTooLarge:
    """Return the error for a moving picture that takes ``seconds``, of ``limit`` at most."""
    error: ImageTooLarge = load(MOVING).too_long_for(mode, source, seconds, limit)
    return error


def _sought(source: Source, options: ModeOptions) -> float:
    """Seconds for what is looked for beside faces."""
    sought: frozenset[Target] = getattr(options, "sought", frozenset())
    pixels = decoded_pixels(source) / 1e6
    spent = ENLARGED + CODES * pixels if Target.CODES in sought else 0.0
    if sought & READ_BY_NETWORK:
        plan = getattr(options, "plan", Plan.BALANCED)
        spent += TEXT * (OVERVIEW[plan] + (1.4 * pixels if plan is Plan.THOROUGH else 0.0))
    return spent


def _looking(mode: Mode, options: ModeOptions) -> float:
    """Seconds of the searches for invisible watermarks, whatever the image's size."""
    if mode.name in REMAKERS:
        verifies = getattr(options, "verify", False)
        return (1 + MOST_TREATMENTS) * LOOKED_THOROUGHLY if verifies else 2 * LOOKED
    return LOOKED_THOROUGHLY if getattr(options, "invisible", False) else 0.0


def _recognition(options: ModeOptions) -> float:
    """Seconds of telling people apart."""
    people = len(getattr(options, "except_", ()))
    return RECOGNISED + REFERENCE * people if people else 0.0


def _rate(mode: Mode, source: Source, options: ModeOptions) -> float:
    """Seconds for a megapixel of a mode that decodes."""
    rate = READ
    if mode.name not in READERS:
        form = getattr(options, "format", None) or source.media_type.removeprefix("image/")
        rate += ENCODED.get(str(form), ENCODED_FAST)
    if mode.name in REMAKERS:
        rate += REMADE * (MOST_TREATMENTS if getattr(options, "verify", False) else 1)
    return rate
