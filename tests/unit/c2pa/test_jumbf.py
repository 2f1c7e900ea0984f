"""JUMBF boxes: complete, split and broken."""

from __future__ import annotations

import re
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.c2pa.builder import box, store, superbox

from expunge.errors import MalformedImage
from expunge.imaging.provenance.c2pa import assemble_app11, jumbf

names = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=10)
trees = st.recursive(
    st.builds(lambda name, data: superbox(b"json", name, box(b"json", data)), names, st.binary()),
    lambda inner: st.builds(
        lambda name, parts: superbox(b"c2as", name, *parts), names, st.lists(inner, max_size=3)
    ),
    max_leaves=8,
)


def written(found):
    """Serialise a parsed tree."""
    return box(b"jumb", bytes(found.payload))


@given(trees)
@settings(max_examples=60, deadline=None)
def test_written_boxes_are_read_back(data):
    (found,) = jumbf.parse(data)
    assert written(found) == data
    assert all(written(child) in data for child in found.children)


@given(st.binary(max_size=200) | st.binary(max_size=60).map(store))
@settings(max_examples=200, deadline=None)
def test_random_bytes_are_read_or_rejected(data):
    faults = []
    tolerated = jumbf.parse(data, faults)
    if faults:
        with pytest.raises(MalformedImage, match=re.escape(faults[0])):
            jumbf.parse(data)
    else:
        assert jumbf.parse(data) == tolerated


def test_a_large_size_field_is_read():
    inner = superbox(b"c2pa", "c2pa", box(b"json", b"{}"))
    data = struct.pack(">I4sQ", 1, b"jumb", len(inner) + 8) + inner[8:]
    (found,) = jumbf.parse(data)
    assert found.label == "c2pa"
    assert found.content(b"json") == b"{}"


def test_nesting_is_bounded():
    data = b""
    for _ in range(1_000):
        data = superbox(b"c2as", "a", data)
    with pytest.raises(MalformedImage, match="deeply"):
        jumbf.parse(data)


def test_the_number_of_boxes_is_bounded():
    with pytest.raises(MalformedImage, match="too many"):
        jumbf.parse(superbox(b"c2pa", "c2pa", box(b"free") * 30_000))


def test_a_truncated_store_is_read_up_to_the_cut():
    children = [superbox(b"c2ma", f"manifest {n}", box(b"json", b"{}")) for n in range(3)]
    faults = []
    (found,) = jumbf.parse(store(*children)[: -len(children[2]) + 4], faults)
    assert [child.label for child in found.children] == ["manifest 0", "manifest 1"]
    assert "past the end" in faults[0]


def test_a_long_label_is_rejected():
    with pytest.raises(MalformedImage, match="description"):
        jumbf.parse(superbox(b"c2pa", "x" * 10_000))


def packets(data, *, instance=1, size=50, first=1):
    """APP11 contents, each with the superbox's header."""
    header, body = data[:8], data[8:]
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    return [
        b"JP" + struct.pack(">HI", instance, number) + header + piece
        for number, piece in enumerate(pieces, first)
    ]


def test_a_store_in_many_segments_is_joined():
    data = store(superbox(b"c2ma", "a", box(b"free", bytes(300))))
    assert assemble_app11(packets(data)) == [data]


def test_stores_are_separated_by_instance_and_other_boxes_ignored():
    one, two = store(box(b"free", b"1" * 99)), store(box(b"free", b"2" * 99))
    other = superbox(b"json", "not.c2pa", box(b"json", b"{}"))
    mixed = [p for pair in zip(packets(one), packets(two, instance=2), strict=True) for p in pair]
    payloads = [b"HDR_RI ver=11", b"", *mixed, *packets(other, instance=3)]
    assert assemble_app11(payloads) == [one, two]


def test_packets_out_of_sequence_are_ignored():
    data = store(box(b"free", bytes(200)))
    first, second, *rest = packets(data)
    joined = assemble_app11([first, *rest, second, first])
    assert joined == [data[: 8 + 50 + 50]]


def test_a_mention_of_c2pa_is_not_a_store():
    assert assemble_app11([b"JP\0\1\0\0\0\1\0\0\0\x40jumb" + b"c2pa" * 14]) == []
