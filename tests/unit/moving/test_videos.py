"""Videos: what is read from them, and what a result keeps."""

from __future__ import annotations

import io

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expunge.errors import ValidationFailed
from expunge.imaging.moving import Ceilings, Coding, facts, frames, is_moving, rewritten
from expunge.imaging.source import Source
from tests.unit.moving.clips import (
    CLIPS,
    again,
    clip,
    content,
    drawn,
    marked,
    source,
    streams,
    video,
)

AREA = (slice(10, 30), slice(20, 50))


@pytest.mark.parametrize("extension", CLIPS)
def test_a_video_has_its_frames_and_times(extension):
    data = source(clip(extension))
    assert is_moving(data)
    stated = facts(data)
    assert (stated.width, stated.height, stated.has_audio, stated.is_video) == (64, 48, True, True)
    assert stated.seconds == pytest.approx(0.32, abs=0.03)
    assert stated.frames == (8 if extension in ("mp4", "mov") else None)
    found = list(frames(data))
    assert [frame.time for frame in found] == pytest.approx([n / 25 for n in range(8)], abs=1e-3)
    for index, frame in enumerate(found):
        assert frame.index == index
        assert frame.alpha is None
        assert np.abs(frame.pixels.astype(int) - drawn(index)).mean() < 5


@pytest.mark.parametrize(
    ("extension", "media_type"),
    [("mp4", "video/mp4"), ("mov", "video/mp4"), ("mkv", "video/mp4"), ("webm", "video/webm")],
)
def test_a_result_shows_the_changed_frames_at_the_same_times(extension, media_type):
    data = source(clip(extension))
    wanted = list(marked(frames(data), AREA))
    result = rewritten(data, iter(wanted), Coding())
    assert (result.media_type, result.frames) == (media_type, 8)
    assert result.seconds == pytest.approx(0.32, abs=2e-3)
    again = source(content(result))
    assert again.media_type == media_type
    found = list(frames(again))
    assert [frame.time for frame in found] == pytest.approx([f.time for f in wanted], abs=1e-3)
    assert facts(again).seconds == pytest.approx(0.32, abs=0.03)
    for want, got in zip(wanted, found, strict=True):
        assert np.abs(got.pixels.astype(int) - want.pixels).mean() < 5


@given(st.lists(st.integers(1, 30), min_size=1, max_size=6), st.sampled_from(("mp4", "webm")))
@settings(max_examples=8)
def test_a_variable_frame_rate_keeps_its_time_stamps(gaps, container):
    stamps = [sum(gaps[:count]) for count in range(len(gaps) + 1)]
    codec = "libvpx-vp9" if container == "webm" else "mpeg4"
    data = video(container, codec, map(drawn, range(len(stamps))), stamps=stamps)
    times = [frame.time for frame in frames(source(data))]
    assert times == pytest.approx([stamp / 25 for stamp in stamps], abs=1e-3)
    assert [f.time for f in frames(source(again(data)[1]))] == pytest.approx(times, abs=1e-4)


@pytest.mark.parametrize("codec", ["vp9", "av1", "h264"])
def test_the_codec_is_the_one_that_was_asked_for(codec):
    data = video("mp4", "mpeg4", [drawn(n, (70, 66)) for n in range(3)])
    result, coded = again(data, Coding(codec))
    assert streams(coded) == [("video", codec)]
    assert result.media_type == "video/mp4"


def test_webm_becomes_mp4_for_h264():
    assert again(clip("webm", 2), Coding("h264"))[0].media_type == "video/mp4"


@pytest.mark.parametrize(
    ("coding", "said"),
    [(Coding("hevc"), "vp9, av1, h264"), (Coding("av1"), "av1 needs 64 pixels")],
)
def test_a_codec_that_cannot_be_is_refused_by_its_option(coding, said):
    with pytest.raises(ValidationFailed, match=said) as refused:
        again(clip("mp4", 2, sound=False), coding)
    assert refused.value.errors[0].pointer == "/options/codec"


def test_an_odd_size_stays_in_vp9_and_is_rounded_up_in_h264():
    data = video("webm", "libvpx-vp9", [drawn(n, (33, 25)) for n in range(2)])
    assert next(frames(source(again(data)[1]))).pixels.shape == (25, 33, 3)
    result, coded = again(data, Coding("h264"))
    assert next(frames(source(coded))).pixels.shape == (26, 34, 3)
    assert result.notes == ("the size was rounded up to even numbers for h264",)


def test_quality_changes_the_length():
    data = clip("mp4", 4, sound=False)
    low, high = (len(again(data, Coding(quality=each))[1]) for each in (5, 100))
    assert high > 1.3 * low


def test_a_fragmented_movie_and_a_live_recording_have_a_length():
    pictures = [drawn(n) for n in range(6)]
    fragmented = video(
        "mp4", "mpeg4", pictures, muxing=(("movflags", "frag_every_frame+empty_moov"),)
    )
    live = video("webm", "libvpx-vp9", pictures, muxing=(("live", "1"),))
    for data, count in ((fragmented, None), (live, None)):
        stated = facts(source(data))
        assert stated.frames is count
        assert stated.seconds == pytest.approx(0.24, abs=0.05)
        assert len(list(frames(source(data)))) == 6


def test_a_wrong_stated_length_counts_no_less_than_the_last_cluster():
    data = bytearray(clip("webm", 6, sound=False))
    at = data.index(b"\x44\x89\x88") + 3
    data[at : at + 8] = bytes(8)
    assert facts(source(bytes(data))).seconds == pytest.approx(0.2, abs=0.01)


def test_a_result_begins_with_its_header_and_names_no_program():
    _, coded = again(clip("mp4", sound=False))  # packets of sound name their own encoder
    assert coded.index(b"moov") < coded.index(b"mdat")
    assert b"Lavf" not in coded
    assert b"Lavc" not in coded
    with av.open(io.BytesIO(coded)) as container:
        assert not {"creation_time", "encoder", "title"} & set(container.metadata)


def test_a_result_carries_no_metadata():
    out = io.BytesIO()
    with av.open(io.BytesIO(clip("mp4"))) as old, av.open(out, "w", format="mp4") as new:
        new.metadata["title"] = "holiday with Eve"
        pairs = {each.index: new.add_stream_from_template(each) for each in old.streams}
        for packet in old.demux():
            if packet.dts is not None:
                packet.stream = pairs[packet.stream.index]
                new.mux(packet)
    assert b"Eve" in out.getvalue()
    assert b"Eve" not in again(out.getvalue())[1]


def test_a_source_in_memory_is_read_as_one_on_disk():
    data = Source.of(clip("mp4"))
    assert data.file is None
    assert content(rewritten(data, frames(data), Coding()))


def test_frames_of_another_size_or_order_are_a_mistake_of_the_program():
    data = source(clip("mp4", 4, sound=False))
    found = list(frames(data))
    for wrong in ([found[1], found[0]], [found[0], type(found[0])(1, 0.04, found[1].pixels[:-2])]):
        with pytest.raises(ValueError, match="a frame"):
            rewritten(data, iter(wrong), Coding())


def test_reading_can_stop_early():
    found = frames(source(clip("mp4", 8)), Ceilings())
    next(found)
    found.close()
