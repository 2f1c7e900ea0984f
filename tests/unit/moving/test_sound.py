"""Sound goes along as it is where it can, and says where it cannot."""

from __future__ import annotations

import io
from contextlib import ExitStack

import av
import numpy as np
import pytest

from expunge.imaging.moving import Ceilings, Coding
from expunge.imaging.moving.video import writing
from expunge.imaging.moving.video.audio import SOUNDS
from expunge.imaging.moving.video.opening import PICTURES
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


def test_codecs_are_listed_under_the_names_that_files_are_compared_with():
    assert {canonical(each) for each in av.codecs_available} >= SOUNDS | PICTURES


def canonical(name: str) -> str | None:
    """The name of what a decoder decodes; ``None`` for encoders."""
    try:
        return av.Codec(name, "r").canonical_name
    except av.codec.codec.UnknownCodecError:
        return None


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


def joined(*tracks: tuple[bytes, str]) -> bytes:
    """An MP4 with one track of each MP4, of the given type."""
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as new, ExitStack() as stack:
        opened = [(stack.enter_context(av.open(io.BytesIO(data))), kind) for data, kind in tracks]
        streams = [getattr(old.streams, kind)[0] for old, kind in opened]
        added = [new.add_stream_from_template(stream) for stream in streams]
        for (old, _), stream, track in zip(opened, streams, added, strict=True):
            for packet in old.demux(stream):
                if packet.dts is not None:
                    packet.stream = track
                    new.mux(packet)
    return out.getvalue()


def test_one_of_several_tracks_is_kept_and_the_others_are_named():
    made = clip("mp4")
    result, coded = again(joined((made, "video"), (made, "audio"), (made, "audio")))
    assert [kind for kind, _ in streams(coded)] == ["video", "audio"]
    assert result.notes == ("of 2 audio tracks, the first was kept",)
    result, coded = again(joined((made, "video"), (made, "video"), (made, "audio")))
    assert [kind for kind, _ in streams(coded)] == ["video", "audio"]
    assert result.notes == ("of 2 tracks with pictures, the first was kept",)


def test_sound_that_is_longer_than_the_pictures_stays(monkeypatch):
    made = joined((clip("mp4", 4), "video"), (clip("mp4", 100), "audio"))
    result, coded = again(made)
    assert packets(coded) == packets(made)
    assert result.notes == ()
    monkeypatch.setattr(writing, "CEILINGS", Ceilings(seconds=2))
    result, coded = again(made)
    assert 0 < len(packets(coded)) < len(packets(made))
    assert result.notes == ("the sound was cut off after 2 seconds",)
