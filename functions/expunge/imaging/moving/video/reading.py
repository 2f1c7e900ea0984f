"""Decode videos with PyAV, frame by frame.

Memory: the decoder's reference frames and one for each of its threads, in 1.5 to 3 bytes a pixel,
and two frames of RGB. For 1920 × 1080 that is about 80 MB, for 3840 × 2160 about 300.
"""

from __future__ import annotations

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
    from collections.abc import Iterator

    from av import VideoCodecContext, VideoFrame
    from av.container import InputContainer
    from av.video.stream import VideoStream

    from expunge.imaging.moving.facts import Facts
    from expunge.imaging.moving.frame import Ceilings
    from expunge.imaging.source import Source


LARGER = 2
"""Most pixels of a frame, in those that the header states. Memory and price follow the header."""


def frames(source: Source, ceilings: Ceilings) -> Iterator[Frame]:
    """Yield the frames of a video; see `expunge.imaging.moving.frames`."""
    stated = facts(source)
    with opened(source) as container:
        stream = picture_stream(container)
        clock = Clock(stated, ceilings, tick_of(stream), 1 / float(rate_of(stream)))
        converted = Converter(aspect_of(stream))
        context = decoder(stream, ceilings, has_alpha=stated.has_alpha)
        index = -1
        for index, frame in enumerate(decoded(container, stream, context)):
            ceilings.check_size(frame.width, frame.height)
            _check_stated(frame, stated)
            time = clock.time(frame.pts)
            samples = converted(frame)
            alpha = samples[..., 3] if samples.shape[2] == 4 else None
            yield Frame(index, time, samples[..., :3], alpha)
    if index < 0:
        raise MalformedImage("the video has no frame that can be decoded")


def _check_stated(frame: VideoFrame, stated: Facts) -> None:
    if frame.width * frame.height > LARGER * stated.width * stated.height:
        raise MalformedImage(
            f"a frame has {frame.width:,} × {frame.height:,} pixels, where the header says "
            f"{stated.width:,} × {stated.height:,}"
        )


def decoder(stream: VideoStream, ceilings: Ceilings, *, has_alpha: bool) -> VideoCodecContext:
    """Return a decoder that refuses larger frames before it allocates them."""
    context = stream.codec_context
    if has_alpha and context.name in ("vp8", "vp9"):  # FFmpeg's own decoders ignore alpha
        name = "libvpx" if context.name == "vp8" else "libvpx-vp9"
        context = cast("VideoCodecContext", av.CodecContext.create(name, "r"))
        context.width, context.height = stream.width, stream.height
    context.options = {"max_pixels": str(max(ceilings.pixels, 1 << 14) * 2)}
    context.thread_type = "AUTO"
    context.thread_count = THREADS
    return context


def decoded(
    container: InputContainer, stream: VideoStream, context: VideoCodecContext
) -> Iterator[VideoFrame]:
    """Yield the frames of a stream, past damaged packets."""
    broken = 0
    for packet in container.demux(stream):
        try:
            found = context.decode(packet)
        except av.error.InvalidDataError:
            broken += 1
            if broken > MOST_BROKEN:
                raise
            continue
        broken = 0 if found else broken
        yield from found
