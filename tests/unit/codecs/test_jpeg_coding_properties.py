"""JPEG entropy coding of generated tables and coefficients, compared with a plain reader."""

from __future__ import annotations

import contextlib
import io
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from expunge.errors import ExpungeError
from expunge.imaging.codecs import encode
from expunge.imaging.codecs.jpeg.blocks import read_blocks
from expunge.imaging.codecs.jpeg.entropy import block_bits
from expunge.imaging.codecs.jpeg.frame import NotInPlace, read_frame
from expunge.imaging.codecs.jpeg.huffman import LONGEST
from expunge.imaging.codecs.jpeg.stream import Stream, Units
from expunge.imaging.codecs.jpeg.transform import blocks_of, samples_of
from tests.unit.codecs.drawing import decoded, patch_on
from tests.unit.codecs.jpeg_files import coefficients, drawn_blocks, jpegs, tables

SYMBOLS = st.sets(st.integers(0, 255), min_size=1, max_size=200)


@given(SYMBOLS.flatmap(tables))
def test_no_code_is_a_prefix_of_another_and_lookup_finds_each(table):
    assert table.is_sound
    codes = sorted(
        (int(table.codes[s]) << (LONGEST - int(table.lengths[s])), int(table.lengths[s]), s)
        for s in table.symbols
    )
    for (first, length, _), (second, _, _) in pairwise(codes):
        assert first + (1 << (LONGEST - length)) <= second
    for first, length, symbol in codes:
        last = first + (1 << (LONGEST - length)) - 1
        assert table.lookup[first] == table.lookup[last] == length << 8 | symbol
    assert table.lookup[-1] == 0, "the code of nothing but ones stays free"


@given(SYMBOLS.flatmap(tables), st.sets(st.integers(0, 255), max_size=60))
def test_any_symbols_can_be_added_and_extends_says_whether_codes_stay(table, wanted):
    grown = table.with_symbols(wanted)
    assert grown.is_sound
    assert set(grown.symbols) == set(table.symbols) | wanted
    assert grown.lookup[-1] == 0
    same = {s for s in table.symbols if grown.codes[s] == table.codes[s]
            and grown.lengths[s] == table.lengths[s]}  # fmt: skip
    assert grown.extends(table) == (same == set(table.symbols))


@given(jpegs())
def test_decoded_coefficients_equal_the_encoded_ones(made):
    frame = read_frame(made.file)
    (scan,) = frame.scans
    stream, units = Stream.of(made.file, scan), Units.of(frame, scan)
    starts, ends = block_bits(stream, scan, units)
    assert len(starts) == len(made.blocks)
    assert (starts < ends).all()
    found = read_blocks(stream, starts, *made.tables)
    np.testing.assert_array_equal(found, made.blocks)


@given(jpegs())
def test_a_plain_reader_and_a_library_read_the_same_file(made):
    found = coefficients(made.file)
    for index, blocks in enumerate(found):
        mine = made.blocks[made.kinds == index]
        assert [block[1:] for block in blocks] == mine[:, 1:].tolist()
    with Image.open(io.BytesIO(made.file)) as image:
        image.load()


@given(jpegs(), st.data())
def test_an_edit_changes_only_coefficients_of_the_mcus_that_it_touches(made, data):
    before = decoded(made.file)
    height, width = before.pixels.shape[:2]
    left, top = data.draw(st.integers(0, width - 1)), data.draw(st.integers(0, height - 1))
    right = data.draw(st.integers(left + 1, min(width, left + 20)))
    bottom = data.draw(st.integers(top + 1, min(height, top + 20)))
    encoded = encode(before, [patch_on(before, (left, top, right, bottom))])
    if not encoded.exact:
        return
    frame = read_frame(made.file)
    single = len(frame.components) == 1
    wide, high = (8, 8) if single else (8 * frame.most_across, 8 * frame.most_down)
    columns = -(-width // wide)
    old, new = coefficients(made.file), coefficients(encoded.data)
    for index, component in enumerate(frame.components):
        each = 1 if single else component.across * component.down
        assert len(old[index]) == len(new[index])
        for number, (was, now) in enumerate(zip(old[index], new[index], strict=True)):
            row, column = divmod(number // each, columns)
            touched = (
                left < (column + 1) * wide and column * wide < right
                and top < (row + 1) * high and row * high < bottom
            )  # fmt: skip
            assert touched or was == now, (index, row, column)


@given(jpegs(), st.data())
def test_damaged_data_is_edited_rejected_or_re_encoded_without_a_crash(made, data):
    file = bytearray(made.file)
    start = made.file.index(b"\xff\xda")
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(2, len(file) - 1) | st.integers(start, len(file) - 1))
        file[at] = data.draw(st.sampled_from([0, 0xFF, 0xD3]) | st.integers(0, 255))
    with contextlib.suppress(NotInPlace, ExpungeError):
        frame = read_frame(bytes(file))
        for scan in frame.scans:
            stream = Stream.of(bytes(file), scan)
            starts, ends = block_bits(stream, scan, Units.of(frame, scan))
            assert (starts <= ends).all()
            assert ends[-1] <= 8 * len(stream.data)
    with contextlib.suppress(ExpungeError):
        before = decoded(bytes(file))
        encode(before, [patch_on(before, (0, 0, 1, 1))])


@given(jpegs(), st.integers(0, 63))
def test_a_quantisation_step_of_zero_is_re_encoded_as_one(made, place):
    file = bytearray(made.file)
    file[made.file.index(b"\xff\xdb") + 5 + place] = 0
    before = decoded(bytes(file))
    encoded = encode(before, [patch_on(before, (0, 0, 1, 1), 61)])
    if encoded.data != bytes(file):
        (scan,) = read_frame(encoded.data).scans
        assert min(table.min() for table in scan.quantisers.values()) == 1


@given(st.integers(0, 2**32), st.binary(min_size=64, max_size=64))
def test_the_inverse_transform_restores_the_coefficients(seed, steps):
    blocks = drawn_blocks(np.random.default_rng(seed), 5, 0.3) // 8
    quantiser = np.maximum(np.frombuffer(steps, np.uint8), 1).astype(np.float32)
    np.testing.assert_array_equal(blocks_of(samples_of(blocks, quantiser), quantiser), blocks)


@given(jpegs(), st.integers(1, 12))
def test_a_truncated_scan_has_no_blocks_after_its_end(made, cut):
    body, end = made.file[:-2], made.file[-2:]
    start = read_frame(made.file).scans[0].start
    if len(body) - cut <= start:
        return
    frame = read_frame(body[:-cut] + end)
    scan = frame.scans[0]
    stream = Stream.of(body[:-cut] + end, scan)
    with contextlib.suppress(NotInPlace):
        _, ends = block_bits(stream, scan, Units.of(frame, scan))
        assert ends[-1] <= 8 * len(stream.data)
