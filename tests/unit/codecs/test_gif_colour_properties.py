"""A GIF's colour table after edits: new colours get an entry, and no other pixel changes."""

from __future__ import annotations

import io

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from expunge.imaging.codecs import Patch, encode
from tests.unit.codecs.drawing import after, decoded

WIDTH, HEIGHT = 24, 18


@st.composite
def gifs(draw: st.DrawFn) -> tuple[bytes, np.ndarray, int | None]:
    """Draw a still GIF of 1 to 256 colours; return it, its indices, and the transparent index."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    count = draw(st.sampled_from([1, 2, 3, 16, 17, 128, 255, 256]))
    indices = rng.integers(0, count, (HEIGHT, WIDTH), np.uint8)
    image = Image.new("P", (WIDTH, HEIGHT))
    image.putdata(indices.reshape(-1).tolist())
    image.putpalette(rng.integers(0, 256, (count, 3), np.uint8).tobytes())
    hidden = draw(st.none() | st.integers(0, count - 1))
    file = io.BytesIO()
    options = {} if hidden is None else {"transparency": hidden}
    image.save(file, "GIF", optimize=False, **options)
    return file.getvalue(), indices, hidden


@given(gifs(), st.integers(1, 40), st.integers(0, 2**32), st.data())
def test_new_colours_get_a_free_entry_or_the_nearest_and_others_stay(case, colours, seed, data):
    file, _, _ = case
    before = decoded(file)
    left, top = data.draw(st.integers(0, WIDTH - 1)), data.draw(st.integers(0, HEIGHT - 1))
    right, bottom = data.draw(st.integers(left + 1, WIDTH)), data.draw(st.integers(top + 1, HEIGHT))
    rng = np.random.default_rng(seed)
    channels = before.pixels.shape[2]
    drawn = rng.integers(0, 256, (colours, channels), np.uint8)
    pixels = drawn[rng.integers(0, colours, (bottom - top, right - left))]
    encoded = encode(before, [Patch(left, top, pixels)])
    now = after(encoded)
    outside = np.ones((HEIGHT, WIDTH), bool)
    outside[top:bottom, left:right] = False
    visible = np.ones((HEIGHT, WIDTH), bool) if before.alpha is None else before.alpha > 0
    np.testing.assert_array_equal(
        _rgb(now.pixels)[outside & visible], _rgb(before.pixels)[outside & visible]
    )
    if before.alpha is not None and now.alpha is not None:
        np.testing.assert_array_equal(now.alpha > 0, before.alpha > 0)
    seen = visible[top:bottom, left:right]
    if encoded.exact and encoded.data != file:
        np.testing.assert_array_equal(
            _rgb(now.pixels)[top:bottom, left:right][seen], _rgb(pixels)[seen]
        )


def _rgb(pixels: np.ndarray) -> np.ndarray:
    return np.repeat(pixels, 3, axis=-1) if pixels.shape[-1] == 1 else pixels


@given(gifs())
def test_a_small_colour_table_takes_one_more_colour(case):
    file, indices, hidden = case
    before = decoded(file)
    shown = before.pixels[0:1, 0:1].copy()
    shown[...] = 255 - shown
    encoded = encode(before, [Patch(0, 0, shown)])
    if hidden is not None and indices[0, 0] == hidden:
        return
    if len(np.unique(indices)) < 250:
        assert encoded.exact
        np.testing.assert_array_equal(_rgb(after(encoded).pixels)[0, 0], _rgb(shown)[0, 0])
