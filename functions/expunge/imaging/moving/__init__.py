"""Moving pictures: read them frame by frame, and write changed frames as a new file.

`is_moving` and `facts` read the structure of a file alone, with the standard library. `frames`
and `rewritten` load Pillow for animations, and PyAV for videos, on first use. Both stream: a
frame is made when it is asked for, so memory depends on the size of a frame, not on the length.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from expunge.imaging.loading import load
from expunge.imaging.media_types import MOVIES
from expunge.imaging.moving.facts import Facts, facts, is_moving
from expunge.imaging.moving.frame import CEILINGS, Ceilings, Coding, Frame, Rewritten
from expunge.imaging.progress import silent

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from expunge.imaging.progress import Progress
    from expunge.imaging.source import Source

__all__ = [
    "CEILINGS", "NO_FORMAT", "Ceilings", "Coding", "Facts", "Frame", "Rewritten",
    "facts", "frames", "is_moving", "rewritten",
]  # fmt: skip

NO_FORMAT = "is for still images; a moving picture keeps its own format"
"""Said of the option `format`."""


def frames(source: Source, ceilings: Ceilings = CEILINGS) -> Iterator[Frame]:
    """Yield the frames of a moving picture, in the order in which they are shown.

    Raises
    ------
    expunge.errors.ImageTooLarge
        A ceiling is exceeded: before any work if the header says so, else where it happens.
    expunge.errors.MalformedImage
        The data is damaged, has no frame, or goes on after the end that the header states.
    expunge.errors.UnsupportedMediaType
        The video has a codec that is not decoded here.
    expunge.errors.ExtraMissing
        PyAV or Pillow is not installed.
    """
    ceilings.check(facts(source))
    found: Iterator[Frame] = _module(source.media_type, "reading").frames(source, ceilings)
    return found


def rewritten(
    source: Source, changed: Iterable[Frame], coding: Coding, progress: Progress = silent
) -> Rewritten:
    """Write frames as a file of the source's kind, with its times, loops, alpha and sound.

    Parameters
    ----------
    source
        Where the frames are from. Its metadata is not copied.
    changed
        All of its frames in order, with the times of `frames`. It is iterated once, as the result
        is written.
    progress
        Called with the part of the frames that is written.

    Raises
    ------
    expunge.errors.ValidationFailed
        The codec is unknown, or does not fit the pictures.
    """
    written: Rewritten = _module(source.media_type, "writing").rewritten(
        source, changed, coding, progress
    )
    return written


def _module(media_type: str, name: str):  # type: ignore[no-untyped-def]  # noqa: ANN202
    kind = "video" if media_type in MOVIES else "animation"
    return load(f"expunge.imaging.moving.{kind}.{name}")
