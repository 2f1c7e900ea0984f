"""What a strip takes of a GIF, and what it leaves."""

import io
import itertools
import struct
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from expunge.errors import ExpungeError, MalformedImage
from expunge.imaging.containers import gif
from expunge.imaging.containers.block import Kind
from expunge.imaging.source import Source
from expunge.operations import run
from tests import samples
from tests.samples import gif as made


def stripped(file, **options):
    outcome = run("metadata", file, **options)
    assert outcome.report["survivors"] == []
    return outcome.image


def inserted(file, piece, place):
    at = made.places(file)[place]
    return file[:at] + piece + file[at:]


@pytest.mark.parametrize("name", made.METADATA)
@pytest.mark.parametrize("place", [0, 1, -1])
def test_metadata_goes_wherever_it_stands(name, place):
    clean = made.animation()
    assert stripped(inserted(clean, made.METADATA[name], place)) == clean


def test_frames_loops_and_delays_stay():
    clean = made.animation()
    dirty = inserted(clean, made.METADATA["comment"], 2)
    assert samples.pixels(stripped(dirty)) == samples.pixels(clean)
    assert gif.parse(clean).frames == 3
    assert b"NETSCAPE2.0" in clean
    assert run("metadata", clean).report["changed"] is False


def test_a_colour_profile_stays():
    clean = inserted(made.animation(), made.application(b"ICCRGBG1012", samples.ICC), 0)
    assert run("metadata", clean).report["changed"] is False


def test_bytes_behind_the_end_go():
    assert stripped(made.animation() + b"SECRET") == made.animation()


def test_zeros_between_blocks_go():
    assert stripped(inserted(made.animation(), bytes(7), 1)) == made.animation()


def test_a_missing_end_is_no_reason_to_refuse():
    clean = made.animation()[:-1]
    assert stripped(inserted(clean + b";", made.METADATA["comment"], 1)[:-1]) == clean


@pytest.mark.parametrize("name", ["comment", "XMP"])
def test_what_is_asked_for_stays(name):
    file = inserted(made.animation(), made.METADATA[name], 1)
    keep = {"comment": "comments", "XMP": "xmp"}[name]
    assert stripped(file, keep=[keep]) == file


@pytest.mark.parametrize("name", ["comment", "XMP", "C2PA"])
def test_new_content_takes_the_place_of_old(name):
    file = inserted(made.animation(), made.METADATA[name], 1)
    layout = gif.parse(file)
    (index,) = (n for n, b in enumerate(layout.blocks) if b"SECRET" in bytes(b.data))
    out = gif.rewrite(file, layout, {index: b"new" * 200})
    again = gif.parse(out)
    assert bytes(again.blocks[index].data) == b"new" * 200
    assert again.blocks[index].kind is layout.blocks[index].kind
    assert samples.pixels(out) == samples.pixels(file)


def test_xmp_is_read_whole():
    file = inserted(made.animation(), made.METADATA["XMP"], 1)
    (packet,) = (b for b in gif.parse(file).blocks if b.kind is Kind.XMP)
    assert bytes(packet.data) == b"<x:xmpmeta SECRET/>" * 20


def test_a_frame_beyond_its_screen_counts_for_the_canvas():
    file = bytearray(made.animation())
    at = file.index(b"\x2c\0\0\0\0")
    struct.pack_into("<HHHH", file, at + 1, 60_000, 60_000, 40, 24)
    layout = gif.parse(bytes(file))
    assert (layout.width, layout.height, layout.canvas) == (40, 24, (60_040, 60_024))


@pytest.mark.parametrize(
    "file",
    [
        b"GIF89a",
        b"GIF89a\1\0\1\0\0\0\0;",
    ],
    ids=["a header alone", "no picture"],
)
def test_a_broken_file_is_refused(file):
    with pytest.raises(MalformedImage):
        Source.of(file)


COMMENTED = made.animation().replace(
    b"\x21\xf9", made.extension(0xFE, b"SECRET words") + b"\x21\xf9"
)


@pytest.mark.parametrize("cut", range(13, len(COMMENTED) - 1, 7))
def test_a_file_that_is_cut_off_is_cleaned_as_far_as_it_is_shown(cut):
    """Wherever it breaks off: frames stay, half ones too, and all the rest goes."""
    file = COMMENTED[:cut]
    try:
        outcome = run("metadata", file)
    except MalformedImage:
        assert not any(shown(file))
        return
    result = outcome.image
    assert b"SECRET" not in result
    assert outcome.report["survivors"] == []
    assert run("metadata", result).image == result
    assert shown(result) == shown(file)


def shown(file):
    """Each frame as far as Pillow shows it, cut off or not."""
    frames = []
    try:
        with Image.open(io.BytesIO(file)) as image:
            for number in itertools.count():
                image.seek(number)
                frames.append((image.size, image.tobytes()))
    except (EOFError, OSError, SyntaxError, ValueError, IndexError, struct.error):
        return frames


def test_a_file_within_a_file_is_stepped_over():
    clean = made.animation()
    middle = made.places(clean)[-2]
    file = clean[:middle] + clean[:13] + clean[middle:]
    out = stripped(file)
    assert out == clean
    assert samples.pixels(out) == samples.pixels(file)


@pytest.mark.parametrize("rest", [b"\x99", b"\x99" * 50, b"junk, and more!\1", b"\x99!\xfe\0"])
def test_what_comes_to_no_end_follows_the_picture(rest):
    clean = made.animation()[:-1]
    assert stripped(clean + rest) == clean


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_order_saves_metadata_or_harms_the_picture(data):
    clean = made.animation()
    edges = [0, *made.places(clean)]
    parts = [clean[at:end] for at, end in pairwise([*edges, len(clean)])]
    for _ in range(data.draw(st.integers(1, 5))):
        name = data.draw(st.sampled_from(sorted(made.METADATA)))
        parts.insert(data.draw(st.integers(1, len(parts) - 1)), made.METADATA[name])
    assert stripped(b"".join(parts)) == clean


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_damaged_file_is_read_or_refused(data):
    file = bytearray(inserted(made.animation(), made.METADATA["XMP"], 1))
    for _ in range(data.draw(st.integers(1, 4))):
        file[data.draw(st.integers(6, len(file) - 1))] = data.draw(st.integers(0, 255))
    del file[data.draw(st.integers(0, len(file))) :]
    try:
        assert gif.parse(bytes(file)).blocks
        run("metadata", bytes(file))
    except ExpungeError:
        pass
