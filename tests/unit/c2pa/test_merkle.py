"""Trees of hashes over the media data of a movie."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.c2pa.builder import box

from expunge.imaging.provenance.c2pa import bmff, merkle
from expunge.imaging.provenance.c2pa.asset import AssetHasher
from expunge.imaging.provenance.c2pa.verdict import CannotCheck, Mismatch

HEAD = bytes(16)


def digest(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def rows(leaves: list[bytes]) -> list[list[bytes]]:
    """All rows of a tree, written apart from the code under test."""
    found = [leaves]
    while len(found[-1]) > 1:
        pairs = [found[-1][at : at + 2] for at in range(0, len(found[-1]), 2)]
        found.append([digest(b"".join(pair)) if len(pair) == 2 else pair[0] for pair in pairs])
    return found


def check(tree, *boxes, is_fragmented=False):
    merkle.check([tree], list(map(memoryview, boxes)), "sha256", is_fragmented=is_fragmented)


@given(st.binary(min_size=1, max_size=64), st.integers(1, 9), st.data())
@settings(max_examples=40)
def test_any_row_proves_every_byte_of_the_media_data(media, size, data):
    leaves = [digest(media[at : at + size]) for at in range(0, len(media), size)]
    row = data.draw(st.sampled_from(rows(leaves)))
    sizes = [len(media[at : at + size]) for at in range(0, len(media), size)]
    form = data.draw(st.sampled_from([{"fixedBlockSize": size}, {"variableBlockSizes": sizes}]))
    tree = {"count": len(leaves), "hashes": row, **form}
    check(tree, HEAD + media)
    at = data.draw(st.integers(0, len(media) - 1))
    changed = media[:at] + bytes([media[at] ^ 1]) + media[at + 1 :]
    with pytest.raises(Mismatch):
        check(tree, HEAD + changed)


def test_without_sizes_a_box_is_one_leaf():
    check({"count": 1, "hashes": [digest(b"media")]}, HEAD + b"media")


@pytest.mark.parametrize(
    ("tree", "boxes"),
    [
        ({"count": 2, "hashes": [digest(b"media")]}, [HEAD + b"media"]),
        ({"count": 1, "hashes": []}, [HEAD + b"media"]),
        ({"count": 1, "hashes": [digest(b"media")]}, [HEAD + b"media", HEAD]),
        ({"count": 1, "hashes": [digest(b"media")]}, []),
        ({"count": 1, "hashes": [digest(b"media")], "initHash": b"x"}, [HEAD + b"media"]),
        ({"count": 1, "hashes": [digest(b"media")], "variableBlockSizes": [9]}, [HEAD + b"media"]),
        ({}, [HEAD]),
    ],
)
def test_another_form_than_that_of_the_file_is_a_mismatch(tree, boxes):
    with pytest.raises(Mismatch):
        check(tree, *boxes)


@pytest.mark.parametrize("sizes", [{"fixedBlockSize": 0}, {"variableBlockSizes": [0] * 100_001}])
def test_leaves_are_counted_before_they_are_hashed(sizes):
    with pytest.raises(CannotCheck):
        check({"count": 1, "hashes": [b""], **sizes}, HEAD + b"media")


def test_fragments_are_not_checked():
    with pytest.raises(CannotCheck):
        check({"initHash": b"x"}, HEAD, is_fragmented=True)


def test_the_hash_of_the_file_does_not_stand_in_for_the_media_data():
    file = box(b"ftyp", b"isom") + box(b"mdat", bytes(8), b"media")
    excluded = {"exclusions": [{"xpath": "/mdat"}], "hash": digest(file[:12])}
    tree = {"count": 1, "hashes": [digest(b"media")]}

    def matches(data, trees):
        asset = AssetHasher(data, "video/mp4")
        return bmff.matches(excluded | {"merkle": trees}, 1, "sha256", asset)

    assert matches(file, [tree])
    with pytest.raises(Mismatch):
        matches(file.replace(b"media", b"mediA"), [tree])
