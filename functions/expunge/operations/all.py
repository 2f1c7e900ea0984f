"""Remove metadata and visible marks, and disturb invisible watermarks: one decode, one encode."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING

from expunge.imaging.codecs import decode
from expunge.imaging.marks.coding import coarseness
from expunge.imaging.marks.detection import search
from expunge.imaging.marks.removal import remove
from expunge.imaging.progress import Progress, silent, stretch
from expunge.imaging.source import Source
from expunge.operations import invisible, metadata
from expunge.operations.options.metadata import MetadataOptions
from expunge.operations.outcome import Outcome
from expunge.operations.visible import described

if TYPE_CHECKING:
    from collections.abc import Sequence

    from expunge.imaging.codecs import Patch, Picture
    from expunge.operations.options.all import AllOptions

RESTORED = 0.2
"""Progress, as a fraction, once the visible marks are removed."""


check = invisible.check


def run(source: Source, options: AllOptions, progress: Progress = silent) -> Outcome:
    """Run the three operations; the report has a part for each.

    Raises
    ------
    expunge.errors.UnsupportedMediaType
        For an animation, before any work, and for a format that cannot be encoded here.
    expunge.errors.ModelMissing
        If the model's file is not installed.
    """
    regenerator = invisible.regenerator_named(options.model) if options.model else None
    stripped = metadata.run(source, MetadataOptions())
    assert stripped.image is not None
    started = perf_counter()
    unread = Source.of(stripped.image, limits=None)
    picture = decode(unread)
    decoded = perf_counter()
    progress(invisible.DECODED)
    patches, visible = _marks(picture, options)
    again = partial(_patched_again, unread, patches)
    opened = invisible.handing_out(_patched(picture, patches), again)
    del picture
    restored = perf_counter()
    progress(RESTORED)
    rest = stretch(progress, RESTORED, invisible.RESYNTHESISED)
    seed = invisible.seed(source)
    result = invisible.resynthesised(opened, options, regenerator, seed, rest)
    result = replace(result, changed=result.changed or bool(patches))
    resynthesised = perf_counter()
    encoded = result.encoded()
    timings = {
        "metadata": stripped.timings_ms["total"],
        "decode": (decoded - started) * 1e3,
        "visible": (restored - decoded) * 1e3,
        "invisible": (resynthesised - restored) * 1e3,
        "encode": (perf_counter() - resynthesised) * 1e3,
    }
    timings["total"] = sum(timings.values())
    report = {
        "format": encoded.media_type,
        "changed": stripped.report["changed"] or encoded.data != stripped.image,
        "visible": visible,
        "invisible": result.report,
        "metadata": stripped.report,
    }
    return Outcome(encoded.data, encoded.media_type, report, timings)


def _marks(picture: Picture, options: AllOptions) -> tuple[list[Patch], dict[str, object]]:
    """The patches that remove the visible marks, and the report on the marks."""
    searched = search(picture.rgb8(), options.marks)
    if not searched.found:
        return [], described(searched)
    coarse = coarseness(picture.source)
    removal = remove(picture, searched, coarse=coarse, names=options.marks)
    return [one.patch for one in removal.restored], described(removal.result, removal.restored)


def _patched(picture: Picture, patches: Sequence[Patch]) -> Picture:
    """Apply patches in place."""
    pixels = picture.writable()
    for patch in patches:
        pixels[patch.area] = patch.pixels
    return replace(picture, pixels=pixels)


def _patched_again(source: Source, patches: Sequence[Patch]) -> Picture:
    return _patched(decode(source), patches)
