"""Where each frame of a video is, from its packets: nothing but the first frame is decoded.

So several processes agree on ranges of frames, and each decodes its own one from the key frame
before it. Frames have the times that they have when all are read in a row.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from itertools import chain, islice
from typing import TYPE_CHECKING

import av
import numpy as np
from av import VideoFrame
from numpy.typing import NDArray

from expunge.errors import ImageTooLarge, MalformedImage
from expunge.imaging.moving.facts import facts
from expunge.imaging.moving.frame import Ceilings
from expunge.imaging.moving.ranges import Range, divided
from expunge.imaging.moving.video import reading
from expunge.imaging.moving.video.opening import codec_of, opened, picture_stream, tick_of
from expunge.imaging.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av import Packet
    from av.container import InputContainer
    from av.video.stream import VideoStream

    from expunge.imaging.moving.frame import Frame

BY_FRAME = 4
"""Most packets, by the most frames that are processed."""
TRIES = 4
"""Key frames that are tried, the latest first, before decoding begins with the first packet: a
file may call a frame a key frame that is none."""
WHOLE = Range(0, 1 << 62)


@dataclass(frozen=True)
class Timeline:
    """The packets of a video's pictures, in the order of decoding."""

    source: Source
    ceilings: Ceilings
    stamps: NDArray[np.int64]
    """(P,): when each packet's frame is shown, in ticks."""
    shown: NDArray[np.bool_]
    """(P,): whether it is shown at all."""
    keys: NDArray[np.bool_]
    """(P,): whether decoding can begin there, as the file says."""
    first: VideoFrame
    tick: Fraction
    """Seconds."""
    regular: bool
    """Whether each packet has a stamp of its own. If not, frames have times by their order alone,
    and the video is one range."""

    @classmethod
    def of(cls, source: Source, ceilings: Ceilings) -> Timeline:
        """Read the packets of a video.

        Raises
        ------
        expunge.errors.ExpungeError
            As `expunge.imaging.moving.frames`.
        """
        ceilings.check(facts(source))
        with opened(source) as container:
            stream = picture_stream(container)
            rows = list(_rows(container, stream, BY_FRAME * ceilings.frames))
            tick = tick_of(stream)
        first = _first(source)
        start = first.pts
        stamps = np.array([row[0] or 0 for row in rows], np.int64).reshape(-1)
        shown = np.array([row[1] for row in rows], bool) & (stamps >= (start or 0))
        keys = np.array([row[2] for row in rows], bool)
        regular = (
            start is not None
            and all(row[0] is not None for row in rows)
            and len(np.unique(stamps[shown])) == shown.sum() > 0
            and bool(keys[0])
        )
        return cls(source, ceilings, stamps, shown, keys, first, tick, regular)

    @cached_property
    def order(self) -> NDArray[np.int64]:
        """The stamps of all frames, in the order of presentation."""
        return np.sort(self.stamps[self.shown])

    @cached_property
    def places(self) -> NDArray[np.int64]:
        """(P,): the place of each packet's frame in `order`."""
        return np.searchsorted(self.order, self.stamps)

    def ranges(self, count: int) -> list[Range]:
        """Divide the video; the last ranges are empty where it cannot be divided so often."""
        if not self.regular:
            return [WHOLE] + [Range(0, 0)] * (count - 1)
        keys = sorted(self.places[self.shown & self.keys].tolist())
        return divided(len(self.order), count, keys)

    @property
    def count(self) -> int:
        """The number of places; 0 where it is not known."""
        return len(self.order) if self.regular else 0

    def times(self, within: Range) -> tuple[float, float]:
        """The seconds of the first and the last frame of a range."""
        if not self.regular or within.is_empty:
            return 0.0, facts(self.source).seconds
        last = min(within.last, self.count) - 1
        first, final = self.order[min(within.first, last)], self.order[last]
        start = self.first.pts or 0
        return float((int(first) - start) * self.tick), float((int(final) - start) * self.tick)

    def since(self, place: int, seconds: float) -> int:
        """The first place that is at most some time before another one."""
        ticks = int(seconds / self.tick)
        return int(np.searchsorted(self.order, self.order[place] - ticks))

    def frames(self, within: Range = WHOLE, through: Range | None = None) -> Iterator[Frame]:
        """Yield the frames of a range; `Frame.index` is their place.

        Where the data is damaged, places are missing, and the pictures may depend on the frame at
        which decoding began. So whoever needs the pictures of a larger range again gives it as
        ``through``: they are decoded as that range is.
        """
        if not self.regular:
            yield from reading.frames(self.source, self.ceilings) if not within.is_empty else ()
            return
        read = through or within
        wanted = self.shown & (self.places >= read.first) & (self.places < read.last)
        numbers = np.flatnonzero(wanted)
        if not len(numbers):
            return
        for entry in self._entries(int(numbers.min()), read.first):
            with opened(self.source) as container:
                stream = picture_stream(container)
                found = self._from(container, stream, entry, int(numbers.max()))
                if found is not None:
                    inside = self._inside(found, within)
                    for frame in reading.shown(
                        self.source, self.ceilings, stream, inside, self.first
                    ):
                        yield replace(frame, index=int(np.searchsorted(self.order, frame.index)))
                    return

    def _entries(self, number: int, place: int) -> list[int]:
        """The packets from which decoding may begin, the best one first."""
        keys = np.flatnonzero(self.keys[: number + 1] & (self.places[: number + 1] <= place))
        return [*keys[::-1][:TRIES].tolist(), 0]

    def _from(
        self, container: InputContainer, stream: VideoStream, entry: int, end: int
    ) -> Iterator[VideoFrame] | None:
        """Decode packets from one to another; ``None`` if the first one is no key frame."""
        context = reading.decoder(self.source, stream, self.ceilings)
        packets = islice(container.demux(stream), entry, end + 1)
        found = reading.decoded(chain(packets, (None,)), context)
        if entry == 0:
            return found
        with suppress(av.error.InvalidDataError):
            for frame in found:
                if frame.pts is not None and frame.pts >= self.stamps[entry]:
                    begins = frame.key_frame and frame.pts == self.stamps[entry]
                    return chain((frame,), found) if begins else None
        return None

    def _inside(self, frames: Iterator[VideoFrame], within: Range) -> Iterator[VideoFrame]:
        least = self.order[within.first]
        most = self.order[min(within.last, len(self.order)) - 1]
        for frame in frames:
            if frame.pts is None:
                raise MalformedImage("a frame of the video has no time")
            if least <= frame.pts <= most:
                yield frame


def _rows(
    container: InputContainer, stream: VideoStream, most: int
) -> Iterator[tuple[int | None, bool, bool]]:
    """The stamp of each packet, whether its frame is shown, and whether it is a key frame."""
    hides = codec_of(stream) == "vp8"
    for count, packet in enumerate(container.demux(stream)):
        if packet.size == 0:
            return
        if count >= most:
            raise ImageTooLarge(f"the video has more than {most:,} packets of pictures")
        shown = not packet.is_discard and not (hides and _is_hidden(packet))
        yield packet.pts, shown, packet.is_keyframe


def _is_hidden(packet: Packet[VideoStream]) -> bool:
    """Whether a frame of VP8 only serves to predict others (RFC 6386, 9.1)."""
    return not bytes(packet)[0] & 0x10


def _first(source: Source) -> VideoFrame:
    with opened(source) as container:
        stream = picture_stream(container)
        frame = next(reading.decoded(container.demux(stream), stream.codec_context), None)
        if frame is None:
            raise MalformedImage("the video has no frame that can be decoded")
        return frame
