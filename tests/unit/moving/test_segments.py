"""A video that is written in segments and joined is the video that is written in one go."""

from __future__ import annotations

import errno
import gc
import io
from functools import cache
from typing import Any

import av
import numpy as np
import pytest

from expunge.errors import PipelineError
from expunge.imaging.data import FileData
from expunge.imaging.moving import CEILINGS, Coding, frames, rewritten
from expunge.imaging.moving.video.segments import Segment, joined, segment
from expunge.imaging.moving.video.timeline import Timeline
from expunge.imaging.progress import silent
from expunge.operations.execution import failure_of
from tests.unit.moving.clips import content, drawn, source, video

COUNT = 20
STAMPS = [0, 1, 2, 5, 6, 9, 10, *range(11, 37, 2)]
FILMS = {
    "mp4": ("mp4", "mpeg4", "aac", "yuv420p"),
    "mov": ("mov", "mjpeg", "pcm_s16le", "yuv420p"),
    "webm": ("webm", "libvpx-vp9", "libopus", "yuv420p"),
    "webm with alpha": ("webm", "libvpx-vp9", "libopus", "yuva420p"),
}


@cache
def film(name: str) -> bytes:
    container, codec, audio, form = FILMS[name]
    pictures = [drawn(index) for index in range(COUNT)]
    if form == "yuva420p":
        alpha = np.tile(np.arange(64, dtype=np.uint8) * 4, (48, 1))
        pictures = [np.dstack((picture, alpha)) for picture in pictures]
    return video(container, codec, pictures, stamps=STAMPS, audio=audio, pixel_format=form)


def segments(data: bytes, count: int, coding: Coding) -> list[Segment]:
    one = source(data)
    line = Timeline.of(one, CEILINGS)
    return [segment(one, line.frames(within), coding) for within in line.ranges(count)]


def together(data: bytes, parts: list[Segment], coding: Coding) -> bytes:
    files = [(FileData(part.file), part.times) for part in parts]
    made = joined(source(data), files, coding, parts[0].notes, silent)
    for part in parts:
        part.file.close()
    return content(made)


def form(data: bytes):
    """Tracks, and all that packets say but for their bytes."""
    with av.open(io.BytesIO(data)) as opened:
        tracks = [
            (each.type, each.codec_context.name, each.time_base, each.duration, dict(each.metadata))
            for each in opened.streams
        ]
        packets = [
            (packet.stream.index, packet.pts, packet.dts, packet.duration)
            for packet in opened.demux()
            if packet.size
        ]
    return tracks, sorted(packets)


def sound(data: bytes) -> list[bytes]:
    with av.open(io.BytesIO(data)) as opened:
        return [bytes(packet) for packet in opened.demux(opened.streams.audio[0])]


@pytest.mark.parametrize("name", FILMS)
@pytest.mark.parametrize("count", [1, 3])
def test_tracks_times_and_sound_are_the_same(name: str, count: int) -> None:
    data, coding = film(name), Coding()
    one = source(data)
    whole = rewritten(one, frames(one), coding)
    right, made = content(whole), together(data, segments(data, count, coding), coding)

    assert form(made) == form(right)
    assert sound(made) == sound(right)
    shown = list(zip(frames(source(made)), frames(source(right)), strict=True))
    assert len(shown) == COUNT
    for frame, other in shown:
        assert frame.time == other.time
        assert np.abs(frame.pixels.astype(int) - other.pixels).mean() < 3
        assert (frame.alpha is None) == (other.alpha is None)


def test_h264_has_no_frame_out_of_its_order() -> None:
    data, coding = film("mp4"), Coding("h264")
    made = together(data, segments(data, 3, coding), coding)
    with av.open(io.BytesIO(made)) as opened:
        packets = [one for one in opened.demux(opened.streams.video[0]) if one.size]

    assert all(packet.pts == packet.dts for packet in packets)
    times = [frame.time for frame in frames(source(made))]
    assert times == pytest.approx([stamp / 25 for stamp in STAMPS])


def test_a_result_may_be_silent() -> None:
    data, coding = film("mp4"), Coding(keep_audio=False)
    made = together(data, segments(data, 2, coding), coding)

    assert [kind for kind, *_ in form(made)[0]] == ["video"]


class Full(io.BytesIO):
    """A file on a disk that has space for so many bytes."""

    def __init__(self, space: int) -> None:
        super().__init__()
        self.space = space

    def write(self, data: Any) -> int:
        if self.tell() + len(data) > self.space:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(data)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("part", [0.0, 0.5, 0.99])
def test_a_full_disk_is_not_a_damaged_video(monkeypatch: pytest.MonkeyPatch, part: float) -> None:
    data, coding = film("mp4"), Coding()
    parts = segments(data, 2, coding)
    whole = together(data, segments(data, 2, coding), coding)
    space = [len(whole), 500]
    monkeypatch.setattr(FileData.__init__, "__defaults__", (lambda: Full(round(part * space[0])),))

    with pytest.raises(Exception) as joining:  # noqa: PT011  any that says so
        together(data, parts, coding)
    space.reverse()
    with pytest.raises(Exception) as cutting:  # noqa: PT011  any that says so
        segments(data, 2, coding)

    codes = {failure_of(caught.value, "it").code for caught in (joining, cutting)}
    assert codes == {"storage_full"}
    del joining, cutting
    gc.collect()  # PyAV tries once more to write the end of a file, which it cannot raise


def test_segments_are_compared_with_what_they_state() -> None:
    data, coding = film("mp4"), Coding()
    first, second = segments(data, 2, coding)
    other = segments(film("webm"), 1, coding)[0]
    small = video("mp4", "libvpx-vp9", [np.zeros((32, 32, 3), np.uint8)])
    for parts in (
        [(FileData(first.file), first.times[:-1]), (FileData(second.file), second.times)],
        [(FileData(first.file), [*first.times, 9.0])],
        [(FileData(first.file), first.times), (FileData(io.BytesIO(small)), [9.0])],
    ):
        with pytest.raises(PipelineError):
            joined(source(data), parts, coding, (), silent)
    for one in (first, second, other):
        one.file.close()
