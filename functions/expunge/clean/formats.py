"""Conversion of a result to a format that the browser accepts, if the file becomes smaller."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from expunge.errors import ExpungeError
from expunge.imaging.progress import silent
from expunge.imaging.source import Source
from expunge.operations import CONVERT, convert
from expunge.operations.memory import peak_bytes
from expunge.operations.options.convert import ConvertOptions

if TYPE_CHECKING:
    from expunge.operations.execution import Executor

log = logging.getLogger(__name__)

TARGETS = ("image/avif", "image/webp")
"""Possible target formats, the smaller one first."""
SECONDS = 10.0
"""Time limit of a conversion; after it the result is returned unchanged."""


def agreed(accept: str) -> tuple[str, ...]:
    """The `TARGETS` that an Accept header names; wildcards are ignored."""
    taken = set()
    for entry in accept.lower().split(","):
        name, *parameters = (part.strip() for part in entry.split(";"))
        if not any(p.replace(" ", "") in ("q=0", "q=0.0", "q=0.00", "q=0.000") for p in parameters):
            taken.add(name)
    return tuple(target for target in TARGETS if target in taken)


def converted(
    executor: Executor, data: bytes, media_type: str, targets: tuple[str, ...]
) -> tuple[bytes, str]:
    """The image in the first suitable target format, else unchanged; and its media type.

    If the conversion fails, or the machine has too little memory now, the image is unchanged.
    """
    if not convert.worth_trying(media_type, 0, targets):
        return data, media_type
    source = Source.of(data, limits=None)
    layout = source.layout
    if not convert.worth_trying(media_type, layout.width * layout.height, targets):
        return data, media_type
    try:
        options = ConvertOptions(targets=targets)
        with executor.turn(CONVERT, peak_bytes(CONVERT, source, options)) as turn:
            outcome = turn.run(CONVERT, source, options, silent, seconds=SECONDS)
    except ExpungeError as error:
        log.warning("a result is not converted from %s: %s", media_type, error)
        return data, media_type
    return outcome.image or data, outcome.media_type
