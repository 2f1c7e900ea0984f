"""A stripped WebM or Matroska file has the same blocks and none of what a secret could hide in."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

import expunge
from expunge.errors import ExpungeError
from expunge.imaging.data import FileData
from expunge.imaging.source import Source
from tests.unit.movies.webm import SECRET, WebM, blocks_in, cue_targets, element, segment_of

payload = st.binary(min_size=1, max_size=24).filter(lambda raw: SECRET[:4] not in raw)
cluster = st.lists(st.tuples(st.integers(1, 2), payload), min_size=1, max_size=4)
CLUSTER, INFO, CUES = 0x1F43B675, 0x1549A966, 0x1C53BB6B


@st.composite
def files(draw):
    flags = {n: draw(st.booleans()) for n in ("live", "groups", "cues", "junk", "metadata_track")}
    return WebM(draw(st.lists(cluster, min_size=1, max_size=3)), **flags)


def plain(**flags):
    return WebM([[(1, b"abc"), (2, b"d")], [(1, b"ef")]], **flags)


def error_code(mode, data):
    """The code of the error in words; any other exception fails the test."""
    try:
        expunge.run(mode, data)
    except ExpungeError as error:
        return error.code
    return None


@given(files())
def test_a_stripped_file_keeps_its_blocks_and_no_secret(movie):
    data = movie.file()
    outcome = expunge.run("metadata", data)
    assert SECRET[:4] not in outcome.image
    if not (movie.live or movie.metadata_track):
        assert blocks_in(outcome.image) == blocks_in(data)
    assert sum(map(len, blocks_in(outcome.image))) == sum(map(len, movie.blocks))
    assert outcome.report["survivors"] == []
    assert expunge.run("metadata", outcome.image).report["changed"] is False


@given(files())
def test_cues_and_seek_head_point_at_what_they_name(movie):
    image = expunge.run("metadata", movie.file()).image
    assert set(cue_targets(image)) <= {CLUSTER, INFO, CUES}
    if movie.cues and not movie.live:
        assert cue_targets(image).count(CLUSTER) == len(movie.blocks)


@given(files())
def test_a_file_on_disk_gives_the_same_bytes(movie):
    data = movie.file()
    on_disk = expunge.run("metadata", FileData(io.BytesIO(data), io.BytesIO))
    assert on_disk.file.getvalue() == expunge.run("metadata", data).image


@given(files(), st.data())
def test_a_damaged_file_is_refused_in_words_or_stripped(movie, draw):
    data = bytearray(movie.file())
    for _ in range(draw.draw(st.integers(1, 4))):
        at = draw.draw(st.integers(4, len(data) - 1))
        data[at] = draw.draw(st.integers(0, 255))
    cut = draw.draw(st.integers(8, len(data)))
    assert error_code("metadata", bytes(data[:cut])) != "rewrite_unproven"
    assert error_code("detect", bytes(data[:cut])) != "rewrite_unproven"


def test_a_live_recording_comes_out_with_sizes():
    image = expunge.run("metadata", plain(live=True, junk=False).file()).image
    assert segment_of(image)[1] == len(image)
    assert b"\x01" + b"\xff" * 7 not in image


def test_an_incomplete_last_block_of_a_recording_goes():
    data = plain(live=True, junk=False).file()
    outcome = expunge.run("metadata", data[:-1])
    assert sum(map(len, blocks_in(outcome.image))) == 2
    assert any(block["name"] == "incomplete" for block in outcome.report["removed"])


def test_a_report_tells_place_times_and_programs():
    report = expunge.run("detect", plain().file()).report
    rules = {finding["rule"] for finding in report["findings"]}
    assert {"movie-place", "movie-when", "movie-identifiers", "movie-caption", "thumbnail"} <= rules


def test_only_ai_provenance_goes_with_scope_ai():
    data = plain(junk=False).file()
    data = data.replace(element(0x5741, SECRET), element(0x5741, b"Sora 2"))
    outcome = expunge.run("metadata", data, scope="ai")
    assert b"Sora" not in outcome.image
    assert outcome.image.count(SECRET) > 8
    assert blocks_in(outcome.image) == blocks_in(data)


def test_the_media_type_follows_the_document_type_and_tracks():
    assert Source.of(plain().file()).media_type == "video/webm"
    matroska = plain(junk=False, cues=False).file().replace(b"webm", b"mkva")
    assert Source.of(matroska).media_type == "video/x-matroska"


@pytest.mark.parametrize("mode", ["visible", "faces"])
def test_other_modes_refuse_it_in_a_sentence(mode):
    with pytest.raises(ExpungeError, match="This is a WebM video"):
        expunge.run(mode, plain().file())
