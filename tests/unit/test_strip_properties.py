"""Whatever is put around coded data, in whatever order: it goes, and the picture stays."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expunge.errors import ExpungeError
from expunge.imaging.containers.block import Kind
from expunge.imaging.source import Source
from expunge.operations import run
from expunge.operations.outcome import Outcome
from tests import samples
from tests.samples import jpeg, png, webp

LEAVING = frozenset(Kind) - {Kind.CODED, Kind.STRUCTURE, Kind.COLOUR, Kind.PICTURE}


@dataclass(frozen=True)
class Form:
    """How to dress a picture of one format, and how to see what is under the clothes."""

    pictures: tuple[bytes, ...]
    metadata: st.SearchStrategy[bytes]
    colour: st.SearchStrategy[bytes]
    dressed: Callable[[bytes, list[bytes], list[bytes]], bytes]
    coded: Callable[[bytes], object]


def _jpeg(file: bytes, before: list[bytes], behind: list[bytes]) -> bytes:
    return jpeg.inserted(jpeg.inserted(file, *behind, before=0xDA), *before)


def _png(file: bytes, before: list[bytes], behind: list[bytes]) -> bytes:
    return png.inserted(png.inserted(file, *behind, before=b"IEND"), *before)


def _webp(file: bytes, before: list[bytes], behind: list[bytes]) -> bytes:
    return webp.riff(*before, file[12:], *behind)


APPLICATION = st.builds(
    jpeg.segment, st.sampled_from([0xE1, 0xE3, 0xE5, 0xEF, 0xFE]), st.binary(max_size=60)
)
NAMES = st.sampled_from([b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"abCd", b"tIME", b"caBX"])
FOURCCS = st.sampled_from([b"EXIF", b"XMP ", b"C2PA", b"abcd", b"\0\1\2\3"])
FORMS = {
    "jpeg": Form(
        (
            jpeg.photo(),
            jpeg.photo(progressive=True),
            jpeg.photo("CMYK"),
            jpeg.photo("L", restart_marker_blocks=1),
        ),
        st.one_of(
            st.sampled_from([v for k, v in jpeg.METADATA.items() if k != "garbage"]), APPLICATION
        ),
        st.sampled_from(list(jpeg.COLOUR.values())[:2]),
        _jpeg,
        jpeg.coded,
    ),
    "png": Form(
        (png.drawing(), png.drawing("P"), png.animation(), png.in_small_chunks(png.drawing())),
        st.one_of(
            st.sampled_from([v for k, v in png.METADATA.items() if k != "unknown critical"]),
            st.builds(png.chunk, NAMES, st.binary(max_size=60)),
        ),
        st.sampled_from([png.COLOUR["pHYs"], png.COLOUR["gAMA"]]),
        _png,
        png.coded,
    ),
    "webp": Form(
        (webp.extended(), webp.extended(lossless=True), webp.photo("RGBA"), webp.animation()),
        st.one_of(
            st.sampled_from(list(webp.METADATA.values())),
            st.builds(webp.chunk, FOURCCS, st.binary(max_size=60)),
        ),
        st.nothing(),
        _webp,
        webp.coded,
    ),
}


@st.composite
def dressed(draw: st.DrawFn) -> tuple[Form, bytes, bytes]:
    form = FORMS[draw(st.sampled_from(sorted(FORMS)))]
    bare = draw(st.sampled_from(form.pictures))
    parts = st.lists(form.metadata | form.colour, max_size=6)
    before = [] if form is FORMS["webp"] else draw(parts)
    file = form.dressed(bare, before, draw(parts)) + draw(st.binary(max_size=20))
    return form, bare, file


@settings(max_examples=250, deadline=None)
@given(dressed())
def test_everything_goes_but_the_picture(case):
    form, bare, file = case
    outcome = run("metadata", file)
    result = outcome.image
    assert result is not None
    assert outcome.report["survivors"] == []
    assert form.coded(result) == form.coded(bare)
    orientation = outcome.report["orientation"]
    left = [b for b in Source.of(result).layout.blocks if b.kind in LEAVING]
    minimal = samples.minimal_exif(orientation) if orientation > 1 else None
    assert all(block.data == minimal for block in left)
    again = run("metadata", result)
    assert again.image == result
    assert again.report["changed"] is False


@settings(max_examples=40, deadline=None)
@given(dressed())
def test_a_decoder_sees_the_same_pixels(case):
    _, bare, file = case
    assert samples.pixels(run("metadata", file).image or b"") == samples.pixels(bare)


SEEDS = [
    *chain.from_iterable(form.pictures for form in FORMS.values()),
    jpeg.inserted(jpeg.photo(), *jpeg.METADATA.values(), *jpeg.COLOUR.values()),
    jpeg.with_second_picture(jpeg.gain_map()),
    png.inserted(png.drawing(), *png.METADATA.values(), *png.COLOUR.values()),
    webp.extended(icc=samples.ICC, metadata=tuple(webp.METADATA.values())),
    webp.with_chunk_in_frames(webp.animation(), webp.METADATA["vendor"]),
]


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A sample with bits flipped, cut, spliced with another, or with a field of lies."""
    file = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, min(len(file), 600)))
        kind = draw(st.sampled_from(["flip", "cut", "splice", "lie", "repeat"]))
        if kind == "flip" and at < len(file):
            file[at] ^= 1 << draw(st.integers(0, 7))
        elif kind == "cut":
            del file[draw(st.integers(0, len(file))) :]
        elif kind == "splice":
            other = draw(st.sampled_from(SEEDS))
            file[at:] = other[draw(st.integers(0, len(other))) :]
        elif kind == "lie":
            file[at : at + 4] = draw(st.sampled_from([b"\xff" * 4, bytes(4), b"\x7f\xff\xff\xff"]))
        else:
            file[at:at] = file[at : at + draw(st.integers(1, 64))] * 3
    return bytes(file)


def answer(file: bytes) -> Outcome | ExpungeError:
    try:
        return run("metadata", file)
    except ExpungeError as refusal:
        return refusal


@settings(max_examples=800, deadline=None)
@given(damaged())
def test_damage_is_mended_or_refused_but_never_upsets(file):
    given = answer(file)
    if isinstance(given, ExpungeError):
        assert given.code in ("malformed_image", "image_too_large", "unsupported_media_type")
    else:
        assert given.report["survivors"] == []
        assert run("metadata", given.image or b"").report["changed"] is False


HOSTILE_PACKETS = {
    "tags that never end": b"<a " * 200_000 + b":Orientation",
    "quotes that never end": b'<a "' * 100_000 + b":Orientation",
    "a name without end": b"<a " + b"a" * 400_000 + b':Orientation="6">',
    "the same attribute": b"<rdf:Description " + b"tiff:Orientation=" * 25_000 + b">",
    "blanks": b"<rdf:Description tiff:Orientation" + b" " * 400_000 + b">",
}


@pytest.mark.parametrize("name", HOSTILE_PACKETS)
def test_packets_made_for_patterns_cost_little(name):
    part = png.chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + HOSTILE_PACKETS[name])
    outcome = run("metadata", png.inserted(png.drawing(), part))
    assert outcome.timings_ms["total"] < 5_000
