"""Ranges of a video hold each frame once, as it is when all frames are read in a row."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expunge.errors import ExpungeError, ImageTooLarge
from expunge.imaging import moving
from expunge.imaging.moving import CEILINGS, Ceilings
from expunge.imaging.moving.ranges import Range, divided
from expunge.imaging.moving.video.timeline import BY_FRAME, Timeline
from tests.unit.moving.clips import source, video

STAMPS = [0, 1, 2, 5, 6, 9, 10, 11, 12, 20, *range(21, 61, 2)]
FILMS = {
    "closed groups": ("mp4", "libx264", {"g": "7", "bf": "3"}),
    "open groups": ("mp4", "libx264", {"g": "7", "bf": "3", "x264-params": "open-gop=1"}),
    "rolling refresh": ("matroska", "libx264", {"g": "7", "x264-params": "intra-refresh=1"}),
    "one key frame": ("mp4", "mpeg4", {"g": "300"}),
    "hidden frames": ("webm", "libvpx", {"g": "7", "auto-alt-ref": "1", "lag-in-frames": "5"}),
    "VP9": ("webm", "libvpx-vp9", {"g": "7"}),
    "key frames alone": ("mov", "mjpeg", {}),
}


@cache
def film(name: str) -> bytes:
    container, codec, coding = FILMS[name]
    random = np.random.default_rng(3)
    wide = random.integers(0, 256, (6, 40, 3)).repeat(8, axis=0).repeat(8, axis=1)
    pictures = (
        np.ascontiguousarray(np.roll(wide, -3 * index, axis=1)[:, :64]).astype(np.uint8)
        for index in range(len(STAMPS))
    )
    return video(container, codec, pictures, stamps=STAMPS, coding=coding)


@given(st.integers(1, 3_000), st.integers(1, 64), st.lists(st.integers(0, 3_000), max_size=30))
def test_ranges_follow_each_other(frames: int, count: int, keys: list[int]) -> None:
    found = divided(frames, count, sorted(keys))
    places = [place for one in found for place in range(one.first, one.last)]

    assert len(found) == count
    assert places == list(range(frames))
    assert max(one.last - one.first for one in found) <= 2 * frames / count + 2


@given(st.integers(10, 100), st.integers(2, 20))
def test_a_range_begins_with_a_key_frame_that_is_near(length: int, count: int) -> None:
    keys = [length * number + length // 4 for number in range(count)]
    found = divided(length * count, count, keys)

    assert {one.first for one in found[1:]} <= set(keys)


@pytest.mark.parametrize("name", FILMS)
@pytest.mark.parametrize("count", [4, 25])
def test_frames_of_ranges_are_those_of_the_whole(name: str, count: int) -> None:
    one = source(film(name))
    line = Timeline.of(one, CEILINGS)
    found = [frame for within in line.ranges(count) for frame in line.frames(within)]
    whole = list(moving.frames(one))

    assert line.count == len(whole) == len(found) == len(STAMPS)
    for made, frame in zip(found, whole, strict=True):
        assert (made.index, made.time) == (frame.index, frame.time)
        assert (made.pixels == frame.pixels).all()


def test_a_range_may_begin_anywhere() -> None:
    line = Timeline.of(source(film("one key frame")), CEILINGS)

    assert [frame.index for frame in line.frames(Range(11, 14))] == [11, 12, 13]
    assert not list(line.frames(Range(5, 5)))


def test_a_video_without_stamps_of_its_own_is_one_range() -> None:
    line = Timeline.of(source(film("VP9")), CEILINGS)
    same = Timeline(
        line.source, CEILINGS, line.stamps, line.shown, line.keys, line.first, line.tick,
        regular=False,
    )  # fmt: skip
    first, *rest = same.ranges(3)

    assert len(list(same.frames(first))) == len(STAMPS)
    assert not [frame for within in rest for frame in same.frames(within)]


def test_packets_are_counted_before_they_are_kept() -> None:
    most = len(STAMPS) // BY_FRAME - 1
    with pytest.raises(ImageTooLarge, match="packets"):
        Timeline.of(source(film("VP9")), Ceilings(frames=most))


def test_places_before_a_time() -> None:
    line = Timeline.of(source(film("VP9")), CEILINGS)
    times = [frame.time for frame in line.frames()]

    for place in (0, 9, 20):
        since = line.since(place, 0.25)
        assert times[place] - times[since] <= 0.25 + 1e-6
        assert since == 0 or times[place] - times[since - 1] > 0.25 - 1e-6


@given(st.integers(0, 10_000))
@settings(max_examples=10)  # each decodes a video three times
def test_a_damaged_range_is_decoded_as_the_larger_one(seed: int) -> None:
    random = np.random.default_rng(seed)
    data = bytearray(film("closed groups"))
    for place in random.integers(len(data) // 8, len(data) * 7 // 8, 3):
        data[place : place + 4] = random.bytes(4)
    try:
        line = Timeline.of(source(bytes(data)), CEILINGS)
        larger = [frame for frame in line.frames(Range(4, 24)) if 10 <= frame.index < 20]
    except ExpungeError:
        return
    found = list(line.frames(Range(10, 20), Range(4, 24)))

    assert [frame.index for frame in found] == [frame.index for frame in larger]
    for frame, other in zip(found, larger, strict=True):
        assert (frame.pixels == other.pixels).all()
