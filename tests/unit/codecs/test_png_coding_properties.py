"""PNG rows of generated samples, filters and palettes, compared with a plain reader."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from expunge.errors import ExpungeError
from expunge.imaging.codecs import encode
from expunge.imaging.codecs.png import rows
from expunge.imaging.codecs.png.bands import Inflater
from tests.samples import png
from tests.unit.codecs.drawing import after, assert_only_within, decoded, patch_on

CODINGS = [
    *((0, depth) for depth in (1, 2, 4, 8, 16)),
    *((3, depth) for depth in (1, 2, 4, 8)),
    *((colour, depth) for colour in (2, 4, 6) for depth in (8, 16)),
]
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}


def neighbours(row: bytes, above: bytes, step: int):
    for at in range(len(row)):
        left = row[at - step] if at >= step else 0
        corner = above[at - step] if at >= step else 0
        yield at, left, above[at], corner


def predicted(kind: int, left: int, above: int, corner: int) -> int:
    """Predict a byte exactly as in the third edition, 9.2 and 9.4."""
    if kind == 4:
        estimate = left + above - corner
        distances = [abs(estimate - one) for one in (left, above, corner)]
        return (left, above, corner)[distances.index(min(distances))]
    return (0, left, above, (left + above) // 2)[kind]


def filtered(kind: int, row: bytes, above: bytes, step: int) -> bytes:
    return bytes(
        (row[at] - predicted(kind, *near)) & 0xFF for at, *near in neighbours(row, above, step)
    )


def unfiltered(kind: int, row: bytes, above: bytes, step: int) -> bytes:
    out = bytearray(row)
    for at in range(len(row)):
        left = out[at - step] if at >= step else 0
        corner = above[at - step] if at >= step else 0
        out[at] = (row[at] + predicted(kind, left, above[at], corner)) & 0xFF
    return bytes(out)


ROW = st.integers(1, 40).flatmap(
    lambda size: st.tuples(*[st.binary(min_size=size, max_size=size)] * 2)
)


@given(st.integers(0, 4), ROW, st.sampled_from([1, 2, 3, 4, 6, 8]))
def test_a_filtered_row_follows_the_standard_and_can_be_unfiltered(kind, pair, step):
    row, above = pair
    if step > len(row):
        return
    made = rows.filtered(
        kind, np.frombuffer(row, np.uint8), np.frombuffer(above, np.uint8), step
    ).tobytes()
    assert made == filtered(kind, row, above, step)
    assert unfiltered(kind, made, above, step) == row


@given(st.sampled_from([1, 2, 4, 8, 16]), st.integers(1, 20), st.integers(1, 4), st.data())
def test_samples_are_packed_highest_bit_first(depth, width, channels, data):
    top = (1 << depth) - 1
    count = 2 * width * channels
    flat = data.draw(st.lists(st.integers(0, top), min_size=count, max_size=count))
    kind = np.uint16 if depth == 16 else np.uint8
    samples = np.array(flat, kind).reshape(2, width, channels)
    for packed, row in zip(rows.packed(samples, depth), samples.reshape(2, -1), strict=True):
        bits = "".join(f"{value:0{depth}b}" for value in row.tolist())
        whole = bits.ljust(-(-len(bits) // 8) * 8, "0")
        assert packed.tobytes() == int(whole, 2).to_bytes(len(whole) // 8, "big")


@given(st.binary(max_size=3_000), st.integers(0, 4_000), st.integers(0, 9))
def test_a_stream_is_inflated_up_to_the_given_size(content, size, level):
    assert Inflater(zlib.compress(content, level)).read(max(size, 1)) == content[: max(size, 1)]


@given(st.binary(min_size=1, max_size=3_000), st.data())
def test_a_damaged_stream_is_inflated_up_to_its_defect(content, data):
    stream = bytearray(zlib.compress(content))
    cut = data.draw(st.integers(0, len(stream)))
    whole = Inflater(bytes(stream[:cut])).read(len(content))
    assert content.startswith(whole)
    stream[data.draw(st.integers(2, len(stream) - 1))] ^= data.draw(st.integers(1, 255))
    assert len(Inflater(bytes(stream)).read(len(content))) <= len(content)


@dataclass(frozen=True)
class Made:
    """A PNG and its pixels: colours (height, width, 1 or 3), and opacity or ``None``."""

    file: bytes
    colours: np.ndarray
    alpha: np.ndarray | None
    kinds: list[int]


@st.composite
def pngs(draw: st.DrawFn) -> Made:
    colour, depth = draw(st.sampled_from(CODINGS))
    width, height = draw(st.integers(1, 24)), draw(st.integers(1, 16))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    top = (1 << depth) - 1
    entries = draw(st.integers(1, 1 << depth)) if colour == 3 else 0
    most = entries - 1 if colour == 3 else top
    samples = rng.integers(0, most + 1, (height, width, CHANNELS[colour]))
    samples = samples.astype(np.uint16 if depth == 16 else np.uint8)
    kinds = rng.integers(0, 5, height).tolist()
    step = max(CHANNELS[colour] * depth // 8, 1)
    stream, above = b"", bytes(-(-width * CHANNELS[colour] * depth // 8))
    for kind, row in zip(kinds, rows.packed(samples, depth), strict=True):
        stream += bytes((kind,)) + filtered(kind, row.tobytes(), above, step)
        above = row.tobytes()
    palette = rng.integers(0, 256, (entries, 3), np.uint8)
    opacity = rng.integers(0, 256, draw(st.integers(0, entries)), np.uint8)
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    chunks = [(b"IHDR", header)]
    chunks += [(b"PLTE", palette.tobytes())] if entries else []
    chunks += [(b"tRNS", opacity.tobytes())] if len(opacity) else []
    idat = zlib.compress(stream, draw(st.integers(0, 9)))
    cut = draw(st.integers(1, len(idat)))
    chunks += [(b"IDAT", idat[:cut]), (b"IDAT", idat[cut:]), (b"IEND", b"")]
    file = png.SIGNATURE + b"".join(png.chunk(*one) for one in chunks)
    if colour == 3:
        alpha = np.full(entries, 255, np.uint8)
        alpha[: len(opacity)] = opacity
        shown = alpha[samples[..., 0]] if len(opacity) else None
        return Made(file, palette[samples[..., 0]], shown, kinds)
    scale = 255 // top if depth < 8 else 1
    if colour in (4, 6):
        return Made(file, samples[..., :-1], samples[..., -1], kinds)
    return Made(file, samples * scale, None, kinds)


def stream_of(file: bytes) -> bytes:
    """Return the filtered rows."""
    return zlib.decompress(b"".join(part[8:-4] for name, part in png.walk(file) if name == b"IDAT"))


def grey_or_colour(pixels: np.ndarray, like: np.ndarray) -> np.ndarray:
    """Convert pixels to the number of channels of another image."""
    return np.broadcast_to(pixels, like.shape) if pixels.shape[-1] == 1 else pixels


@given(pngs())
def test_a_decoded_image_matches_its_samples(made):
    found = decoded(made.file)
    np.testing.assert_array_equal(found.pixels, grey_or_colour(made.colours, found.pixels))
    if made.alpha is None:
        assert found.alpha is None or (found.alpha == (1 << found.depth) - 1).all()
    else:
        np.testing.assert_array_equal(found.alpha, made.alpha)


@given(pngs(), st.data())
def test_an_edit_is_exact_and_keeps_filtered_rows_outside(made, data):
    before = decoded(made.file)
    height, width = before.pixels.shape[:2]
    left, top = data.draw(st.integers(0, width - 1)), data.draw(st.integers(0, height - 1))
    right, bottom = data.draw(st.integers(left + 1, width)), data.draw(st.integers(top + 1, height))
    value = data.draw(st.integers(0, (1 << before.depth) - 1))
    box = (left, top, right, bottom)
    encoded = encode(before, [patch_on(before, box, value)])
    now = after(encoded)
    assert encoded.exact
    assert_only_within(before, now, box)
    visible = np.ones((height, width), bool)
    if before.alpha is not None:
        visible = before.alpha > 0  # invisible pixels may stay unchanged
    inside = now.pixels[top:bottom, left:right][visible[top:bottom, left:right]]
    assert (inside == value).all()
    old, new = stream_of(made.file), stream_of(encoded.data)
    if made.file[8:33] == encoded.data[8:33]:  # else all are re-encoded
        size = len(old) // height
        for row in (*range(top), *range(bottom + 1, height)):
            assert old[row * size : (row + 1) * size] == new[row * size : (row + 1) * size]


@given(pngs(), st.integers(5, 255))
def test_an_unknown_filter_is_rejected_without_a_crash(made, kind):
    parts = png.walk(made.file)
    stream = bytearray(stream_of(made.file))
    stream[0] = kind
    place = [name for name, _ in parts].index(b"IDAT")
    kept = [part for name, part in parts if name != b"IDAT"]
    kept.insert(place, png.chunk(b"IDAT", zlib.compress(bytes(stream))))

    with pytest.raises(ExpungeError):
        decoded(png.SIGNATURE + b"".join(kept))
