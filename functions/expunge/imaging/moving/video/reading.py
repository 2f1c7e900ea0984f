"""Decode videos with PyAV, frame by frame.

Memory: the decoder's reference frames and one for each of its threads, in 1.5 to 3 bytes a pixel,
and two frames of RGB. For 1920 × 1080 that is about 80 MB, for 3840 × 2160 about 300.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

import av

from expunge.errors import MalformedImage
from expunge.imaging.moving.facts import facts
from expunge.imaging.moving.frame import Frame
from expunge.imaging.moving.video.clock import Clock
from expunge.imaging.moving.video.conversion import Converter
from expunge.imaging.moving.video.opening import (
    MOST_BROKEN,
    THREADS,
    aspect_of,
    opened,
    picture_stream,
    rate_of,
    tick_of,
)

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from av import Packet, VideoCodecContext, VideoFrame
    from av.video.stream import VideoStream

    from expunge.imaging.moving.facts import Facts
    from expunge.imaging.moving.frame import Ceilings
    from expunge.imaging.source import Source


LARGER = 2
"""Most pixels of a frame, in those that the header states. Memory and price follow the header."""


def frames(source: Source, ceilings: Ceilings) -> Generator[Frame]:
    """Yield the frames of a video; see `expunge.imaging.moving.frames`."""
    with opened(source) as container:
        stream = picture_stream(container)
        context = decoder(source, stream, ceilings)
        found = decoded(container.demux(stream), context)
        index = -1
        for index, frame in enumerate(shown(source, ceilings, stream, found)):
            yield replace(frame, index=index)
    if index < 0:
        raise MalformedImage("the video has no frame that can be decoded")


def shown(
    source: Source,
    ceilings: Ceilings,
    stream: VideoStream,
    found: Iterable[VideoFrame],
    first: VideoFrame | None = None,
) -> Iterator[Frame]:
    """Yield decoded frames as they are shown; their index is their time stamp.

    Parameters
    ----------
    first
        The video's first frame, from which times and sizes follow. Default: the first of these.
    """
    stated = facts(source)
    clock = Clock(stated, ceilings, tick_of(stream), 1 / float(rate_of(stream)))
    converted = Converter(aspect_of(stream))
    if first is not None:
        clock.begin(first.pts)
        converted.begin(first)
    for frame in found:
        for width, height in ((frame.width, frame.height), converted.size(frame)):
            ceilings.check_size(width, height)
            _check_stated(width, height, stated)
        stamp = frame.pts
        time = clock.time(stamp)
        samples = converted(frame)
        alpha = samples[..., 3] if samples.shape[2] == 4 else None
        yield Frame(stamp or 0, time, samples[..., :3], alpha)


def _check_stated(width: int, height: int, stated: Facts) -> None:
    if width * height > LARGER * stated.width * stated.height:
        raise MalformedImage(
            f"a frame has {width:,} × {height:,} pixels, where the header says "
            f"{stated.width:,} × {stated.height:,}"
        )


def decoder(source: Source, stream: VideoStream, ceilings: Ceilings) -> VideoCodecContext:
    """Return a decoder that refuses larger frames before it allocates them."""
    context = stream.codec_context
    alpha = facts(source).has_alpha
    if alpha and context.name in ("vp8", "vp9"):  # FFmpeg's own decoders ignore alpha
        name = "libvpx" if context.name == "vp8" else "libvpx-vp9"
        context = cast("VideoCodecContext", av.CodecContext.create(name, "r"))
        context.width, context.height = stream.width, stream.height
    context.options = {"max_pixels": str(max(ceilings.pixels, 1 << 14) * 2)}
    context.thread_type = "AUTO"
    context.thread_count = THREADS
    return context


def decoded(
    packets: Iterable[Packet[VideoStream] | None], context: VideoCodecContext
) -> Iterator[VideoFrame]:
    """Yield the frames of packets, past damaged ones; ``None`` asks for those that are left."""
    broken = 0
    for packet in packets:
        try:
            found = context.decode(packet)
        except av.error.InvalidDataError:
            broken += 1
            if broken > MOST_BROKEN:
                raise
            continue
        broken = 0 if found else broken
        yield from found
