"""A strip shows moments of a moving picture before and after."""

from __future__ import annotations

import numpy as np
import pytest

from expunge.imaging.moving import strip
from expunge.imaging.source import Source
from tests.unit.moving.clips import animated, clip


@pytest.mark.parametrize("durations", [(50, 110, 150, 300), (40,) * 31, (90_000, 20)])
def test_each_moment_is_the_frame_that_is_shown_at_its_time(durations: tuple[int, ...]) -> None:
    source = Source.of(animated("GIF", durations))
    shown = strip.drawn(source, source)
    height = 20 + strip.CAPTION
    assert shown.shape == (strip.MOMENTS * height, 2 * 30 + strip.GAP, 3)
    ends = np.cumsum(durations) / 1000
    frames = [frame.pixels for frame in strip.moving.frames(source)]
    for number in range(strip.MOMENTS):
        time = ends[-1] * (2 * number + 1) / (2 * strip.MOMENTS)
        row = shown[number * height + strip.CAPTION : (number + 1) * height]
        expected = frames[int(np.searchsorted(ends, time, side="right"))]
        assert (row[:, :30] == expected).all()
        assert (row[:, -30:] == expected).all()


def test_a_video_and_what_was_made_of_it_stand_side_by_side() -> None:
    before, after = Source.of(clip("mp4", 9, sound=False)), Source.of(clip("webm", 9, sound=False))
    shown = strip.drawn(before, after)
    assert shown.shape == (strip.MOMENTS * (48 + strip.CAPTION), 2 * 64 + strip.GAP, 3)
    assert np.abs(shown[30:60, :64].astype(int) - shown[30:60, -64:]).mean() < 12
