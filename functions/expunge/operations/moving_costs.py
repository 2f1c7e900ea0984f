"""What a mode costs for a moving picture: memory, and CPU time, from its header."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expunge.errors import ImageTooLarge
from expunge.imaging import moving
from expunge.imaging.faces.plans import Plan
from expunge.imaging.targets.choices import Target

if TYPE_CHECKING:
    from expunge.imaging.moving import Facts
    from expunge.imaging.source import Source
    from expunge.operations import Mode
    from expunge.operations.options.base import ModeOptions

MB = 1 << 20
LEAST = {"mask": 300, "swap": 460}
"""MB for the smallest frames: networks, libraries, and one search."""
READER = 120
"""MB more while the text detector runs."""
BYTES = 150
"""Bytes for a pixel of one frame: decoded frames, copies for a search, and a video encoder's."""
HELD = 1.5
"""Bytes for a pixel over all frames of an animation, which its writer holds."""
RATE = 30.0
"""Frames a second where a header does not say their number."""
SEARCH = {Plan.FAST: 0.15, Plan.BALANCED: 0.45, Plan.THOROUGH: 0.45}
"""Seconds of a search, and for `Plan.THOROUGH` `NATIVE` for a megapixel more."""
NATIVE = 0.5
FRAME = {"mask": 0.05, "swap": 0.3}
"""Seconds for a frame, beside `PIXELS` for its megapixels: decoded twice, followed, and encoded."""
PIXELS = 0.15


def peak_bytes(mode: Mode, source: Source, options: ModeOptions) -> int:
    """Return the peak memory of the process in bytes."""
    facts = moving.facts(source)
    sought: frozenset[Target] = getattr(options, "sought", frozenset())
    more = READER if sought - {Target.FACES} else 0
    size = facts.width * facts.height
    held = 0.0 if facts.is_video else HELD * size * _frames(facts)
    return int((LEAST.get(mode.name, LEAST["swap"]) + more) * MB + BYTES * size + held)


def too_large_for(mode: Mode, source: Source, options: ModeOptions, limit: int) -> ImageTooLarge:
    """Return the error for a moving picture above ``limit`` bytes."""
    facts = moving.facts(source)
    need = peak_bytes(mode, source, options)
    return ImageTooLarge(
        f"«{mode.name}» takes up to {need / MB:,.0f} MB for a moving picture of {facts.width:,} × "
        f"{facts.height:,} pixels; a job may take {limit / MB:,.0f}. Send it with fewer pixels"
    )


def cpu_seconds(mode: Mode, source: Source, options: ModeOptions) -> float:
    """Return the longest CPU time in seconds."""
    facts = moving.facts(source)
    frames, megapixels = _frames(facts), facts.width * facts.height / 1e6
    plan: Plan = getattr(options, "plan", Plan.BALANCED)
    search = SEARCH[plan] + (NATIVE * megapixels if plan is Plan.THOROUGH else 0)
    searches = frames / getattr(options, "search_every", 1)
    each = FRAME.get(mode.name, FRAME["swap"]) + PIXELS * megapixels
    return frames * each + searches * search


def too_long_for(mode: Mode, source: Source, seconds: float, limit: float) -> ImageTooLarge:
    """Return the error for a moving picture that takes ``seconds``, of ``limit`` at most.

    Its work grows with its frames, so that a part of its length fits.
    """
    facts = moving.facts(source)
    fitting = facts.seconds * limit / seconds
    frames = f"{_frames(facts):,} frames of {facts.width:,} × {facts.height:,} pixels"
    return ImageTooLarge(
        f"«{mode.name}» may take {seconds:,.0f} seconds for {frames}; a job may take "
        f"{limit:,.0f}. Of its {facts.seconds:,.1f} seconds, {int(10 * fitting) / 10:,.1f} fit; or "
        "send it with fewer pixels"
    )


def _frames(facts: Facts) -> int:
    return facts.frames or round(facts.seconds * RATE) or 1
