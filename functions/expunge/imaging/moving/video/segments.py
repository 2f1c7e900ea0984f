"""Write a video in segments, each encoded on its own, and join them without decoding.

A segment begins with a key frame, and no frame refers to another segment. It is a whole file of the
kind of the result, so it can be looked at. The times of its frames are kept beside it: those of a
container may be rounded.
"""

from __future__ import annotations

import math
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import chain, pairwise
from typing import TYPE_CHECKING, BinaryIO, cast

import av

from expunge.errors import PipelineError
from expunge.imaging.moving.facts import facts
from expunge.imaging.moving.frame import Rewritten
from expunge.imaging.moving.video.codecs import FORMATS, container_of
from expunge.imaging.moving.video.opening import DataFile, picture_stream
from expunge.imaging.moving.video.pictures import Pictures
from expunge.imaging.moving.video.writing import Job, Opening, opened_output, peeked, scratch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from av import Packet
    from av.container import InputContainer, OutputContainer
    from av.video.stream import VideoStream

    from expunge.imaging.data import Data
    from expunge.imaging.moving.frame import Coding, Frame
    from expunge.imaging.progress import Progress
    from expunge.imaging.source import Source

OTHER_FRAMES = "A part of the video has other frames than it states."


@dataclass(frozen=True, slots=True)
class Segment:
    """Some frames of a result."""

    file: BinaryIO
    """A temporary file, open. The caller closes it."""
    times: list[float]
    """Of each frame, in seconds from the first frame of the video."""
    notes: tuple[str, ...]


def segment(source: Source, changed: Iterable[Frame], coding: Coding) -> Segment:
    """Write frames in a row; see `rewritten` for errors."""
    media_type = container_of(source.media_type, coding, has_alpha=facts(source).has_alpha)
    opening = Opening.of(source)
    first, frames = peeked(changed)
    times = []
    with scratch(source) as file:
        with opened_output(file, media_type) as output:
            pictures = Pictures(
                output, coding, media_type, first, opening.tick, opening.rate, joins=True
            )
            for frame in frames:
                times.append(frame.time)
                pictures.add(replace(frame, time=frame.time - first.time))
            pictures.finish()
        return Segment(file, times, tuple(pictures.notes))


def joined(
    source: Source,
    segments: Sequence[tuple[Data, Sequence[float]]],
    coding: Coding,
    notes: Sequence[str],
    progress: Progress,
) -> Rewritten:
    """Join the segments of a video with its sound.

    Parameters
    ----------
    segments
        The files, and the times of their frames.
    notes
        Those of the segments.

    Raises
    ------
    expunge.errors.PipelineError
        A segment has other frames than it states, or another form than the first one.
    """
    stated = facts(source)
    media_type = container_of(source.media_type, coding, has_alpha=stated.has_alpha)
    opening = Opening.of(source)
    times = [time for _, some in segments for time in some]
    durations = _durations(times, opening)
    with scratch(source) as file, ExitStack() as stack:
        output = stack.enter_context(opened_output(file, media_type))
        packets = _packets(output, segments, media_type, opening)
        first = next(packets)  # the pictures are the first track
        sound = Job(source, stated, coding, media_type, file).sound(stack, output, opening)
        for number, packet in enumerate(chain((first,), packets)):
            packet.pts = packet.dts = round(times[number] / opening.tick)
            packet.duration = max(1, round(durations[number] / opening.tick))
            packet.time_base = opening.tick
            output.mux(packet)
            sound.mux_until(times[number])
            progress((number + 1) / len(times))
        sound.mux_until(math.inf)
    found = (*opening.notes, *notes, *sound.notes)
    return Rewritten(media_type, len(times), times[-1] + durations[-1], file=file, notes=found)


def _durations(times: Sequence[float], opening: Opening) -> list[float]:
    """Seconds of each frame. The last one is shown as long as the one before it."""
    found = [later - time for time, later in pairwise(times)]
    return [*found, found[-1] if found else 1 / float(opening.rate)]


def _packets(
    output: OutputContainer,
    segments: Iterable[tuple[Data, Sequence[float]]],
    media_type: str,
    opening: Opening,
) -> Iterator[Packet[VideoStream]]:
    """The packets of all segments, for a track that is made like that of the first one."""
    made: VideoStream | None = None
    form: tuple[object, ...] = ()
    for file, times in segments:
        opened = av.open(DataFile(file), format=FORMATS[media_type].replace("webm", "matroska"))
        with cast("InputContainer", opened) as container:
            found = picture_stream(container)
            if made is None:
                made, form = _made(output, found, opening), _form(found)
            if _form(found) != form:
                raise PipelineError("The parts of the video differ in form.")
            count = 0
            for count, packet in enumerate(_filled(container.demux(found)), start=1):
                if count > len(times) or (count == 1 and not packet.is_keyframe):
                    raise PipelineError(OTHER_FRAMES)
                packet.stream = made
                yield packet
            if count < len(times):
                raise PipelineError(OTHER_FRAMES)


def _filled(packets: Iterable[Packet[VideoStream]]) -> Iterator[Packet[VideoStream]]:
    return (packet for packet in packets if packet.size)


def _made(output: OutputContainer, found: VideoStream, opening: Opening) -> VideoStream:
    stream = output.add_stream_from_template(found)
    stream.time_base = opening.tick
    stream.codec_context.framerate = opening.rate
    if any(name.lower() == "alpha_mode" for name in found.metadata):
        stream.metadata["alpha_mode"] = "1"
    return stream


def _form(stream: VideoStream) -> tuple[object, ...]:
    """What all segments have in common."""
    context = stream.codec_context
    return context.name, stream.width, stream.height, stream.format.name, context.extradata
