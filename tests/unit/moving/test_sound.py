"""Sound goes along as it is where it can, and says where it cannot."""

from __future__ import annotations

import io

import av
import numpy as np
import pytest

from expunge.imaging.moving import Coding
from tests.unit.moving.clips import again, clip, drawn, streams, video


def packets(data: bytes) -> list[bytes]:
    with av.open(io.BytesIO(data)) as container:
        return [bytes(each) for each in container.demux(audio=0) if each.dts is not None]


def wave(data: bytes) -> tuple[float, np.ndarray]:
    """The time of the first sample, and all samples, at 48 kHz."""
    resampler = av.AudioResampler("flt", "mono", 48_000)
    with av.open(io.BytesIO(data)) as container:
        found = [part for each in container.decode(audio=0) for part in resampler.resample(each)]
    return float(found[0].time), np.concatenate([each.to_ndarray().ravel() for each in found])


@pytest.mark.parametrize(
    ("extension", "codec"), [("mp4", "aac"), ("webm", "opus"), ("mkv", "flac")]
)
def test_packets_are_copied_where_the_container_takes_them(extension, codec):
    data = clip(extension)
    result, coded = again(data)
    assert result.notes == ()
    assert streams(coded)[1] == ("audio", codec)
    assert packets(coded) == packets(data)


def test_other_sound_becomes_opus_and_stays_in_time():
    data = clip("mov", 20)
    result, coded = again(data)
    assert result.notes == ("the audio was re-encoded from pcm_s16le to Opus",)
    assert streams(coded)[1] == ("audio", "opus")
    (start, old), (begun, new) = wave(data), wave(coded)
    length = min(len(old), len(new)) - 4_800
    shift = round((start - begun) * 48_000)
    assert abs(shift) < 48
    lags = range(-120, 121, 4)
    fits = [float(np.dot(old[2_400:length], new[2_400 + lag : length + lag])) for lag in lags]
    assert abs(lags[int(np.argmax(fits))]) <= 56, "a period of the tone has 109 samples"
    assert len(new) == pytest.approx(len(old), abs=2_000)


def test_sound_can_be_left_out():
    assert [kind for kind, _ in streams(again(clip("mp4"), Coding(keep_audio=False))[1])] == [
        "video"
    ]


def test_a_late_start_of_the_pictures_is_kept_in_time_with_the_sound():
    """The first picture is at 0.2 s: the result begins there, and so does its sound."""
    data = video("matroska", "mpeg4", map(drawn, range(10)), stamps=range(5, 15), audio="flac")
    _, coded = again(data)
    assert len(packets(coded)) < len(packets(data))
    assert wave(coded)[0] == pytest.approx(0, abs=0.1)
    assert len(wave(coded)[1]) / 48_000 == pytest.approx(0.4, abs=0.12)


def test_one_of_several_tracks_is_kept_and_the_others_are_named():
    out = io.BytesIO()
    with av.open(io.BytesIO(clip("mp4"))) as old, av.open(out, "w", format="mp4") as new:
        video_out = new.add_stream_from_template(old.streams.video[0])
        sounds = [new.add_stream_from_template(old.streams.audio[0]) for _ in range(2)]
        for packet in old.demux():
            if packet.dts is None:
                continue
            if packet.stream.type == "video":
                packet.stream = video_out
                new.mux(packet)
                continue
            for sound in sounds:
                packet.stream = sound
                new.mux(packet)
    result, coded = again(out.getvalue())
    assert [kind for kind, _ in streams(coded)] == ["video", "audio"]
    assert result.notes == ("of 2 audio tracks, the first was kept",)
