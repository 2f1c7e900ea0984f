"""Write animations in their own format, frame by frame."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from expunge.errors import MalformedImage
from expunge.imaging.loading import load
from expunge.imaging.moving.animation.facts import durations, shown
from expunge.imaging.moving.frame import Rewritten

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from expunge.imaging.moving.frame import Coding, Frame
    from expunge.imaging.progress import Progress
    from expunge.imaging.source import Source

_WRITERS = {
    "image/gif": "gif",
    "image/png": "png",
    "image/webp": "film",
    "image/avif": "film",
}


def rewritten(
    source: Source, changed: Iterable[Frame], coding: Coding, progress: Progress
) -> Rewritten:
    """Write an animation; see `expunge.imaging.moving.rewritten`.

    The result has the frames of the source, each with the duration that the source states. Its
    coded frames are held in memory until the end.
    """
    count = source.layout.frames
    writer = load(f"expunge.imaging.moving.animation.{_WRITERS[source.media_type]}")
    data, notes = writer.written(source, _counted(changed, count, progress), coding.quality)
    seconds = sum(map(shown, durations(source)))
    return Rewritten(source.media_type, count, seconds, data=data, notes=tuple(notes))


def _counted(frames: Iterable[Frame], count: int, progress: Progress) -> Iterator[Frame]:
    """Pass exactly as many frames as the source has.

    Raises
    ------
    expunge.errors.MalformedImage
        There are fewer.
    """
    rest = iter(frames)
    for done in range(count):
        frame = next(rest, None)
        if frame is None:
            raise MalformedImage(f"the animation has {done:,} of the {count:,} frames it states")
        yield frame
        progress((done + 1) / count)


def steps(durations: Iterable[float], unit: float) -> list[int]:
    """Round durations to units, so that no time is off by more than half a unit.

    >>> steps([1 / 3, 1 / 3, 1 / 3], 0.01)
    [33, 34, 33]
    """
    ends, time = [0], 0.0
    for duration in durations:
        time += duration
        ends.append(round(time / unit))
    return [end - start for start, end in zip(ends, chain(ends[1:]), strict=False)]
