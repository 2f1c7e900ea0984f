"""Second pictures of a JPEG: found where the index says or nearly so, and findable afterwards."""

from __future__ import annotations

import struct

from hypothesis import given
from hypothesis import strategies as st

from expunge.imaging.containers.block import Kind
from expunge.imaging.source import Source
from expunge.operations import run
from tests import samples
from tests.samples import jpeg

SECONDS = [
    jpeg.photo("L"),
    jpeg.photo(quality=20),
    samples.encoded(samples.picture("RGB", (16, 16), 3), "JPEG"),
]
VIEW, THUMBNAIL = 0x020002, 0x010001
"""A disparity image and a large thumbnail (CIPA DC-007, table 4)."""


@st.composite
def albums(draw: st.DrawFn) -> tuple[bytes, list[bytes], list[bytes]]:
    """A JPEG with pictures behind it, those of them that stay, and what lies between."""
    seconds = draw(st.lists(st.sampled_from(SECONDS), min_size=1, max_size=4))
    attributes = [draw(st.sampled_from([0, VIEW, THUMBNAIL])) for _ in seconds]
    gaps = [draw(st.sampled_from([b"", b"\0" * 5, b"a secret"])) for _ in seconds]
    metadata = draw(st.lists(st.sampled_from(["exif", "vendor", "comment"]), max_size=2))
    index = jpeg.mp_index([(0, 0, 0)] * (1 + len(seconds)))
    first = jpeg.inserted(jpeg.photo(), *(jpeg.METADATA[name] for name in metadata), index)
    base = first.index(b"MPF\0") + 4
    entries, at = [(0x20030000, len(first), 0)], len(first)
    for second, attribute, gap in zip(seconds, attributes, gaps, strict=True):
        entries.append((attribute, len(second), at + len(gap) - base))
        at += len(gap) + len(second)
    first = first.replace(index, jpeg.mp_index(entries))
    # An editor that puts in a segment and forgets the index is made up for.
    if draw(st.booleans()):
        first = jpeg.inserted(first, jpeg.segment(0xFE, b"x" * draw(st.integers(1, 300))))
    tail = b"".join(gap + second for gap, second in zip(gaps, seconds, strict=True))
    stay = [s for s, a in zip(seconds, attributes, strict=True) if a != THUMBNAIL]
    return first + tail, seconds, stay


def listed(file: bytes) -> list[bytes]:
    """The second pictures by the index in a file, read by the letter of DC-007, 5.2.3."""
    base = file.find(b"MPF\0") + 4
    if base < 4:
        return []
    order = {b"II*\0": "<", b"MM\0*": ">"}[file[base : base + 4]]
    (at,) = struct.unpack_from(order + "I", file, base + 4)
    (count,) = struct.unpack_from(order + "H", file, base + at)
    found = []
    for entry in range(base + at + 2, base + at + 2 + 12 * count, 12):
        tag, _, size, where = struct.unpack_from(order + "HHII", file, entry)
        if tag == 0xB002:
            for place in range(base + where + 16, base + where + size, 16):
                length, offset = struct.unpack_from(order + "II", file, place + 4)
                found.append(file[base + offset : base + offset + length])
    return found


@given(albums())
def test_pictures_are_found_even_where_an_editor_forgot_the_index(case):
    file, seconds, stay = case
    blocks = Source.of(file).layout.blocks
    tail = [b for b in blocks if b.name == "picture"]
    assert [bytes(block.data) for block in tail] == seconds
    assert sum(block.kind is Kind.PICTURE for block in tail) == len(stay)


@given(albums())
def test_a_strip_leaves_an_index_that_leads_to_every_picture_that_stays(case):
    file, _, stay = case
    out = run("metadata", file).image
    assert listed(out) == stay
    assert b"a secret" not in out
    assert jpeg.coded(out) == jpeg.coded(file)
    assert run("metadata", out).image == out


@given(albums(), st.data())
def test_a_changed_index_leads_to_whole_pictures_or_none(case, data):
    file, seconds, _ = case
    out = bytearray(file)
    start = file.index(b"MPF\0")
    for _ in range(data.draw(st.integers(1, 3))):
        at = start + data.draw(st.integers(4, 60 + 16 * len(seconds)))
        out[at] = data.draw(st.sampled_from([0, 1, 0x7F, 0xFF]) | st.integers(0, 255))
    for block in Source.of(bytes(out)).layout.blocks:
        if block.kind is Kind.PICTURE:
            assert Source.of(bytes(block.data)).media_type == "image/jpeg"
