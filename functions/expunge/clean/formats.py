"""Another format for a result, where a browser says that it takes it, and it is worth it."""

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
"""What may be agreed on, the smaller one first."""
SECONDS = 10.0
"""After which the result stays as it is."""


def agreed(accept: str) -> tuple[str, ...]:
    """Those of `TARGETS` that an Accept field names; a wildcard names nothing."""
    taken = set()
    for entry in accept.lower().split(","):
        name, *parameters = (part.strip() for part in entry.split(";"))
        if not any(p.replace(" ", "") in ("q=0", "q=0.0", "q=0.00", "q=0.000") for p in parameters):
            taken.add(name)
    return tuple(target for target in TARGETS if target in taken)


def converted(
    executor: Executor, data: bytes, media_type: str, targets: tuple[str, ...]
) -> tuple[bytes, str]:
    """The same image in the first format that serves it, or as it is; and the media type.

    Where the machine has no room for it now, or it fails, the image stays as it is: it is good.
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
        log.warning("a result stays %s: %s", media_type, error)
        return data, media_type
    return outcome.image or data, outcome.media_type
