"""Encode changed frames and mux them with the source's sound, in one pass.

Memory: the frame in hand as RGB and as YUV, and what the encoder looks ahead: at most 25 frames
of 1.5 bytes a pixel for VP9, and more for AV1. The file is written as it comes.
"""

from __future__ import annotations

import io
import math
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any, BinaryIO

import av

from expunge.errors import MalformedImage
from expunge.imaging.moving.facts import Facts, facts
from expunge.imaging.moving.frame import CEILINGS, Coding, Rewritten
from expunge.imaging.moving.video.audio import Sound
from expunge.imaging.moving.video.codecs import FORMATS, MP4, container_of
from expunge.imaging.moving.video.conversion import Form, orientation
from expunge.imaging.moving.video.opening import (
    aspect_of,
    decoder_errors,
    opened,
    picture_stream,
    rate_of,
    shown_streams,
    tick_of,
)
from expunge.imaging.moving.video.pictures import Pictures
from expunge.imaging.moving.video.reading import decoded
from expunge.imaging.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from av.container import OutputContainer

    from expunge.imaging.moving.frame import Frame
    from expunge.imaging.progress import Progress

_FINEST = 1_000_000
"""Ticks a second of the finest time stamps that are kept; others become those of 90 kHz."""
_CLOCK = Fraction(1, 90_000)


def rewritten(
    source: Source, changed: Iterable[Frame], coding: Coding, progress: Progress
) -> Rewritten:
    """Write a video; see `expunge.imaging.moving.rewritten`."""
    stated = facts(source)
    media_type = container_of(source.media_type, coding, has_alpha=stated.has_alpha)
    with scratch(source) as file:
        return Job(source, stated, coding, media_type, file).written(changed, progress)


@contextmanager
def scratch(source: Source) -> Iterator[BinaryIO]:
    """An empty file for a result, which is closed if the work fails."""
    file = source.file.scratch() if source.file is not None else TemporaryFile()  # noqa: SIM115
    try:
        with decoder_errors():
            yield file
    except BaseException:
        file.close()
        raise


@dataclass(frozen=True, slots=True)
class Job:
    """A result that is written."""

    source: Source
    facts: Facts
    coding: Coding
    media_type: str
    file: BinaryIO

    def written(self, changed: Iterable[Frame], progress: Progress) -> Rewritten:
        opening = Opening.of(self.source)
        first, frames = peeked(changed)
        with ExitStack() as stack:
            output = stack.enter_context(opened_output(self.file, self.media_type))
            pictures = Pictures(
                output, self.coding, self.media_type, first, opening.tick, opening.rate
            )
            sound = self.sound(stack, output, opening)
            for frame in frames:
                pictures.add(frame)
                sound.mux_until(frame.time)
                progress(frame.time / max(self.facts.seconds, frame.time, 1e-9))
            pictures.finish()
            sound.mux_until(math.inf)
        progress(1.0)
        notes = (*opening.notes, *pictures.notes, *sound.notes)
        return Rewritten(self.media_type, pictures.count, pictures.end, file=self.file, notes=notes)

    def sound(self, stack: ExitStack, output: OutputContainer, opening: Opening) -> Sound:
        """The sound of the source, as far as it is kept."""
        if not (self.coding.keep_audio and self.facts.has_audio):
            return Sound(output)
        found = Sound(output, opening.start, CEILINGS.seconds)
        found.take(stack.enter_context(opened(self.source)), self.media_type)
        return found


def peeked(frames: Iterable[Frame]) -> tuple[Frame, Iterable[Frame]]:
    """The first of some frames, and all of them."""
    rest = iter(frames)
    first = next(rest, None)
    if first is None:
        raise MalformedImage("the video has no frame")
    return first, chain((first,), rest)


@dataclass(frozen=True, slots=True)
class Opening:
    """What the first frame of a source tells."""

    tick: Fraction
    """Seconds of a unit of the result's time stamps."""
    rate: Fraction
    """Frames a second in the mean."""
    start: float
    """Seconds in the source."""
    notes: tuple[str, ...]

    @classmethod
    def of(cls, source: Source) -> Opening:
        """Decode the first frame."""
        with opened(source) as container:
            stream = picture_stream(container)
            frame = next(decoded(container.demux(stream), stream.codec_context), None)
            if frame is None:
                raise MalformedImage("the video has no frame that can be decoded")
            notes = [*Form.of(frame).notes]
            if (count := len(shown_streams(container))) > 1:
                notes.append(f"of {count} tracks with pictures, the first was kept")
            if orientation(frame) != 1:
                notes.append("the pictures were turned, so that no player has to")
            if aspect_of(stream) != 1:
                notes.append("the pixels were made square")
            if frame.interlaced_frame:
                notes.append("the frames are interlaced, and still show their lines")
            tick, rate = tick_of(stream), rate_of(stream)
            start = float((frame.pts or 0) * tick)
        fine = tick if tick.numerator == 1 and tick.denominator <= _FINEST else _CLOCK
        return cls(fine, rate, start, tuple(notes))


class _Shared(io.RawIOBase):
    """A file that is being written, read at a place of its own."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__()
        self._file, self._at = file, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        before = self._file.tell()
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._file.seek(0, 2)}[whence]
        self._file.seek(before)
        self._at = start + offset
        return self._at

    def read(self, size: int = -1) -> bytes:
        before = self._file.tell()
        self._file.seek(self._at)
        found = self._file.read(size)
        self._at += len(found)
        self._file.seek(before)
        return found


def opened_output(file: BinaryIO, media_type: str) -> OutputContainer:
    """Open a container for writing. An MP4's header is moved to its start at the end."""

    def reading(*_: Any) -> Any:  # noqa: ANN401 - as PyAV calls it
        return _Shared(file)

    options = {"fflags": "+bitexact"}  # no times, and no names of programs
    if media_type == MP4:
        options["movflags"] = "+faststart"
    return av.open(
        file, "w", format=FORMATS[media_type], container_options=options, io_open=reading
    )
