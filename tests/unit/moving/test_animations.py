"""Animations keep times, loops, transparency and every pixel that no operation changed."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from expunge.errors import ImageTooLarge, MalformedImage
from expunge.imaging.moving import Ceilings, Coding, facts, frames, is_moving, rewritten
from expunge.imaging.moving.animation.facts import durations, shown
from expunge.imaging.moving.animation.writing import steps
from tests.samples import encoded, picture
from tests.unit.moving.clips import again, animated, content, marked, source, transparent

AREA = (slice(5, 9), slice(6, 14))
KINDS = ("GIF", "PNG", "WEBP", "AVIF")
LOSSLESS = ("GIF", "PNG", "WEBP")


@pytest.mark.parametrize("kind", KINDS)
def test_an_animation_has_its_frames_and_times(kind):
    data = source(animated(kind))
    assert is_moving(data)
    stated = facts(data)
    assert (stated.width, stated.height, stated.frames) == (30, 20, 4)
    assert stated.seconds == pytest.approx(0.6)
    assert [frame.time for frame in frames(data)] == pytest.approx([0, 0.05, 0.15, 0.3])
    assert [frame.index for frame in frames(data)] == [0, 1, 2, 3]


@pytest.mark.parametrize("kind", KINDS)
def test_a_still_image_is_not_moving(kind):
    assert not is_moving(source(encoded(picture(), kind)))


@pytest.mark.parametrize("kind", LOSSLESS)
@pytest.mark.parametrize("sample", [animated, transparent])
def test_what_no_operation_changed_keeps_every_pixel(kind, sample):
    data = source(sample(kind))
    wanted = list(marked(frames(data), AREA))
    result = rewritten(data, iter(wanted), Coding())
    found = list(frames(source(content(result))))
    assert result.notes == ()
    assert [frame.time for frame in found] == [frame.time for frame in wanted]
    for want, got in zip(wanted, found, strict=True):
        seen = np.ones((20, 30), bool) if want.alpha is None else want.alpha > 0
        assert (got.pixels == want.pixels)[seen].all()
        if want.alpha is not None:
            assert (got.alpha == want.alpha).all()


def test_an_avif_stays_close_and_keeps_its_holes():
    data = source(transparent("AVIF"))
    _, coded = again(data.data)
    for want, got in zip(frames(data), frames(source(coded)), strict=True):
        solid = want.alpha > 250
        assert np.abs(got.pixels.astype(int) - want.pixels)[solid].mean() < 6
        assert np.abs(got.alpha.astype(int) - want.alpha).mean() < 6


@pytest.mark.parametrize("kind", LOSSLESS)
def test_loops_stay(kind):
    _, coded = again(animated(kind, (100, 100)))
    assert Image.open(io.BytesIO(coded)).info["loop"] == 3


@given(st.lists(st.integers(0, 400), min_size=2, max_size=5))
def test_a_gif_keeps_every_delay(hundredths):
    data = animated("GIF", [10 * each for each in hundredths])
    _, coded = again(data)
    assert durations(source(coded)) == durations(source(data))


def test_a_frame_without_a_delay_counts_as_long_as_browsers_show_it():
    data = source(animated("GIF", (0, 0, 100)))
    assert facts(data).seconds == pytest.approx(0.3)
    assert [frame.time for frame in frames(data)] == pytest.approx([0, 0.1, 0.2])
    assert shown(0.01) == 0.1


@given(st.lists(st.floats(0, 5), max_size=30), st.sampled_from((0.01, 0.001)))
def test_rounded_durations_never_drift(seconds, unit):
    found = steps(seconds, unit)
    for count in range(len(seconds) + 1):
        assert abs(sum(found[:count]) * unit - sum(seconds[:count])) <= unit / 2 + 1e-9


def test_a_gif_with_more_colours_than_a_frame_holds_keeps_the_unchanged_ones():
    photo = np.asarray(picture(size=(48, 40)).quantize(200).convert("RGB"))
    frame = Image.fromarray(photo).quantize(256)
    data = source(encoded(frame, "GIF", save_all=True, append_images=[frame.rotate(180)]))
    noise = np.random.default_rng(2).integers(0, 256, (20, 24, 3), np.uint8)

    def replaced(each):
        pixels = each.pixels.copy()
        pixels[10:30, 10:34] = noise
        return type(each)(each.index, each.time, pixels, each.alpha)

    wanted = list(map(replaced, frames(data)))
    result = rewritten(data, iter(wanted), Coding())
    assert result.notes == ("some changed areas have fewer colours, for a GIF frame holds 256",)
    for before, want, got in zip(frames(data), wanted, frames(source(result.data)), strict=True):
        same = (before.pixels == want.pixels).all(axis=-1)
        assert (got.pixels == want.pixels)[same].all()
        inside = got.pixels[10:30, 10:34].astype(int) - want.pixels[10:30, 10:34]
        assert abs(inside.mean()) < 8, "dithering keeps the mean"


def test_a_result_carries_no_metadata():
    data = animated("WEBP", xmp=b"<x:xmpmeta>secret</x:xmpmeta>", exif=b"II*\0\x08\0\0\0\0\0")
    assert b"secret" in data
    assert b"secret" not in again(data)[1]


def test_missing_frames_are_an_error_and_not_a_shorter_file():
    data = source(animated("PNG"))
    with pytest.raises(MalformedImage, match="2 of the 4 frames"):
        rewritten(data, list(frames(data))[:2], Coding())


@pytest.mark.parametrize(
    ("ceilings", "said"),
    [
        (Ceilings(frames=3), "4 frames; at most 3"),
        (Ceilings(seconds=0.5), "takes 0.6 seconds; at most 0"),
        (Ceilings(pixels=599), "30 × 20 pixels"),
        (Ceilings(animated_pixels=2_399), "megapixels over all frames"),
    ],
)
def test_ceilings_hold_before_a_pixel_is_decoded(ceilings, said):
    for data in (animated("GIF"), animated("WEBP")):
        with pytest.raises(ImageTooLarge, match=said):
            next(frames(source(data), ceilings))


def test_damaged_frames_are_a_clear_error():
    data = bytearray(animated("PNG"))
    at = data.rindex(b"fdAT") + 12
    data[at : at + 8] = bytes(8)
    with pytest.raises(MalformedImage, match="PNG image data is damaged"):
        list(frames(source(bytes(data))))


def test_progress_reaches_the_end_and_never_falls():
    data, told = source(animated("GIF")), []
    rewritten(data, frames(data), Coding(), told.append)
    assert told == sorted(told)
    assert told[-1] == 1
