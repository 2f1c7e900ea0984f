"""Second JPEGs behind a first one keep their numbers, or go whole."""

import struct
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expunge.operations import run
from tests import samples
from tests.samples import jpeg, seconds
from tests.samples.seconds import Second, grey
from tests.unit.second_pictures.reading import (
    PORTRAIT,
    listed,
    packets,
    pictures,
    reported,
    rows,
    told,
)
from tests.unit.test_heif import stripped


@pytest.mark.parametrize("elements", [False, True])
@pytest.mark.parametrize("renamed", [False, True])
@pytest.mark.parametrize(
    "facts", [seconds.HDRGM, seconds.APPLE_GAIN_MAP, seconds.APPLE_DEPTH, seconds.APPLE_MATTE]
)
def test_a_second_jpeg_keeps_its_numbers_however_they_are_written(facts, elements, renamed):
    second = grey(facts, elements=elements, renamed=renamed)
    out = stripped(jpeg.with_second_picture(second))
    assert told(packets(pictures(out)[1])[0]) == rows(facts)
    assert b"SECRET" not in out


@pytest.mark.parametrize("mpf", [False, True])
@pytest.mark.parametrize("form", ["attributes", "elements"])
@pytest.mark.parametrize("padding", [0, 5])
@pytest.mark.parametrize("stale", [False, True])
def test_ultra_hdr_keeps_its_gain_map_however_it_is_listed(mpf, form, padding, stale):
    second = Second("GainMap", grey(seconds.HDRGM))
    parts = [replace(second, padding=padding)]
    out = stripped(seconds.photo_with(*parts, form=form, mpf=mpf, stale=stale))
    first, gain_map = pictures(out)
    assert told(packets(gain_map)[0]) == rows(seconds.HDRGM)
    assert listed(out) == [("Primary", 0), ("GainMap", len(gain_map))]
    assert samples.pixels(first) == samples.pixels(jpeg.photo())
    assert b"SECRET" not in out


@settings(max_examples=60, deadline=None)
@given(
    names=st.permutations(list(PORTRAIT)).flatmap(
        lambda names: st.integers(1, len(names)).map(lambda n: names[:n])
    ),
    form=st.sampled_from(["attributes", "elements"]),
    mpf=st.booleans(),
    padding=st.sampled_from([0, 3]),
)
def test_a_portrait_keeps_its_gain_map_under_its_own_name_and_no_other_picture(
    names, form, mpf, padding
):
    parts = [Second(name, PORTRAIT[name], padding) for name in names]
    file = seconds.photo_with(*parts, form=form, mpf=mpf)
    out = stripped(file)
    kept = pictures(out)[1:]
    assert len(kept) == names.count("GainMap")
    assert all(told(packets(p)[0]) == rows(seconds.HDRGM) for p in kept)
    if kept:
        assert listed(out) == [("Primary", 0), ("GainMap", len(kept[0]))]
    else:
        assert not packets(out)
    roles = {"Whatever": "other", "GainMap": "gain_map"}
    assert reported(file) == [(roles.get(n, n.lower()), n == "GainMap") for n in names]
    assert b"SECRET" not in out


def test_xmp_that_is_kept_lists_what_is_left():
    parts = [Second(name, PORTRAIT[name]) for name in ("Original", "GainMap", "Depth")]
    out = run("metadata", seconds.photo_with(*parts), keep=["xmp"]).image
    (gain_map,) = pictures(out)[1:]
    assert listed(out) == [
        ("Primary", 0), ("Original", 0), ("GainMap", len(gain_map)), ("Depth", 0),
    ]  # fmt: skip
    assert run("metadata", out, keep=["xmp"]).image == out


def test_scope_ai_leaves_a_portrait_alone():
    parts = [Second(name, data) for name, data in PORTRAIT.items()]
    file = seconds.photo_with(*parts, mpf=True)
    assert run("metadata", file, scope="ai").image == file


def _with_exif(file: bytes, exif: bytes) -> bytes:
    """A file whose first EXIF is another one."""
    at = file.index(jpeg.EXIF) - 4
    end = at + 2 + int.from_bytes(file[at + 2 : at + 4], "big")
    return file[:at] + jpeg.segment(0xE1, jpeg.EXIF + exif) + file[end:]


def test_apples_gain_map_in_a_jpeg_keeps_the_headroom_that_exif_states():
    second = grey({"HDRGainMap:HDRGainMapVersion": "65536"})
    exif = seconds.exif_with(seconds.apple_note(), orientation=6)
    file = _with_exif(jpeg.with_second_picture(second), exif)
    out = stripped(file)
    assert samples.shown_orientation(out) == 6
    assert struct.pack(">iiii", 3, 2, 1, 100) in out
    assert b"SECRET" not in out


@pytest.mark.parametrize("mpf", [False, True])
@pytest.mark.parametrize("form", ["attributes", "elements"])
def test_ultra_hdr_is_decoded_to_the_same_light(mpf, form):
    imagecodecs = pytest.importorskip("imagecodecs")
    facts = {
        "hdrgm:Version": "1.0", "hdrgm:GainMapMin": "0", "hdrgm:GainMapMax": "3.1",
        "hdrgm:Gamma": "1", "hdrgm:OffsetSDR": "0.015625", "hdrgm:OffsetHDR": "0.015625",
        "hdrgm:HDRCapacityMin": "0", "hdrgm:HDRCapacityMax": "3.1",
        "hdrgm:BaseRenditionIsHDR": "False",
    }  # fmt: skip
    portrait = [Second(name, PORTRAIT[name]) for name in ("Original", "Depth")]
    file = seconds.photo_with(Second("GainMap", grey(facts)), *portrait, mpf=mpf, form=form)
    before = imagecodecs.ultrahdr_decode(file)
    assert before.max() > 1
    assert (imagecodecs.ultrahdr_decode(run("metadata", file).image) == before).all()


def test_a_depth_map_within_xmp_goes_with_it_and_is_reported():
    inner = (
        '<GDepth:Data xmlns:GDepth="http://ns.google.com/photos/1.0/depthmap/">AAAA</GDepth:Data>'
    )
    xmp = jpeg.segment(0xE1, jpeg.XMP + seconds.packet({"dc:creator": "SECRET"}, inner))
    file = jpeg.inserted(jpeg.photo(), xmp)
    assert reported(file) == [("depth", False)]
    assert stripped(file) == jpeg.photo()
    report = run("metadata", file, keep=["xmp"]).report
    assert [p["kept"] for p in report["pictures"]] == [True]


@pytest.mark.parametrize("split", [60_000, "GDepth:Da", "GDepth:Data", "GImage:", "GImage:Data="])
def test_pictures_in_extended_xmp_are_reported_wherever_it_is_split(split):
    data = "A" * 50_000
    inner = f'<x GDepth:Data="{data}" GImage:Data="{data}"/>'.encode()
    size = split if isinstance(split, int) else inner.index(split.encode()) + len(split)
    head = jpeg.XMP.replace(b"ns.adobe.com/xap/1.0/", b"ns.adobe.com/xmp/extension/")
    parts = [
        jpeg.segment(0xE1, head + b"A" * 32 + struct.pack(">II", len(inner), at) + inner[at:end])
        for at, end in pairwise([0, size, *range(size + 60_000, len(inner), 60_000), len(inner)])
    ]
    file = jpeg.inserted(jpeg.photo(), *parts)

    assert sorted(reported(file)) == [("depth", False), ("view", False)]


def test_a_gain_map_that_the_directory_forgets_is_listed_with_the_rest():
    parts = [Second("GainMap", PORTRAIT["GainMap"]), Second("Depth", grey(seconds.APPLE_DEPTH))]
    file = seconds.photo_with(*parts)
    out = stripped(file.replace(b'Item:Semantic="GainMap"', b'Item:Semantic="Unknown"'))
    sizes = [len(picture) for picture in pictures(out)[1:]]
    assert listed(out) == [("Primary", 0), ("GainMap", sizes[0]), ("Depth", sizes[1])]


def test_what_runs_on_behind_a_second_picture_does_not_say_what_it_is_for():
    original = PORTRAIT["Original"][:-2]
    file = jpeg.with_second_picture(original + b"\0\0" + PORTRAIT["GainMap"])
    broken = file.replace(b"<Container:Directory>", b"<Container:Directory")
    out = stripped(_with_exif(broken, seconds.exif_with(seconds.apple_note())))
    assert b"Apple iOS" not in out
