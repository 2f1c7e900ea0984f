"""The track of pictures of a result."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np
from av import VideoFrame
from av.filter import Graph

from expunge.imaging.moving.video.codecs import WEBM, encoder_of
from expunge.imaging.moving.video.opening import THREADS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from fractions import Fraction

    from av import Packet
    from av.container import OutputContainer
    from av.video.stream import VideoStream
    from numpy.typing import NDArray

    from expunge.imaging.moving.frame import Coding, Frame

_BT709, _LIMITED = 1, 1
"""Codes of primaries, transfer function, matrix and range (ITU-T H.273; FFmpeg's for the range)."""
_SCALING = "bicubic+accurate_rnd+full_chroma_inp"


class Pictures:
    """Encodes frames and muxes them.

    A frame is encoded when the next one is known, because its duration is written with it.

    Parameters
    ----------
    first
        A frame like all that follow.
    tick
        Seconds of a unit of the time stamps.
    rate
        Frames a second in the mean, for the encoder's planning.
    joins
        Whether packets follow those of another encoder: then no frame is coded out of its order.

    Raises
    ------
    expunge.errors.ValidationFailed
        The codec is unknown, or the frames are too small for it.
    """

    def __init__(
        self,
        output: OutputContainer,
        coding: Coding,
        media_type: str,
        first: Frame,
        tick: Fraction,
        rate: Fraction,
        *,
        joins: bool = False,
    ) -> None:
        height, width = first.pixels.shape[:2]
        encoder = encoder_of(coding, width, height)
        settings = encoder.settings(coding.quality) | (encoder.joining if joins else {})
        self.notes: list[str] = []
        self.count, self.end = 0, 0.0
        self._output, self._tick = output, tick
        self._waiting: Frame | None = None
        self._duration = 1 / float(rate)
        self._durations: dict[int, int] = {}
        self._shape = first.pixels.shape
        self._padding = (height % 2, width % 2) if encoder.even else (0, 0)
        self._has_alpha = first.alpha is not None and media_type == WEBM and not encoder.even
        if any(self._padding):
            self.notes.append(f"the size was rounded up to even numbers for {coding.codec}")
        if self._has_alpha:
            settings["auto-alt-ref"] = "0"  # libvpx codes no alpha otherwise
        elif first.alpha is not None:
            self.notes.append(f"{coding.codec} has no transparency, so it was drawn on black")
        self._stream = self._made(encoder.name, rate, settings)
        self._graph = self._conversion()

    def _made(self, name: str, rate: Fraction, settings: dict[str, str]) -> VideoStream:
        stream = cast("VideoStream", self._output.add_stream(name, rate=rate, options=settings))
        context = stream.codec_context
        context.height = self._shape[0] + self._padding[0]
        context.width = self._shape[1] + self._padding[1]
        context.pix_fmt = "yuva420p" if self._has_alpha else "yuv420p"
        context.time_base = stream.time_base = self._tick
        context.color_primaries = context.color_trc = context.colorspace = _BT709
        context.color_range = _LIMITED
        context.thread_count = THREADS
        if self._has_alpha:
            stream.metadata["alpha_mode"] = "1"
        return stream

    def _conversion(self) -> Graph:
        context = self._stream.codec_context
        graph, wanted = Graph(), context.pix_fmt
        form = "rgba" if self._has_alpha else "rgb24"
        size = f"{context.width}x{context.height}"
        steps = [
            graph.add("buffer", f"video_size={size}:pix_fmt={form}:time_base=1/1"),
            graph.add("scale", f"flags={_SCALING}:out_color_matrix=bt709:out_range=tv"),
            graph.add("format", f"pix_fmts={wanted}"),
            graph.add("buffersink"),
        ]
        graph.link_nodes(*steps).configure()
        return graph

    def add(self, frame: Frame) -> None:
        """Add the next frame.

        Raises
        ------
        ValueError
            If it has another size, or is not later than the one before.
        """
        if frame.pixels.shape != self._shape:
            raise ValueError(f"a frame of {frame.pixels.shape} after frames of {self._shape}")
        before, self._waiting = self._waiting, frame
        if before is not None:
            if frame.time <= before.time:
                raise ValueError(f"a frame at {frame.time} s after one at {before.time} s")
            self._duration = frame.time - before.time
            self._encode(before)

    def finish(self) -> None:
        """Encode what waits. The last frame is shown as long as the one before it."""
        if self._waiting is not None:
            self._encode(self._waiting)
            self.end = self._waiting.time + self._duration
        self._mux(self._stream.encode(None))

    def _encode(self, frame: Frame) -> None:
        self._graph.vpush(VideoFrame.from_ndarray(self._samples(frame), self._form))
        coded = self._graph.vpull()
        coded.pts, coded.time_base = round(frame.time / self._tick), self._tick
        coded.color_primaries = coded.color_trc = _BT709
        self._durations[coded.pts] = max(1, round(self._duration / self._tick))
        self._mux(self._stream.encode(coded))
        self.count += 1

    def _mux(self, packets: Iterable[Packet[VideoStream]]) -> None:
        """Write packets with the durations of their frames, which not every encoder passes on."""
        for packet in packets:
            if packet.pts in self._durations:
                packet.duration = self._durations.pop(packet.pts)
            self._output.mux(packet)

    @property
    def _form(self) -> str:
        return "rgba" if self._has_alpha else "rgb24"

    def _samples(self, frame: Frame) -> NDArray[np.uint8]:
        samples = frame.pixels
        if self._has_alpha:
            assert frame.alpha is not None
            samples = np.dstack((samples, frame.alpha))
        elif frame.alpha is not None:
            samples = (samples * (frame.alpha[..., None] / 255)).round().astype(np.uint8)
        if any(self._padding):
            rows, columns = self._padding
            samples = np.pad(samples, ((0, rows), (0, columns), (0, 0)), "edge")
        return np.ascontiguousarray(samples)
