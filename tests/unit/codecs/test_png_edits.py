"""Edits of a PNG of any depth and colour type change nothing else."""

import contextlib
import struct
import zlib

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from expunge.errors import ExpungeError, MalformedImage, UnsupportedMediaType
from expunge.imaging.codecs import encode
from expunge.imaging.source import Source
from tests.samples import png
from tests.unit.codecs.drawing import (
    after,
    assert_only_within,
    decoded,
    drawn,
    file_of,
    oriented,
    patch_on,
)

WIDTH, HEIGHT = 37, 23
BOX = (5, 4, 17, 13)


def deep(channels: int) -> bytes:
    pixels = (drawn(WIDTH, HEIGHT, 4).astype(np.uint16) * 257 + 11)[..., :channels]
    return cv2.imencode(".png", np.squeeze(pixels))[1].tobytes()


def small_grey(depth: int) -> bytes:
    """Build a grey PNG of 2 or 4 bits chunk by chunk, since Pillow cannot write it."""
    values = np.random.default_rng(1).integers(0, 1 << depth, (HEIGHT, WIDTH), np.uint8)
    bits = values[..., None] >> np.arange(depth - 1, -1, -1, dtype=np.uint8) & 1
    rows = np.packbits(bits.reshape(HEIGHT, -1), axis=1)
    stream = b"".join(b"\0" + row.tobytes() for row in rows)
    return _png_file(depth, 0, stream)


def _png_file(depth: int, colour: int, stream: bytes, *, interlaced: bool = False) -> bytes:
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, depth, colour, 0, 0, int(interlaced))
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(stream)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(png.chunk(name, content) for name, content in chunks)


def interlaced() -> tuple[bytes, np.ndarray]:
    """Return an RGB image in seven passes (third edition, 8.2), and its pixels."""
    pixels = drawn(WIDTH, HEIGHT)
    stream = b""
    for x, y, across, down in (
        (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2),
        (0, 1, 1, 2),
    ):  # fmt: skip
        for row in pixels[y::down, x::across]:
            stream += b"\0" + row.tobytes()
    return _png_file(8, 2, stream, interlaced=True), pixels


def palette(colours: int, **options) -> bytes:
    image = Image.fromarray(drawn(WIDTH, HEIGHT)).quantize(colours)
    return file_of(image, "PNG", **options)


FILES = {
    "RGB": file_of(drawn(WIDTH, HEIGHT), "PNG"),
    "RGBA": file_of(drawn(WIDTH, HEIGHT, 4), "PNG"),
    "grey": file_of(drawn(WIDTH, HEIGHT)[..., 0], "PNG"),
    "grey and alpha": file_of(Image.fromarray(drawn(WIDTH, HEIGHT, 4)).convert("LA"), "PNG"),
    "grey, 1 bit": small_grey(1),
    "grey, 2 bits": small_grey(2),
    "grey, 4 bits": small_grey(4),
    "grey, 16 bits": deep(1),
    "RGB, 16 bits": deep(3),
    "RGBA, 16 bits": deep(4),
    "palette of 200": palette(200),
    "palette of 16": palette(16),
    "palette of 2": palette(2),
    "palette with alpha": palette(40, transparency=bytes(range(0, 240, 6))),
    "interlaced": interlaced()[0],
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("value", [0, 60, 255])
def test_nothing_outside_the_patch_changes(name, value):
    before = decoded(FILES[name])
    encoded = encode(before, [patch_on(before, BOX, value)])
    now = after(encoded)
    assert encoded.exact
    assert_only_within(before, now, BOX)
    assert (now.pixels[4:13, 5:17] == value).all()


@pytest.mark.parametrize("name", FILES)
def test_without_a_patch_the_bytes_are_identical(name):
    before = decoded(FILES[name])
    assert encode(before, []).data == FILES[name]


@pytest.mark.parametrize("name", ["RGB", "RGBA", "grey, 16 bits", "RGB, 16 bits", "palette of 200"])
def test_depth_and_colour_type_are_preserved(name):
    before = decoded(FILES[name])
    now = after(encode(before, [patch_on(before, BOX)]))
    assert FILES[name][24:26] == now.source.data[24:26]


def test_a_small_palette_grows():
    before = decoded(FILES["palette of 16"])
    now = after(encode(before, [patch_on(before, BOX)]))
    assert FILES["palette of 16"][24:26] == b"\4\3"
    assert now.source.data[24:26] == b"\10\3"


def test_indices_past_the_palette_keep_their_colour_when_it_grows():
    file = FILES["palette of 16"]
    at = file.index(b"PLTE") - 4
    short = png.chunk(b"PLTE", file[at + 8 : at + 8 + 3 * 10])
    before = decoded(file[:at] + short + file[at + 12 + 3 * 16 :])
    now = after(encode(before, [patch_on(before, BOX)]))
    assert_only_within(before, now, BOX)


def test_a_full_palette_becomes_rgb():
    pixels = drawn(WIDTH, HEIGHT)
    pixels.reshape(-1, 3)[:256] = np.arange(256)[:, None]
    before = decoded(file_of(Image.fromarray(pixels).quantize(256), "PNG"))
    now = after(encode(before, [patch_on(before, BOX, 61)]))
    assert_only_within(before, now, BOX)


def test_a_16_bit_image_keeps_16_bits():
    before = decoded(FILES["RGB, 16 bits"])
    assert before.depth == 16
    assert before.pixels.max() > 255
    now = after(encode(before, [patch_on(before, BOX, 40_000)]))
    assert (now.pixels[4:13, 5:17] == 40_000).all()


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("where", ["exif", "xmp"])
def test_an_edit_is_at_its_displayed_position(orientation, where):
    pixels = drawn(WIDTH, HEIGHT)
    if where == "exif":
        file = file_of(pixels, "PNG", **oriented(orientation))
    else:
        packet = b'<rdf tiff:Orientation="%d"/>' % orientation
        text = png.chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + packet)
        file = png.inserted(file_of(pixels, "PNG"), text)
    before = decoded(file)
    now = after(encode(before, [patch_on(before, BOX)]))
    assert now.source.layout.orientation == orientation
    assert_only_within(before, now, BOX)
    assert (now.pixels[4:13, 5:17] == 60).all()


def test_other_chunks_do_not_change():
    chunks = [
        png.chunk(b"gAMA", struct.pack(">I", 45455)),
        png.chunk(b"cICP", bytes((9, 16, 0, 1))),
        png.chunk(b"pHYs", bytes(9)),
        png.chunk(b"tEXt", b"Comment\0here"),
    ]
    before = decoded(png.inserted(FILES["RGB"], *chunks))
    encoded = encode(before, [patch_on(before, BOX)])
    assert all(chunk in encoded.data for chunk in chunks)


def test_an_edit_in_the_transparent_colour_stays_visible():
    key = png.chunk(b"tRNS", struct.pack(">HHH", 60, 60, 60))
    before = decoded(png.inserted(FILES["RGB"], key))
    now = after(encode(before, [patch_on(before, BOX, 60)]))
    assert (now.alpha[4:13, 5:17] == 255).all()
    assert np.abs(now.pixels[4:13, 5:17].astype(int) - 60).max() <= 1


def test_interlaced_pixels_are_decoded_correctly():
    file, pixels = interlaced()
    np.testing.assert_array_equal(decoded(file).pixels, pixels)


def test_a_truncated_file_shows_the_rows_before_its_end():
    pixels = np.random.default_rng(1).integers(0, 255, (200, 100, 3), np.uint8)
    whole = file_of(pixels, "PNG")
    shown = decoded(whole[: len(whole) // 2]).pixels
    np.testing.assert_array_equal(shown[:60], pixels[:60])
    assert not shown[190:].any()


def test_animations_are_refused():
    frames = [Image.fromarray(drawn(20, 20, seed=seed)) for seed in (1, 2)]
    file = file_of(frames[0], "PNG", save_all=True, append_images=frames[1:])
    with pytest.raises(UnsupportedMediaType, match="animation"):
        decoded(file)


@given(
    st.sampled_from(sorted(FILES)),
    st.integers(1, 12),
    st.integers(1, 12),
    st.data(),
)
@settings(max_examples=50, deadline=None)
def test_any_patch_changes_only_its_own_area(name, width, height, data):
    before = decoded(FILES[name])
    left = data.draw(st.integers(0, WIDTH - width))
    top = data.draw(st.integers(0, HEIGHT - height))
    box = (left, top, left + width, top + height)
    now = after(encode(before, [patch_on(before, box, data.draw(st.integers(0, 255)))]))
    assert_only_within(before, now, box)


@given(st.sampled_from(sorted(FILES)), st.integers(0, 10_000), st.integers(0, 255))
@settings(max_examples=100, deadline=None)
def test_a_damaged_byte_gives_an_image_or_a_clear_error(name, at, value):
    damaged = bytearray(FILES[name])
    damaged[at % len(damaged)] = value
    with contextlib.suppress(ExpungeError):
        before = decoded(bytes(damaged))
        encode(before, [patch_on(before, (0, 0, 1, 1))])


def test_an_impossible_header_is_reported():
    file = bytearray(FILES["RGB"])
    file[24] = 5
    with pytest.raises(MalformedImage, match="IHDR states 5 bits"):
        Source.of(bytes(file)) and decoded(bytes(file))
