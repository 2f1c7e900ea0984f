"""Moving pictures: read them frame by frame, and write changed frames as a new file.

`is_moving` and `facts` read the structure of a file alone, with the standard library. `frames`
and `rewritten` load Pillow for animations, and PyAV for videos, on first use. Both stream: a
frame is made when it is asked for, so memory depends on the size of a frame, not on the length.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from expunge.imaging.loading import load
from expunge.imaging.media_types import MOVIES
from expunge.imaging.moving.facts import Facts, facts, is_moving
from expunge.imaging.moving.frame import CEILINGS, Ceilings, Coding, Frame, Rewritten
from expunge.imaging.progress import silent

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from expunge.imaging.moving.video.timeline import Timeline
    from expunge.imaging.progress import Progress
    from expunge.imaging.source import Source

__all__ = [
    "CEILINGS", "NO_FORMAT", "Ceilings", "Coding", "Facts", "Frame", "Rewritten",
    "facts", "frames", "is_moving", "result_type", "rewritten", "size_of", "timeline", "told",
]  # fmt: skip

NO_FORMAT = "is for still images; a moving picture keeps its own format"
"""Said of the option `format`."""


def frames(source: Source, ceilings: Ceilings = CEILINGS) -> Generator[Frame]:
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
    found: Generator[Frame] = _module(source.media_type, "reading").frames(source, ceilings)
    return found


def size_of(source: Source) -> tuple[int, int]:
    """Return width and height of the frames, by decoding the first one.

    They may be larger than `facts` says, where only the pictures tell that pixels are not square.

    Raises
    ------
    expunge.errors.ExpungeError
        As `frames`.
    """
    with closing(frames(source)) as found:
        height, width, _ = next(found).pixels.shape
    return width, height


def timeline(source: Source, ceilings: Ceilings = CEILINGS) -> Timeline:
    """Read where the frames of a video are, to work on ranges of them.

    Raises
    ------
    expunge.errors.ExpungeError
        As `frames`.
    """
    found: Timeline = load("expunge.imaging.moving.video.timeline").Timeline.of(source, ceilings)
    return found


def told(
    frames: Iterable[Frame], progress: Progress, until: float, since: float = 0.0
) -> Iterator[Frame]:
    """Yield frames, and report how much of the time between two others is over, in seconds."""
    for frame in frames:
        yield frame
        if until > since:
            progress(min(max((frame.time - since) / (until - since), 0.0), 1.0))


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


def result_type(source: Source, coding: Coding) -> str:
    """Return the media type that `rewritten` makes of a moving picture."""
    if source.media_type not in MOVIES:
        return source.media_type
    codecs = load("expunge.imaging.moving.video.codecs")
    alpha = facts(source).has_alpha
    found: str = codecs.container_of(source.media_type, coding, has_alpha=alpha)
    return found


def _module(media_type: str, name: str):  # type: ignore[no-untyped-def]  # noqa: ANN202
    kind = "video" if media_type in MOVIES else "animation"
    return load(f"expunge.imaging.moving.{kind}.{name}")
