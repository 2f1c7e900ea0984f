"""The C2PA store of a movie or a TIFF file is reported, and goes."""

from __future__ import annotations

import pytest

import expunge
from tests.unit.c2pa.builder import Recipe, store
from tests.unit.movies.mp4 import Movie, Track, box
from tests.unit.tiffs import Tiff

C2PA_UUID = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
TAG = 52545


@pytest.fixture(scope="module")
def credentials():
    return store(Recipe().build())


def movie(credentials):
    purpose = bytes(4) + b"manifest\0" + bytes(8)
    uuid = box(b"uuid", C2PA_UUID, purpose, credentials)
    return Movie([Track(1, b"vide", b"avc1", [b"abc"])], junk=False).file() + uuid


def tiff(credentials):
    return Tiff(extra=[(TAG, 7, credentials)], metadata=False).file()


@pytest.mark.parametrize("make", [movie, tiff])
def test_a_store_is_read_and_removed(make, credentials):
    data = make(credentials)
    report = expunge.run("detect", data).report
    assert report["metadata"]["c2pa"]["present"]
    assert report["metadata"]["c2pa"]["claim_generators"] == ["Example Tool/2.1"]
    assert "Likely AI-generated" in report["overall_assessment"]

    outcome = expunge.run("metadata", data, scope="ai")
    assert b"c2pa" not in outcome.image
    assert "c2pa" in {block["kind"] for block in outcome.report["removed"]}
