"""Replace faces by those of other pictures.

This module checks; it loads neither networks nor what swaps. `swap_still` changes a still image,
`swap_moving` a moving one. A process that only queues swaps can lack both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from expunge.errors import ExpungeError, FieldError, ValidationFailed
from expunge.imaging import moving
from expunge.imaging.codecs import refuse
from expunge.imaging.loading import load

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.imaging.progress import Progress
    from expunge.imaging.source import Source
    from expunge.operations.options.swap import SwapOptions
    from expunge.operations.outcome import Outcome

WORK = "expunge.operations.swap_still"


def check(source: Source, options: SwapOptions) -> None:
    """Reject what the files' structure and names rule out.

    Raises
    ------
    expunge.errors.ValidationFailed
        If a companion is missing or is no still image that can be decoded here; for a moving
        picture, also for a format, and for a time after the end.
    expunge.errors.ImageTooLarge
        For more pixels, frames or seconds than are processed.
    """
    errors = list(_wrong_companions(source, options))
    if errors:
        raise ValidationFailed(*errors)
    if moving.is_moving(source):
        _check_moving(source, options)
    else:
        refuse(source, media_type=options.media_type)


def _wrong_companions(source: Source, options: SwapOptions) -> Iterator[FieldError]:
    for one in options.wanted:
        if one.source not in source.companions:
            yield FieldError(one.source_pointer, "a picture with the new face is required")
            continue
        try:
            refuse(source.companions[one.source])
        except ExpungeError as error:
            yield FieldError(one.source_pointer, error.detail)


def _check_moving(source: Source, options: SwapOptions) -> None:
    facts = moving.facts(source)
    moving.CEILINGS.check(facts)
    errors = [
        FieldError(one.time_pointer, f"is after the end; it takes {facts.seconds:,.2f} seconds")
        for one in options.wanted
        if one.time > facts.seconds
    ]
    if options.format is not None:
        errors.append(FieldError("/options/format", moving.NO_FORMAT))
    if errors:
        raise ValidationFailed(*errors)


def run(source: Source, options: SwapOptions, progress: Progress) -> Outcome:
    """Replace the faces of one image.

    Raises
    ------
    expunge.errors.ModelMissing
        If a network is not installed.
    expunge.imaging.swap.refusal.FaceUnusable
        If a face cannot be used; the pointer names the picture or the index.
    """
    outcome: Outcome = load(WORK).run(source, options, progress)
    return outcome


def examine(source: Source, options: SwapOptions) -> None:
    """Raise what `run` would raise about a still image's faces, and change nothing.

    It takes about half a second, so a surface can call it before it charges. Of a moving picture,
    the new faces are examined.
    """
    load(WORK).examine(source, options)
