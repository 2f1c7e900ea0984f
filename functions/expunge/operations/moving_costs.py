"""What a mode costs for a moving picture: memory, and CPU time, from its header."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from expunge.errors import ImageTooLarge
from expunge.imaging import moving
from expunge.imaging.faces.plans import Plan
from expunge.imaging.targets.choices import Target

if TYPE_CHECKING:
    from collections.abc import Sequence

    from expunge.imaging.moving import Facts
    from expunge.imaging.source import Source
    from expunge.operations import Mode
    from expunge.operations.options.base import ModeOptions
    from expunge.operations.parts import Part

MB = 1 << 20
LEAST = {"mask": 300, "scan": 300, "fingerprint": 200, "swap": 460}
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

DIVIDED = {"mask": (True, False, True, False), "swap": (False, True, True, False)}
"""By mode: which stages of a long video are divided; see `mask_parts` and `swap_parts`."""
READ = 0.02
"""Seconds of decoding a megapixel."""
APART = 300
"""Frames from one key frame to the next where the header does not say it: ten seconds."""
STAGES = {
    "mask": (("search", 0.02, 0.05), ("choose", 0.002, 0), ("hide", 0.03, 0.1), ("join", 0.001, 0)),
    "swap": (("look", 0.04, 0.035), ("draw", 0.12, 0.03), ("write", 0.2, 0.1), ("join", 0.001, 0)),
}
"""By mode: seconds for a frame, and for a megapixel of it, of each stage."""
SHARES = {"mask": (0.6, 0.03, 0.35, 0.02), "swap": (0.14, 0.3, 0.54, 0.02)}
"""By mode: the share of each stage in the work, measured."""
LEAST_FRAMES = {"mask": 900, "swap": 300}
"""Frames of a part. `mask` searches up to 135 frames around each part, too; `swap` decodes some
more, from the key frame before."""
LONGEST = 440.0
"""Seconds of a part by estimate, even if it then has fewer frames: half of what AWS allows."""
MOST_PARTS = 64
UNJOINED = ("av1",)
"""Codecs whose segments cannot be joined."""


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
    each = FRAME.get(mode.name, FRAME["swap"]) + PIXELS * megapixels
    return frames * each + _searches(options, frames, megapixels)


def _searches(options: ModeOptions, frames: int, megapixels: float) -> float:
    """Seconds of all searches."""
    plan: Plan = getattr(options, "plan", Plan.BALANCED)
    search = SEARCH[plan] + (NATIVE * megapixels if plan is Plan.THOROUGH else 0)
    return search * frames / getattr(options, "search_every", 1)


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


def stages(mode: Mode, source: Source, options: ModeOptions, seconds: float) -> tuple[int, ...]:
    """See `expunge.operations.parts.stages`."""
    facts = moving.facts(source)
    if not facts.is_video or getattr(options, "codec", None) in UNJOINED:
        return ()
    if mode.name not in DIVIDED:
        return ()
    total = cpu_seconds(mode, source, options)
    count = min(math.ceil(total / seconds), _frames(facts) // LEAST_FRAMES[mode.name])
    count = min(max(count, math.ceil(total / LONGEST)), MOST_PARTS)
    return tuple(count if divided else 1 for divided in DIVIDED[mode.name]) if count > 1 else ()


def shares(mode: Mode, counts: Sequence[int]) -> tuple[float, ...]:
    """See `expunge.operations.parts.shares`."""
    return SHARES.get(mode.name, (1 / len(counts),) * len(counts))


def part_seconds(mode: Mode, source: Source, options: ModeOptions, part: Part) -> float:
    """See `expunge.operations.parts.part_seconds`."""
    count = part.stages[part.stage]
    before = _seconds_before(source) if count > 1 else 0.0
    return _stage_seconds(mode, source, options)[part.stage] / count + before


def _seconds_before(source: Source) -> float:
    """The longest time to decode what comes before a part, from the key frame on."""
    facts = moving.facts(source)
    apart = APART if facts.key_frames_apart is None else facts.key_frames_apart
    return READ * facts.width * facts.height / 1e6 * min(apart, _frames(facts))


def _stage_seconds(mode: Mode, source: Source, options: ModeOptions) -> tuple[float, ...]:
    """The longest CPU time of each stage of a job in parts."""
    facts = moving.facts(source)
    frames, megapixels = _frames(facts), facts.width * facts.height / 1e6
    searched = _searches(options, frames, megapixels) if mode.name == "mask" else 0.0
    recognised = READ * megapixels if getattr(options, "except_", ()) else 0.0
    found = []
    for name, each, pixels in STAGES[mode.name]:
        more = {"search": searched, "choose": recognised * frames}.get(name, 0.0)
        found.append(frames * (each + pixels * megapixels) + more)
    return tuple(found)


def _frames(facts: Facts) -> int:
    return facts.frames or round(facts.seconds * RATE) or 1
