"""A stripped MP4 movie has the same samples and none of what a secret could hide in."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

import expunge
from expunge.errors import ExpungeError, MalformedImage
from expunge.imaging.data import FileData
from expunge.imaging.source import Source
from tests.unit.movies.mp4 import SECRET, Movie, Track, samples_in

sample = st.binary(min_size=1, max_size=24).filter(lambda raw: SECRET[:4] not in raw)
samples = st.lists(sample, min_size=1, max_size=5)


@st.composite
def movies(draw):
    tracks = [Track(1, b"vide", b"avc1", draw(samples)), Track(2, b"soun", b"mp4a", draw(samples))]
    hidden = st.lists(st.just(SECRET + b"!"), min_size=1, max_size=4)
    if draw(st.booleans()):
        tracks.append(Track(3, b"meta", b"gpmd", draw(hidden), {b"cdsc": [1]}))
    if draw(st.booleans()):
        tracks.append(Track(4, b"text", b"text", draw(hidden)))
        tracks[0].refers[b"chap"] = [4]
    flags = {name: draw(st.booleans()) for name in Movie.__dataclass_fields__ if name != "tracks"}
    return Movie(tracks, **flags)


def error_code(mode, data):
    """The code of the error in words; any other exception fails the test."""
    try:
        expunge.run(mode, data)
    except ExpungeError as error:
        return error.code
    return None


@given(movies())
def test_a_stripped_movie_keeps_its_samples_and_no_secret(movie):
    wanted = {t.id: list(t.samples) for t in movie.tracks if t.id < 3}
    data = movie.file()
    outcome = expunge.run("metadata", data)
    assert SECRET[:4] not in outcome.image
    assert samples_in(outcome.image) == wanted
    assert outcome.report["survivors"] == []
    assert expunge.run("metadata", outcome.image).report["changed"] is False


@given(movies())
def test_a_movie_on_disk_gives_the_same_bytes(movie):
    data = movie.file()
    on_disk = expunge.run("metadata", FileData(io.BytesIO(data), io.BytesIO))
    assert on_disk.image is None
    assert on_disk.file.getvalue() == expunge.run("metadata", data).image


@given(movies(), st.data())
def test_a_damaged_movie_is_refused_in_words_or_stripped(movie, draw):
    data = bytearray(movie.file())
    for _ in range(draw.draw(st.integers(1, 4))):
        at = draw.draw(st.integers(0, len(data) - 1))
        data[at] = draw.draw(st.integers(0, 255))
    cut = draw.draw(st.integers(8, len(data)))
    assert error_code("metadata", bytes(data[:cut])) != "rewrite_unproven"
    assert error_code("detect", bytes(data[:cut])) != "rewrite_unproven"


def both(**flags):
    return Movie(
        [Track(1, b"vide", b"avc1", [b"abc"] * 3), Track(2, b"soun", b"mp4a", [b"x"])], **flags
    )


@pytest.mark.parametrize(
    ("text", "stays"),
    [
        (b"HOME(11.5,48.1) GPS(11.57,48.13,20) BAROMETER:88", False),
        (b"[latitude: 48.137] [longitude: 11.575]", False),
        (b"The GPS was broken, so we walked.", True),
        (b"A late lunch on the latitude of Rome.", True),
    ],
)
def test_subtitles_that_log_a_position_go_and_others_stay(text, stays):
    movie = both()
    movie.tracks.append(Track(3, b"sbtl", b"tx3g", [text]))
    assert (text in expunge.run("metadata", movie.file()).image) is stays


def test_the_rotation_stays():
    data = both().file()
    assert expunge.run("metadata", data).image.count(b"\xff\xff\0\0") == data.count(b"\xff\xff\0\0")


def test_a_report_tells_place_device_times_and_data_tracks():
    movie = both()
    movie.tracks.append(Track(3, b"meta", b"gpmd", [b"GPS5"]))
    report = expunge.run("detect", movie.file()).report
    rules = {finding["rule"] for finding in report["findings"]}
    assert {"movie-place", "movie-device", "movie-when", "movie-data-track", "thumbnail"} <= rules
    assert "a position" in report["overall_assessment"]


def test_only_ai_provenance_goes_with_scope_ai():
    movie = both(junk=False)
    movie.tracks.append(Track(3, b"meta", b"gpmd", [SECRET, SECRET]))
    data = movie.file().replace(b"\xa9mod\0\6\x15\xc7SECRET", b"\xa9swr\0\6\x15\xc7sora. ")
    outcome = expunge.run("metadata", data, scope="ai")
    assert b"sora" not in outcome.image
    assert outcome.image.count(SECRET) > 10
    assert samples_in(outcome.image) == samples_in(data)


def test_words_of_keep_apply_to_movies():
    kept = expunge.run("metadata", both().file(), keep=["text"]).image
    assert b"\xa9xyz" in kept
    assert b"covr" not in kept


@pytest.mark.parametrize("mode", ["visible", "invisible", "all", "faces"])
def test_other_modes_refuse_movies_in_a_sentence(mode):
    takers = "«metadata», «detect», «mask» and «swap»"
    with pytest.raises(ExpungeError, match=f"This is an MP4 video.*{takers}"):
        expunge.run(mode, both().file())


def test_media_types_follow_brands_and_tracks():
    sound = Movie([Track(2, b"soun", b"mp4a", [b"x"])])
    assert Source.of(both().file()).media_type == "video/mp4"
    assert Source.of(both(quicktime=True).file()).media_type == "video/quicktime"
    assert Source.of(sound.file()).media_type == "audio/mp4"


def test_media_in_another_file_is_refused():
    data = both().file().replace(b"url \0\0\0\1", b"url \0\0\0\0")
    with pytest.raises(MalformedImage, match="another file"):
        expunge.run("metadata", data)


def test_a_movie_without_its_end_is_reported_but_not_stripped():
    data = both(first=True, junk=False).file()[:-3]
    assert expunge.run("detect", data).report["findings"]
    with pytest.raises(MalformedImage, match="ends within"):
        expunge.run("metadata", data)


def test_a_movie_whose_media_is_missing_is_reported_but_not_stripped():
    data = both(first=True, junk=False).file()
    data = data[: data.index(b"mdat") - 4]
    assert "a position" in expunge.run("detect", data).report["overall_assessment"]
    with pytest.raises(MalformedImage, match="ends before its media data"):
        expunge.run("metadata", data)


def test_chapter_titles_are_reported_as_text():
    movie = both()
    movie.tracks.append(Track(4, b"text", b"text", [b"\0\6Dinner"]))
    movie.tracks[0].refers[b"chap"] = [4]
    found = expunge.run("detect", movie.file()).report["findings"]
    assert ("movie-caption", "Dinner") in {(each["rule"], each["value"]) for each in found}


@pytest.mark.parametrize("count", [0xFFFFFFFF, 0x7FFFFFFF])
def test_a_table_that_says_billions_is_refused(count):
    data = both(junk=False).file()
    at = data.index(b"stsz") + 12
    with pytest.raises(ExpungeError):
        expunge.run("metadata", data[:at] + count.to_bytes(4, "big") + data[at + 4 :])
