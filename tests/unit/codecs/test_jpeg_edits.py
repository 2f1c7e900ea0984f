"""A JPEG's edits stay within the MCUs that they touch."""

import io

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from expunge.imaging.codecs import encode
from expunge.imaging.codecs.jpeg import entropy, stream, targets
from expunge.imaging.codecs.jpeg.frame import read_frame
from expunge.imaging.codecs.jpeg.huffman import HuffmanTable
from expunge.imaging.containers.block import Kind
from tests.samples import jpeg
from tests.unit.codecs.drawing import (
    Box,
    after,
    assert_only_within,
    decoded,
    drawn,
    file_of,
    oriented,
    patch_on,
)

SAMPLINGS = {"4:4:4": (1, 1), "4:2:2": (2, 1), "4:2:0": (2, 2), "4:1:1": (4, 1), "4:4:0": (1, 2)}
_OPENCV = {
    "4:4:4": cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444,
    "4:2:2": cv2.IMWRITE_JPEG_SAMPLING_FACTOR_422,
    "4:2:0": cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420,
    "4:1:1": cv2.IMWRITE_JPEG_SAMPLING_FACTOR_411,
    "4:4:0": cv2.IMWRITE_JPEG_SAMPLING_FACTOR_440,
}


def touched(box: Box, sampling: str) -> Box:
    """Return the box of touched MCUs, plus one chroma sample, since decoders interpolate chroma."""
    across, down = SAMPLINGS[sampling]
    wide, high = 8 * across, 8 * down
    left, top, right, bottom = box
    return (
        left // wide * wide - across,
        top // high * high - down,
        -(-right // wide) * wide + across,
        -(-bottom // high) * high + down,
    )


def jpeg_of(width: int, height: int, sampling: str, quality: int, interval: int, *, tight: bool):
    options = [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_RST_INTERVAL, interval]
    options += [cv2.IMWRITE_JPEG_SAMPLING_FACTOR, _OPENCV[sampling]]
    options += [cv2.IMWRITE_JPEG_OPTIMIZE, int(tight)]
    return cv2.imencode(".jpg", drawn(width, height), options)[1].tobytes()


@st.composite
def edits(draw):
    """Draw a size and a box in it."""
    width, height = draw(st.integers(1, 90)), draw(st.integers(1, 90))
    left, top = draw(st.integers(0, width - 1)), draw(st.integers(0, height - 1))
    right, bottom = draw(st.integers(left + 1, width)), draw(st.integers(top + 1, height))
    return (width, height), (left, top, right, bottom)


@given(
    edits(),
    st.sampled_from(sorted(SAMPLINGS)),
    st.integers(30, 100),
    st.sampled_from([0, 1, 3, 7]),
    st.booleans(),
    st.integers(0, 255),
)
@settings(max_examples=60, deadline=None)
def test_coefficients_outside_the_touched_mcus_do_not_change(
    edit, sampling, quality, interval, tight, value
):
    (width, height), box = edit
    before = decoded(jpeg_of(width, height, sampling, quality, interval, tight=tight))
    encoded = encode(before, [patch_on(before, box, value)])
    assert encoded.exact
    assert_only_within(before, after(encoded), touched(box, sampling))


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_an_edit_is_at_its_displayed_position(mode, orientation):
    image = Image.fromarray(drawn(70, 50)).convert(mode)
    before = decoded(file_of(image, "JPEG", quality=95, subsampling=0, **oriented(orientation)))
    box = (20, 16, 34, 28)
    encoded = encode(before, [patch_on(before, box)])
    now = after(encoded)
    inside = now.pixels[16:28, 20:34].astype(int)
    assert encoded.exact
    assert now.source.layout.orientation == orientation
    assert np.abs(inside - 60).mean() < 4
    assert np.abs(now.pixels.astype(int) - before.pixels).any(axis=-1).sum() <= 40 * 40


def test_tables_sampling_and_restart_interval_are_preserved():
    file = jpeg_of(97, 61, "4:2:2", 83, 5, tight=False)
    before = decoded(file)
    now = after(encode(before, [patch_on(before, (30, 30, 50, 50))]))
    old, new = read_frame(file), read_frame(now.source.data)
    assert old.components == new.components
    assert old.scans[0].restart_interval == new.scans[0].restart_interval == 5
    for place, table in old.scans[0].quantisers.items():
        np.testing.assert_array_equal(table, new.scans[0].quantisers[place])


def one_scan_a_component(*, tight: bool) -> bytes:
    """Join three grey JPEGs into one, as Y, Cb and Cr in separate scans."""
    pixels = np.asarray(Image.fromarray(drawn(75, 45)).convert("YCbCr"))
    files = [file_of(pixels[..., n], "JPEG", quality=88, optimize=tight) for n in range(3)]
    frame = bytes((8, 0, 45, 0, 75, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0))
    out = b"\xff\xd8"
    for number, file in enumerate(files):
        for marker, part in jpeg.walk(file):
            if marker == 0xDB and number == 0:
                out += part + jpeg.segment(0xC0, frame)
            elif marker == 0xC4:
                out += part
            elif marker == 0xDA:
                header_end = 4 + part[3] - 2
                scan = bytes((1, number + 1, 0x00, 0, 63, 0))
                out += jpeg.segment(0xDA, scan) + part[header_end:]
    return out + b"\xff\xd9"


@pytest.mark.parametrize("tight", [False, True])
def test_components_in_separate_scans_are_edited(tight):
    before = decoded(one_scan_a_component(tight=tight))
    box = (50, 22, 63, 40)
    encoded = encode(before, [patch_on(before, box, 20)])
    assert encoded.exact
    assert len(read_frame(encoded.data).scans) == 3
    assert_only_within(before, after(encoded), touched(box, "4:4:4"))


def test_a_flat_fill_removes_everything_that_it_covers():
    """Two images that differ only under the patch give the same result there."""
    files = []
    for seed in (1, 2):
        pixels = drawn(64, 64, seed=3)
        pixels[16:48, 16:48] = drawn(32, 32, seed=seed)
        files.append(file_of(pixels, "JPEG", quality=90, subsampling=2))
    filled = []
    for file in files:
        before = decoded(file)
        now = after(encode(before, [patch_on(before, (16, 16, 48, 48), 128)]))
        filled.append(now.pixels[18:46, 18:46])
    np.testing.assert_array_equal(*filled)


def test_a_patch_without_a_change_returns_the_same_bytes():
    file = jpeg_of(64, 48, "4:2:0", 80, 0, tight=False)
    before = decoded(file)
    same = patch_on(before, (8, 8, 24, 24))
    same.pixels[...] = before.pixels[8:24, 8:24]
    assert encode(before, [same]).data == file
    assert encode(before, []).data == file


@pytest.mark.parametrize("subsampling", [0, 1, 2])
def test_a_progressive_image_stays_progressive_and_nearly_identical(subsampling):
    file = file_of(drawn(120, 90), "JPEG", quality=85, subsampling=subsampling, progressive=True)
    before = decoded(file)
    encoded = encode(before, [patch_on(before, (40, 40, 56, 56))])
    now = after(encoded)
    difference = np.abs(now.pixels.astype(int) - before.pixels)
    difference[32:72, 32:72] = 0
    assert not encoded.exact
    assert difference.max() <= 24
    assert difference.mean() < 0.5
    with Image.open(io.BytesIO(encoded.data)) as image:
        assert image.info["progressive"]


def test_a_requested_quality_applies_to_the_whole_image():
    before = decoded(jpeg_of(64, 48, "4:4:4", 95, 0, tight=False))
    patch = patch_on(before, (8, 8, 24, 24))
    low, high = encode(before, [patch], quality=20), encode(before, [patch], quality=90)
    assert not low.exact
    assert len(low.data) < len(high.data)


@pytest.mark.parametrize("at_once", [1, 3])
def test_an_edit_gives_the_same_file_however_many_mcus_are_gathered_together(monkeypatch, at_once):
    """Two patches that share rows and cross the right and lower edge, where MCUs are cut off."""
    before = decoded(jpeg_of(90, 70, "4:2:0", 90, 0, tight=False))
    patches = [patch_on(before, (5, 20, 30, 60)), patch_on(before, (50, 33, 90, 70))]
    together = encode(before, patches).data
    monkeypatch.setattr(targets, "_AT_ONCE", at_once)
    assert encode(before, patches).data == together


def test_parallel_lanes_find_the_same_blocks_as_one_reader(monkeypatch):
    """Lanes of any length, read in parallel or one after another, give the same blocks."""
    file = jpeg_of(200, 160, "4:2:0", 97, 0, tight=True)
    frame = read_frame(file)
    scan = frame.scans[0]
    made, units = stream.Stream.of(file, scan), stream.Units.of(frame, scan)
    monkeypatch.setattr(entropy, "_LANE", 1 << 40)
    alone = entropy.block_bits(made, scan, units)
    for lane, before, few in ((2048, 0, 0), (2048, 64, 1 << 20), (3333, 256, 5), (4096, 1024, 48)):
        monkeypatch.setattr(entropy, "_LANE", lane)
        monkeypatch.setattr(entropy, "_BEFORE", before)
        monkeypatch.setattr(entropy, "_FEW", few)
        found = entropy.block_bits(made, scan, units)
        np.testing.assert_array_equal(np.stack(found), np.stack(alone))


@given(
    st.sets(st.integers(0, 255), min_size=1, max_size=40), st.sets(st.integers(0, 255), max_size=60)
)
def test_a_grown_huffman_table_has_a_code_for_every_symbol(own, wanted):
    """Start from the fullest possible table: one code of each length, the others 16 bits long."""
    symbols = sorted(own)
    short = symbols[:15]
    counts = (*tuple(int(n < len(short)) for n in range(15)), len(symbols) - len(short))
    table = HuffmanTable(counts, tuple(symbols))
    if not table.is_sound:
        return
    grown = table.with_symbols(wanted)
    assert grown.is_sound
    assert set(grown.symbols) == own | wanted
    assert grown.extends(table) or (grown.lengths[symbols] != table.lengths[symbols]).any()


@pytest.mark.parametrize("drop", [False, True])
def test_second_images_stay_indexed_or_are_removed(drop):
    second = file_of(drawn(32, 24), "JPEG")
    before = decoded(jpeg.with_second_picture(second))
    assert any(block.kind is Kind.PICTURE for block in before.source.layout.blocks)
    encoded = encode(before, [patch_on(before, (4, 4, 20, 20))], drop_previews=drop)
    now = after(encoded).source.layout.blocks
    found = [bytes(block.data) for block in now if block.kind is Kind.PICTURE]
    assert found == ([] if drop else [second])
