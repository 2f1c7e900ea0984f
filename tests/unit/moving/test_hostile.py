"""Hostile videos end in a clear error, or in a video: never in a hang or another exception."""

from __future__ import annotations

import io
import random
from contextlib import suppress

import av
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from expunge.errors import (
    ExpungeError,
    ImageTooLarge,
    MalformedImage,
    UnsupportedMediaType,
)
from expunge.imaging.moving import Ceilings, Coding, facts, frames, is_moving, rewritten
from tests.unit.moving.clips import animated, clip, content, drawn, source, video

SMALL = Ceilings(seconds=20, frames=100, pixels=100_000, animated_pixels=1_000_000)


@pytest.mark.parametrize(
    ("ceilings", "said"),
    [
        (Ceilings(frames=7), "8 frames; at most 7"),
        (Ceilings(seconds=0.25), "seconds; at most 0"),
        (Ceilings(pixels=64 * 48 - 1), "64 × 48 pixels"),
    ],
)
def test_ceilings_hold_before_decoding(ceilings, said):
    with pytest.raises(ImageTooLarge, match=said):
        next(frames(source(clip("mp4")), ceilings))


def test_frames_are_counted_where_the_header_states_no_number():
    shown = frames(source(clip("webm")), Ceilings(frames=3))
    assert [next(shown).index for _ in range(3)] == [0, 1, 2]
    with pytest.raises(ImageTooLarge, match="4 frames; at most 3"):
        next(shown)


def test_a_length_that_was_understated_is_noticed_as_it_is_decoded():
    """A cluster in the middle says that its frame is shown after 65 seconds."""
    data = video(
        "webm", "libvpx-vp9", map(drawn, range(8)), stamps=range(0, 80, 10),
        muxing=(("cluster_time_limit", "1"), ("cluster_size_limit", "1")),
    )  # fmt: skip
    late = (400).to_bytes(2, "big")
    assert data.count(b"\xe7\x82" + late) == 1
    data = data.replace(b"\xe7\x82" + late, b"\xe7\x82\xff\xff")
    assert facts(source(data)).seconds < 5
    with pytest.raises(MalformedImage, match=r"states a length of 2\.\d s, but has a frame at 65"):
        list(frames(source(data)))


def test_a_stated_length_of_nothing_does_not_stop_the_writer():
    made = bytearray(clip("mp4", 2, sound=False))
    at = made.index(b"stts") + 16
    made[at : at + 4] = bytes(4)
    given = source(bytes(made))
    assert facts(given).seconds == 0
    steps = []
    with rewritten(given, frames(given), Coding(), steps.append).file as file:
        assert file.tell() > 0
    assert steps[-1] == 1.0
    assert all(0 <= step <= 1 for step in steps)


def test_an_edit_list_that_repeats_everything_is_refused_before_decoding():
    made, count = clip("mp4", sound=False), 65_536
    at = made.index(b"edts") - 4
    old = int.from_bytes(made[at : at + 4], "big")
    body = bytes(4) + count.to_bytes(4, "big") + (b"\0\0\0\1" + bytes(4) + b"\0\1\0\0") * count
    list_box = (len(body) + 8).to_bytes(4, "big") + b"elst" + body
    new = bytearray(made[:at] + (len(list_box) + 8).to_bytes(4, "big") + b"edts" + list_box)
    new += made[at + old :]
    for name in (b"moov", b"trak"):
        start = made.index(name) - 4
        size = int.from_bytes(made[start : start + 4], "big") + len(list_box) + 8 - old
        new[start : start + 4] = size.to_bytes(4, "big")
    with pytest.raises(MalformedImage, match="65,536 entries"):
        facts(source(bytes(new)))


def test_pictures_that_are_larger_than_the_header_says_are_refused():
    """The header says 64 × 48, and the first key frame has 640 × 480."""
    large = video("webm", "libvpx-vp9", [drawn(0, (640, 480))])
    sizes = (b"\xb0\x82\x02\x80\xba\x82\x01\xe0", b"\xb0\x82\x00\x40\xba\x82\x00\x30")
    assert sizes[0] in large
    with pytest.raises((ImageTooLarge, MalformedImage)):
        list(frames(source(large.replace(*sizes)), Ceilings(pixels=10_000)))
    with pytest.raises(MalformedImage, match="640 × 480 pixels, where the header says 64 × 48"):
        list(frames(source(large.replace(*sizes))))


def test_time_stamps_without_sense_are_repaired():
    out = io.BytesIO()
    stamps = [0, 400, 40, 40, 1200, -5, 200]
    with av.open(io.BytesIO(clip("webm", 7, sound=False))) as old:
        packets = [each for each in old.demux(video=0) if each.dts is not None]
        with av.open(out, "w", format="webm") as new:
            stream = new.add_stream_from_template(old.streams.video[0])
            for packet, stamp in zip(packets, sorted(stamps), strict=True):
                packet.pts = packet.dts = max(0, stamp)
                packet.stream = stream
                new.mux(packet)
    times = [frame.time for frame in frames(source(out.getvalue()))]
    assert times == sorted(set(times))


def test_a_damaged_packet_is_skipped_as_players_do():
    data = bytearray(clip("mp4", 8, sound=False))
    with av.open(io.BytesIO(bytes(data))) as container:
        packet = list(container.demux(video=0))[4]
        at, size = packet.pos, packet.size
    data[at : at + size] = bytes(size)
    shown = list(frames(source(bytes(data))))
    assert 6 <= len(shown) <= 8


def test_pictures_that_cannot_be_decoded_at_all_are_an_error():
    data = bytearray(clip("mp4", 8, sound=False))
    at = data.index(b"mdat") + 4
    for start in range(at, len(data), 7):
        data[start] ^= 0xFF
    with pytest.raises(MalformedImage):
        list(frames(source(bytes(data))))


def test_a_codec_that_is_not_decoded_is_named():
    data = video("matroska", "ffv1", map(drawn, range(2)))
    with pytest.raises(UnsupportedMediaType, match=r"coded as ffv1; .*h264"):
        next(frames(source(data)))


def test_a_text_in_another_encoding_does_no_harm():
    data = clip("mp4", 2, sound=False)
    assert len(list(frames(source(data.replace(b"isom", b"is\xc7m"))))) == 2


@example("WEBP", 184)  # no header of the animation
@example("WEBP", 368)  # no frame that can be decoded
@given(st.sampled_from(("mp4", "webm", "GIF", "WEBP", "PNG")), st.integers(0, 1 << 32))
def test_any_damage_ends_in_a_file_or_in_a_public_error(kind, seed):
    data = _damaged(animated(kind) if kind.isupper() else clip(kind), random.Random(seed))
    with suppress(ExpungeError):
        found = source(data)
        if is_moving(found):
            result = rewritten(found, frames(found, SMALL), Coding())
            assert content(result)


def _damaged(data: bytes, chance: random.Random) -> bytes:
    found = bytearray(data)
    for _ in range(chance.choice((1, 1, 3, 12))):
        at = chance.randrange(min(len(found), chance.choice((900, 1 << 20))))
        change = chance.random()
        if change < 0.6:
            found[at] = chance.randrange(256)
        elif change < 0.85:
            found[at : at + 4] = chance.choice((bytes(4), b"\xff" * 4, b"\x7f\xff\xff\xff"))
        else:
            del found[at : at + chance.randrange(30)]
    return bytes(found)
