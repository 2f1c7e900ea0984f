"""Sound of a result: packets as they are where the container takes them, else Opus."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import av

from expunge.imaging.moving.video.codecs import AUDIO, MP4, WEBM
from expunge.imaging.moving.video.opening import MOST_BROKEN, codec_of, tick_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av import AudioFrame, AudioStream, Packet
    from av.container import InputContainer, OutputContainer

    _Packet: TypeAlias = Packet[AudioStream]

OPUS_RATE = 48_000
_BITS = 64_000
"""A second and channel."""
LEAD = {MP4: 0.1, WEBM: 0.0}
"""Seconds of packets before the start that are kept: decoders need some, and players hide them."""
SOUNDS = frozenset({
    "aac", "mp3", "opus", "vorbis", "flac", "alac", "ac3", "eac3", "amr_nb", "amr_wb", "mp2",
})  # fmt: skip
"""Codecs that are decoded, by FFmpeg's names; and PCM."""


class Sound:
    """The one track of sound that a result keeps.

    Parameters
    ----------
    start
        Seconds in the source at which the result begins.
    end
        Seconds of the result after which sound is cut off.
    """

    def __init__(self, output: OutputContainer, start: float = 0.0, end: float = 0.0) -> None:
        self.notes: list[str] = []
        self._output = output
        self._start, self._end = start, end
        self._last: int | None = None
        self._packets: Iterator[_Packet] = iter(())
        self._waiting: _Packet | None = None

    def take(self, source: InputContainer, media_type: str) -> None:
        """Add a track for the first sound of a container, which stays open meanwhile."""
        streams = source.streams.audio
        if not streams:
            return
        if len(streams) > 1:
            self.notes.append(f"of {len(streams)} audio tracks, the first was kept")
        stream = streams[0]
        name = codec_of(stream)
        if name in AUDIO[media_type]:
            self._out = self._output.add_stream_from_template(stream)
            self._packets = self._copied(source, stream, LEAD[media_type])
        elif name in SOUNDS or name.startswith("pcm_"):
            self.notes.append(f"the audio was re-encoded from {name} to Opus")
            self._packets = self._encoded(source, stream)
        else:
            self.notes.append(f"the audio was left out: {name or 'its codec'} is not decoded here")

    def mux_until(self, time: float) -> None:
        """Write the packets up to a time of the result, in seconds."""
        while packet := self._waiting or next(self._packets, None):
            self._waiting = packet
            if packet.dts is not None and packet.dts * packet.time_base > time:
                return
            self._waiting = None
            self._mux(packet)

    def _mux(self, packet: _Packet) -> None:
        """Write a packet; skip one that does not follow the one before."""
        dts = packet.dts
        if dts is None or (self._last is not None and dts <= self._last):
            return
        if dts * packet.time_base > self._end:
            self.notes.append(f"the sound was cut off after {self._end:,.0f} seconds")
            self._packets = iter(())
            return
        self._last = dts
        packet.stream = self._out
        self._output.mux(packet)

    def _copied(
        self, source: InputContainer, stream: AudioStream, lead: float
    ) -> Iterator[_Packet]:
        shift = round(self._start / tick_of(stream))
        for packet in source.demux(stream):
            if packet.dts is None or packet.size == 0:
                continue
            packet.dts -= shift
            packet.pts = packet.dts if packet.pts is None else packet.pts - shift
            if (packet.pts + (packet.duration or 0)) * tick_of(stream) >= -lead:
                yield packet

    def _encoded(self, source: InputContainer, stream: AudioStream) -> Iterator[_Packet]:
        """Decode, mix down to stereo at most, and encode."""
        layout = "mono" if stream.codec_context.channels == 1 else "stereo"
        self._out = out = self._output.add_stream("libopus", rate=OPUS_RATE, layout=layout)
        out.bit_rate = _BITS * (1 if layout == "mono" else 2)
        return self._through(source, stream, out)

    def _through(
        self, source: InputContainer, stream: AudioStream, out: AudioStream
    ) -> Iterator[_Packet]:
        for frame in _sounds(source, stream):
            if frame.pts is not None:
                frame.pts -= round(self._start / (frame.time_base or tick_of(stream)))
                if frame.pts < 0:
                    continue
            yield from out.encode(frame)
        yield from out.encode(None)


def _sounds(source: InputContainer, stream: AudioStream) -> Iterator[AudioFrame]:
    """Decode a stream, past damaged packets."""
    broken = 0
    for packet in source.demux(stream):
        try:
            yield from packet.decode()
        except av.error.InvalidDataError:
            broken += 1
            if broken > MOST_BROKEN:
                return
