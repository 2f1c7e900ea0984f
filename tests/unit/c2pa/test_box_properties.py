"""JUMBF boxes and hashed pieces, truncated, changed and grouped in generated ways."""

from __future__ import annotations

import hashlib
import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.c2pa.builder import box, store, superbox
from tests.unit.c2pa.test_bindings import PIECES
from tests.unit.c2pa.test_jumbf import packets, trees

from expunge.errors import MalformedImage
from expunge.imaging.provenance.c2pa import AssetHasher, assemble_app11, boxes, jumbf
from expunge.imaging.provenance.c2pa.verdict import Mismatch


def every(found: tuple[jumbf.Superbox, ...]):
    for one in found:
        yield one
        yield from every(one.children)


@given(trees)
def test_the_span_of_a_box_is_its_position(data):
    for found in every(jumbf.parse(data)):
        start, length = found.span
        assert data[start : start + length] == box(b"jumb", bytes(found.payload))
        assert jumbf.parse(data[start : start + length])[0].payload == found.payload


@given(trees.map(lambda tree: store(tree, tree)), st.data())
def test_a_truncated_store_is_read_up_to_the_cut_and_the_fault_is_reported(data, draw):
    cut = draw.draw(st.integers(0, len(data) - 1))
    faults: list[str] = []
    found = [one.label for one in every(jumbf.parse(data[:cut], faults))]
    whole = [one.label for one in every(jumbf.parse(data))]
    assert found == whole[: len(found)]
    assert faults or cut == 0
    if faults:
        at = re.search(r"at its byte (\d+)", faults[0])
        assert at
        assert int(at[1]) <= cut
        with pytest.raises(MalformedImage):
            jumbf.parse(data[:cut])


@given(trees.map(store), st.data())
def test_a_changed_byte_of_a_store_is_read_or_reported(data, draw):
    out = bytearray(data)
    out[draw.draw(st.integers(0, len(out) - 1))] = draw.draw(st.integers(0, 255))
    faults: list[str] = []
    tolerated = jumbf.parse(bytes(out), faults)
    if faults:
        with pytest.raises(MalformedImage, match=re.escape(faults[0])):
            jumbf.parse(bytes(out))
    else:
        assert jumbf.parse(bytes(out)) == tolerated
    for found in every(tolerated):
        start, length = found.span
        assert 0 <= start <= start + length <= len(out) + 8


@given(st.integers(1, jumbf.MAX_DEPTH + 4), st.integers(0, 3))
def test_depth_is_bounded_with_any_sibling_boxes(depth, beside):
    data = b""
    for _ in range(depth):
        data = superbox(b"c2as", "a", *[box(b"free")] * beside, data)
    if depth <= jumbf.MAX_DEPTH + 1:
        assert len(list(every(jumbf.parse(data)))) == depth
    else:
        with pytest.raises(MalformedImage, match="deeply"):
            jumbf.parse(data)


@given(
    st.lists(st.binary(min_size=1, max_size=200), min_size=1, max_size=3),
    st.integers(1, 90),
    st.randoms(use_true_random=False),
)
def test_stores_in_many_segments_are_joined_in_any_mixture(contents, size, luck):
    stores = [store(box(b"free", content)) for content in contents]
    queues = [packets(data, instance=n, size=size) for n, data in enumerate(stores, 1)]
    order = [n for n, queue in enumerate(queues) for _ in queue]
    luck.shuffle(order)
    first = sorted({n: order.index(n) for n in order}.items(), key=lambda pair: pair[1])
    mixed = [queues[n].pop(0) for n in order]
    assert assemble_app11(mixed) == [stores[n] for n, _ in first]


@st.composite
def hashed_files(draw: st.DrawFn) -> tuple[str, dict, list[tuple[str, bytes]]]:
    """A file's pieces in random hashed groups. The store is a separate group."""
    media_type = draw(st.sampled_from(sorted(PIECES)))
    pieces = list(PIECES[media_type])
    at = [name for name, _ in pieces].index("C2PA")
    cuts = {at, at + 1, *draw(st.sets(st.integers(1, len(pieces) - 1)))}
    skip = media_type == "image/png" and draw(st.booleans())
    edges = sorted({int(skip), len(pieces), *(cut for cut in cuts if cut > skip)})
    entries = []
    for start, end in pairwise(edges):
        run = pieces[start:end]
        entry = {
            "names": [name for name, _ in run],
            "hash": hashlib.sha256(b"".join(data for _, data in run)).digest(),
        }
        if entry["names"] == ["C2PA"]:
            entry["hash"] = draw(st.binary(max_size=4))
        elif draw(st.integers(0, 4)) == 0:
            entry |= {"excluded": True, "hash": b""}
        entries.append(entry)
    return media_type, {"boxes": entries}, pieces


def file_of(pieces: list[tuple[str, bytes]]) -> bytes:
    return b"".join(data for _, data in pieces)


def fits(assertion: dict, media_type: str, file: bytes) -> bool:
    try:
        return boxes.matches(assertion, "sha256", AssetHasher(file, media_type))
    except Mismatch:
        return False


@given(hashed_files())
def test_pieces_grouped_in_any_way_match_their_file(case):
    media_type, assertion, pieces = case
    assert fits(assertion, media_type, file_of(pieces))
    del assertion["boxes"][-1]
    assert not fits(assertion, media_type, file_of(pieces))


def _in_header(media_type: str, content: bytes, at: int) -> bool:
    """Whether a byte of a manifest store is in a header; a JPEG has one for each segment."""
    start = 0
    while media_type == "image/jpeg" and at >= (end := start + 2 + _length(content, start + 2)):
        start = end
    return at < start + 40


def _length(content: bytes, at: int) -> int:
    return int.from_bytes(content[at : at + 2], "big")


@given(hashed_files(), st.data())
def test_a_changed_byte_is_found_in_a_hashed_piece_and_not_in_an_excluded_one(case, data):
    media_type, assertion, pieces = case
    free = {
        name
        for entry in assertion["boxes"]
        if entry.get("excluded") or entry["names"] == ["C2PA"]
        for name in entry["names"]
    } | ({"PNGh"} if "PNGh" not in assertion["boxes"][0]["names"] else set())
    number = data.draw(st.integers(0, len(pieces) - 1))
    name, content = pieces[number]
    out = bytearray(content)
    at = data.draw(st.integers(0, len(content) - 1))
    out[at] ^= data.draw(st.integers(1, 255))
    pieces[number] = (name, bytes(out))
    fit = fits(assertion, media_type, file_of(pieces))
    if name not in free:
        assert not fit
    elif name == "C2PA" and not _in_header(media_type, content, at):  # headers identify a piece
        assert fit


@given(hashed_files(), st.data())
def test_inserted_removed_or_swapped_pieces_are_found(case, data):
    media_type, assertion, pieces = case
    number = data.draw(st.integers(1, len(pieces) - 2))
    way = data.draw(st.sampled_from(["in", "out", "exchange"]))
    if way == "in":
        pieces.insert(number, ("COM", b"\xff\xfe\0\3x") if media_type == "image/jpeg"
                      else ("tEXt", b"\0\0\0\1tEXtx\0\0\0\0"))  # fmt: skip
    elif way == "out":
        del pieces[number]
    else:
        pieces[number], pieces[number + 1] = pieces[number + 1], pieces[number]
    assert not fits(assertion, media_type, file_of(pieces))


@given(st.sampled_from(sorted(PIECES)), st.binary(max_size=60), st.data())
def test_any_bytes_are_pieces_or_a_mismatch(media_type, tail, data):
    whole = file_of(PIECES[media_type])
    file = whole[: data.draw(st.integers(0, len(whole)))] + tail
    entries = [{"names": [name], "hash": b""} for name, _ in PIECES[media_type]]
    assert not fits({"boxes": entries}, media_type, file) or tail == b""
