"""JPEG XL's bits: what is written is read back, and a header says what was put into it."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expunge.errors import ImageError, MalformedImage
from expunge.imaging.containers.block import Kind
from expunge.imaging.containers.isobmff.boxes import box_at
from expunge.imaging.containers.jxl import brotli, jbrd
from expunge.imaging.containers.jxl.bits import BitReader, BitWriter
from expunge.imaging.containers.jxl.codestream import Header, read_coding, read_header
from expunge.imaging.source import Source
from expunge.operations import run
from tests import samples
from tests.samples import jpeg, jxl

FIELDS = st.lists(st.integers(0, 70).flatmap(
    lambda count: st.tuples(st.integers(0, (1 << count) - 1), st.just(count))
), max_size=20)  # fmt: skip
WAYS = st.tuples(*[st.tuples(st.integers(0, 20), st.integers(0, 1_000))] * 4)


@given(FIELDS)
def test_fields_are_read_as_they_were_written(fields):
    writer = BitWriter()
    for value, count in fields:
        writer.bits(value, count)
    data, total = writer.written(), sum(count for _, count in fields)
    assert len(data) == -(-total // 8)
    reader = BitReader(data, "a field")
    assert [reader.bits(count) for _, count in fields] == [value for value, _ in fields]
    assert reader.at == total
    reader.align()
    assert reader.at == 8 * len(data)
    with pytest.raises(MalformedImage, match="a field ends early"):
        reader.bits(1)


@given(WAYS, st.data())
def test_a_number_is_written_by_a_way_that_holds_it(ways, data):
    count, offset = data.draw(st.sampled_from(ways))
    value = offset + data.draw(st.integers(0, (1 << count) - 1))
    writer = BitWriter()
    writer.u32(value, *ways)
    assert BitReader(writer.written(), "a number").u32(*ways) == value


@given(st.binary(max_size=20), st.lists(st.integers(0, 40), max_size=12))
def test_nothing_is_read_past_the_end(data, counts):
    reader = BitReader(data, "the data")
    for count in counts:
        try:
            value = reader.bits(count)
        except MalformedImage:
            assert reader.at > 8 * len(data)
            return
        assert value < 1 << count
        assert reader.at <= 8 * len(data)


SIZES = ((9, 1), (13, 1), (18, 1), (30, 1))
RATIOS = {1: (1, 1), 2: (6, 5), 3: (4, 3), 4: (3, 2), 5: (16, 9), 6: (5, 4), 7: (2, 1)}


@st.composite
def sizes(draw: st.DrawFn, bits: BitWriter) -> tuple[int, int]:
    """A SizeHeader (ISO/IEC 18181-1, D.2), and the width and height that it says."""
    small = draw(st.booleans())
    bits.bits(int(small), 1)

    def side() -> int:
        if small:
            eighth = draw(st.integers(0, 31))
            bits.bits(eighth, 5)
            return 8 * (eighth + 1)
        way, value = draw(st.integers(0, 3)), draw(st.integers(0, 9_999))
        value %= 1 << SIZES[way][0]
        bits.bits(way, 2)
        bits.bits(value, SIZES[way][0])
        return value + 1

    height, ratio = side(), draw(st.integers(0, 7))
    bits.bits(ratio, 3)
    if ratio:
        across, down = RATIOS[ratio]
        return height * across // down, height
    return side(), height


@st.composite
def headers(draw: st.DrawFn) -> tuple[bytes, Header]:
    bits = BitWriter()
    width, height = draw(sizes(bits))
    orientation, animated = 1, False
    all_default, extra = draw(st.booleans()), draw(st.booleans())
    bits.bits(int(all_default), 1)
    if not all_default:
        bits.bits(int(extra), 1)
    if extra and not all_default:
        orientation = draw(st.integers(1, 8))
        bits.bits(orientation - 1, 3)
        intrinsic, preview, animated = (draw(st.booleans()) for _ in range(3))
        bits.bits(int(intrinsic), 1)
        if intrinsic:
            draw(sizes(bits))
        bits.bits(int(preview), 1)
        if preview:  # by eights, 16 high, of the ratio 1 : 1
            bits.bits(0b1 | 0b00 << 1 | 0b001 << 3, 6)
        bits.bits(int(animated), 1)
    head = b"\xff\x0a" + bits.written() + draw(st.binary(min_size=9, max_size=60))
    return head, Header(width, height, orientation, animated)


@given(headers())
def test_a_header_says_what_was_put_into_it(case):
    data, header = case
    assert read_header(data) == header


@given(headers(), st.data())
def test_a_header_that_ends_early_is_refused_or_read_whole(case, data):
    head, header = case
    cut = data.draw(st.integers(0, len(head)))
    try:
        found = read_header(head[:cut])
    except MalformedImage:
        return
    assert found == header


@given(st.binary(max_size=80))
def test_any_bytes_are_a_coding_or_refused(data):
    with contextlib.suppress(MalformedImage):
        assert read_coding(b"\xff\x0a" + data).depth >= 0


@given(st.binary(max_size=5_000), st.integers(0, 6_000))
def test_brotli_is_inflated_to_a_limit_and_no_further(content, most):
    stream = brotli.deflate(content)
    if len(content) <= most:
        assert brotli.inflate(stream, most) == content
    else:
        with pytest.raises(ImageError):
            brotli.inflate(stream, most)


SEGMENTS = {
    name: jpeg.METADATA[name] for name in ("exif", "xmp", "iptc", "vendor", "comment", "ducky")
}


@st.composite
def recipes(draw: st.DrawFn) -> bytes:
    """The ``jbrd`` of a JPEG with some segments, and with bytes behind its end or none."""
    names = draw(st.lists(st.sampled_from(sorted(SEGMENTS)), max_size=4, unique=True))
    options = {"progressive": True} if draw(st.booleans()) else {"restart_marker_blocks": 1}
    photo = jpeg.inserted(jpeg.photo(draw(st.sampled_from(["RGB", "L"])), **options))
    file = jxl.transcoded(
        jpeg.inserted(photo, *(SEGMENTS[name] for name in names))
        + draw(st.sampled_from([b"", b"behind" * 9]))
    )
    return recipe_in(file)


def recipe_in(file: bytes) -> bytes:
    at, view = 0, memoryview(file)
    while (box := box_at(view, at, len(view))) is not None:
        if box.type == "jbrd":
            return file[box.body : box.end]
        at = box.end
    raise AssertionError("no jbrd")


@given(recipes())
def test_a_recipe_is_written_as_it_was_read(data):
    recipe = jbrd.read(data)
    assert recipe.written(recipe.parts) == data


@given(recipes(), st.data())
def test_any_parts_of_a_recipe_can_go_and_the_others_are_read_again(data, draw):
    recipe = jbrd.read(data)
    free = [part for part in recipe.parts if part.name != "tail" and part.place > 0
            and part.content is not None and part.kind is not Kind.STRUCTURE]  # fmt: skip
    gone = draw.draw(st.sets(st.sampled_from(range(len(free))))) if free else set()
    dropped = [free[n] for n in gone]
    kept = [part for part in recipe.parts if part not in dropped]
    again = jbrd.read(recipe.written(kept))
    assert [(p.kind, p.name, p.type, p.size, p.content) for p in again.parts] == [
        (p.kind, p.name, p.type, p.size, p.content) for p in kept
    ]
    assert (again.grey, again.middle, again.end) == (recipe.grey, recipe.middle, recipe.end)
    assert len(again.order) == len(recipe.order) - len(dropped)


@given(recipes(), st.data())
def test_a_damaged_recipe_is_read_or_refused(data, draw):
    out = bytearray(data)
    out[draw.draw(st.integers(0, len(out) - 1))] ^= draw.draw(st.integers(1, 255))
    del out[draw.draw(st.integers(1, len(out))) :]
    try:
        recipe = jbrd.read(bytes(out))
    except ImageError:
        return
    again = jbrd.read(recipe.written(recipe.parts))
    assert again.parts == recipe.parts


PARTS = [*jxl.METADATA.values()]


@given(st.lists(st.sampled_from(PARTS), max_size=4), st.booleans(), st.integers(0, 4), st.data())
def test_boxes_anywhere_between_go_and_the_codestream_stays(boxes, before, parts, data):
    file = jxl.boxed(*boxes, before=before, parts=parts)
    source = Source.of(file)
    coded = b"".join(bytes(b.data) for b in source.layout.blocks if b.kind is Kind.CODED)
    out = run("metadata", file).image
    left = Source.of(out).layout.blocks
    assert b"".join(bytes(b.data) for b in left if b.kind is Kind.CODED) == coded
    # EXIF and XMP may stay where they hold what an image needs to be shown, and nothing else.
    assert {b.kind for b in left} <= {Kind.CODED, Kind.STRUCTURE, Kind.EXIF, Kind.XMP}
    private = (b"SECRET", b"Secret", b"An Artist", b"SERIAL", b"Nobody")
    assert not any(word in out for word in private)
    assert samples.pixels(out) == samples.pixels(jxl.bare())
