"""Whatever form a video's pictures have, frames are upright RGB of 8 bits with square pixels."""

from __future__ import annotations

import io
import tempfile
from fractions import Fraction

import av
import numpy as np
import pytest

from expunge import run
from expunge.errors import MalformedImage
from expunge.imaging.codecs.orientation import displayed
from expunge.imaging.moving import facts, frames, size_of
from expunge.imaging.moving.video import hdr
from tests.unit.moving.clips import again, clip, corners, drawn, source, video

TURNED = "the pictures were turned, so that no player has to"


def turned(matrix: tuple[int, int, int, int]) -> bytes:
    """An MP4 whose track header has this matrix (a, b, c, d)."""
    data = bytearray(clip("mp4", 3, sound=False))
    at = data.index(b"tkhd") + 4 + 40
    a, b, c, d = (value.to_bytes(4, "big", signed=True) for value in matrix)
    data[at : at + 36] = b"".join((a, b, bytes(4), c, d, bytes(12), b"\x40\0\0\0"))
    return bytes(data)


ONE = 1 << 16
MATRICES = {
    1: (ONE, 0, 0, ONE), 2: (-ONE, 0, 0, ONE), 3: (-ONE, 0, 0, -ONE), 4: (ONE, 0, 0, -ONE),
    5: (0, ONE, ONE, 0), 6: (0, ONE, -ONE, 0), 7: (0, -ONE, -ONE, 0), 8: (0, -ONE, ONE, 0),
}  # fmt: skip
"""By the EXIF orientation that does the same."""


@pytest.mark.parametrize("orientation", MATRICES)
def test_every_turn_and_mirror_becomes_pixels(orientation):
    data = turned(MATRICES[orientation])
    want = displayed(drawn(0), orientation)
    stated = facts(source(data))
    assert (stated.height, stated.width) == want.shape[:2]
    shown = next(frames(source(data)))
    assert shown.pixels.shape == want.shape
    assert np.abs(shown.pixels.astype(int) - want).mean() < 5
    result, coded = again(data)
    assert result.notes == ((TURNED,) if orientation > 1 else ())
    plain = next(frames(source(coded)))
    assert plain.pixels.shape == want.shape
    assert corners(plain) == corners(shown)
    assert sorted(corners(shown)) == [".", ".", "g", "r"]


def test_pixels_become_square():
    wide = video("mp4", "mpeg4", map(drawn, range(2)), sample_aspect_ratio=Fraction(3, 2))
    assert (facts(source(wide)).width, facts(source(wide)).height) == (96, 48)
    assert next(frames(source(wide))).pixels.shape == (48, 96, 3)
    result, coded = again(wide)
    assert result.notes == ("the pixels were made square",)
    with av.open(io.BytesIO(coded)) as container:
        assert (container.streams.video[0].sample_aspect_ratio or 1) == 1


def stretched(aspect: Fraction) -> bytes:
    """An MP4 of which only the pictures tell that their pixels are not square."""
    made = video("mp4", "mpeg4", map(drawn, range(2)), sample_aspect_ratio=aspect)
    assert b"pasp" in made
    return made.replace(b"pasp", b"free")


def test_a_mask_reaches_the_edge_of_frames_that_are_wider_than_the_header_says():
    made = stretched(Fraction(3, 2))
    assert facts(source(made)).width == 64
    assert size_of(source(made)) == (96, 48)
    outcome = run("mask", made, regions=[[76, 0, 20, 48]], method="solid", colour="#ffffff")
    shown = next(frames(source(b"".join(outcome.parts())))).pixels
    outcome.file.close()
    assert shown.shape == (48, 96, 3)
    assert shown[:, 80:].min() > 200


def test_pixels_that_are_far_from_square_cannot_make_huge_frames():
    made = stretched(Fraction(20, 1))
    with pytest.raises(MalformedImage, match="1,280 × 48 pixels, where the header says 64 × 48"):
        list(frames(source(made)))


def deep(value: int, transfer: int, primaries: int, matrix: int) -> bytes:
    """A 10-bit MP4 of one grey, from 0 to 1023."""
    picture = np.full((64, 64, 3), value << 6, np.uint16)
    colours = {"color_trc": transfer, "color_primaries": primaries, "colorspace": matrix}
    return video("mp4", "libsvtav1", [picture], pixel_format="yuv420p10le", colours=colours)


def test_ten_bits_are_read_and_named():
    data = deep(512, 1, 1, 1)
    grey = next(frames(source(data))).pixels
    assert grey.mean() == pytest.approx(128, abs=6)
    result, _ = again(data)
    assert result.notes == ("10 bits a channel were reduced to 8",)


@pytest.mark.parametrize(("transfer", "name"), [(hdr.HLG, "HLG"), (hdr.PQ, "PQ")])
def test_hdr_is_tone_mapped_and_named(transfer, name):
    levels = [200, 400, 600]
    shown = [next(frames(source(deep(each, transfer, 9, 9)))).pixels for each in levels]
    for level, pixels in zip(levels, shown, strict=True):
        assert np.ptp(pixels.reshape(-1, 3).mean(axis=0)) < 4, "grey stays grey"
        want = hdr.bt709(np.full((1, 3), level / 1023), transfer, 9).mean() * 255
        assert pixels.mean() == pytest.approx(want, abs=8)
    result, coded = again(deep(600, transfer, 9, 9))
    assert result.notes == (
        f"{name} HDR was tone-mapped to SDR",
        "10 bits a channel were reduced to 8",
    )
    with av.open(io.BytesIO(coded)) as container:
        frame = next(container.decode(video=0))
        assert (frame.color_trc, frame.color_primaries, frame.colorspace) == (1, 1, 1)


def test_tone_mapping_leaves_no_file_and_takes_any_folder(tmp_path, monkeypatch):
    folder = tmp_path / "it's a:b,c"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    assert next(frames(source(deep(600, hdr.HLG, 9, 9)))).pixels.any()
    assert not list(folder.iterdir())


def test_reference_white_is_bright_and_highlights_are_not_cut_off():
    signal = np.repeat(np.linspace(0, 1, 200)[:, None], 3, axis=1)
    for transfer, white in ((hdr.HLG, 0.75), (hdr.PQ, 0.58)):
        curve = hdr.bt709(signal, transfer, hdr.BT2020)
        assert (np.diff(curve[:, 0]) >= -1e-9).all()
        assert np.ptp(curve, axis=1).max() < 1e-3
        at = hdr.bt709(np.full((1, 3), white), transfer, hdr.BT2020)[0, 0]
        assert 0.85 < at < 0.95
    assert hdr.bt709(np.ones((1, 3)), hdr.HLG, hdr.BT2020)[0] == pytest.approx(1)


def test_colours_outside_bt709_keep_their_order_of_channels():
    colours = np.random.default_rng(4).random((5_000, 3))
    for transfer, primaries in ((hdr.HLG, 9), (hdr.PQ, 9), (1, 9), (1, 12)):
        mapped = hdr.bt709(colours, transfer, primaries)
        assert 0 <= mapped.min() <= mapped.max() <= 1 + 1e-9
        clear = np.diff(np.sort(colours, axis=1), axis=1)[:, 1] > 0.2
        assert (mapped.argmax(axis=1) == colours.argmax(axis=1))[clear].all()


def holes(index: int) -> np.ndarray:
    picture = np.dstack((drawn(0), np.zeros((48, 64), np.uint8)))
    picture[10:30, 5 * index : 5 * index + 20, 3] = 255
    return picture


def test_alpha_of_webm_stays():
    data = video("webm", "libvpx-vp9", map(holes, range(3)), pixel_format="yuva420p")
    assert facts(source(data)).has_alpha
    result, coded = again(data)
    assert (result.media_type, result.notes) == ("video/webm", ())
    for index, frame in enumerate(frames(source(coded))):
        want = holes(index)
        assert np.abs(frame.alpha.astype(int) - want[..., 3]).mean() < 8
        solid = want[..., 3] > 0
        assert np.abs(frame.pixels.astype(int) - want[..., :3])[solid].mean() < 8


def test_alpha_of_prores_becomes_webm():
    data = video(
        "mov", "prores_ks", map(holes, range(2)), pixel_format="yuva444p10le",
        coding={"profile": "4444", "alpha_bits": "8"},
    )  # fmt: skip
    result, coded = again(data)
    assert result.media_type == "video/webm"
    alpha = next(frames(source(coded))).alpha
    assert np.abs(alpha.astype(int) - holes(0)[..., 3]).mean() < 8


def test_a_size_that_changes_is_scaled_to_the_first():
    first, second = (
        video("webm", "libvpx-vp9", [drawn(n, size) for n in range(2)])
        for size in ((64, 48), (32, 24))
    )
    joined = _spliced(first, second)
    shapes = {frame.pixels.shape for frame in frames(source(joined))}
    assert shapes == {(48, 64, 3)}
    assert len(list(frames(source(joined)))) == 4


def _spliced(first: bytes, second: bytes) -> bytes:
    """The packets of two files in one track."""
    out = io.BytesIO()
    with av.open(out, "w", format="webm") as new:
        stream, stamp = None, 0
        for data in (first, second):
            with av.open(io.BytesIO(data)) as old:
                stream = stream or new.add_stream_from_template(old.streams.video[0])
                for packet in old.demux(video=0):
                    if packet.dts is not None:
                        packet.pts = packet.dts = stamp
                        packet.stream, stamp = stream, stamp + 40
                        new.mux(packet)
    return out.getvalue()
