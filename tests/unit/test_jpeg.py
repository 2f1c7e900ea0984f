"""What a strip takes of a JPEG, and what it leaves."""

import itertools

import pytest

from expunge.errors import MalformedImage
from expunge.operations import run
from tests import samples
from tests.samples import jpeg


def stripped(file: bytes, **options: object) -> bytes:
    outcome = run("metadata", file, **options)
    assert outcome.image is not None
    assert outcome.report["survivors"] == []
    return outcome.image


@pytest.mark.parametrize("name", jpeg.METADATA)
@pytest.mark.parametrize("place", [0xDB, 0xC0, 0xDA])
def test_metadata_goes_wherever_it_stands(name, place):
    clean = jpeg.photo()
    assert stripped(jpeg.inserted(clean, jpeg.METADATA[name], before=place)) == clean


@pytest.mark.parametrize("name", jpeg.COLOUR)
def test_colour_stays(name):
    file = jpeg.inserted(jpeg.photo(), jpeg.COLOUR[name])
    assert run("metadata", file).report["changed"] is False
    dirty = jpeg.inserted(file, jpeg.METADATA["comment"])
    assert stripped(dirty) == file


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
@pytest.mark.parametrize(
    "options",
    [{}, {"progressive": True}, {"restart_marker_blocks": 2}, {"optimize": True}],
    ids=str,
)
def test_coded_segments_come_out_bit_identical(mode, options):
    clean = jpeg.photo(mode, **options)
    dirty = jpeg.inserted(clean, *jpeg.METADATA.values()) + b"trailer"
    assert stripped(dirty) == clean
    assert jpeg.coded(stripped(dirty)) == jpeg.coded(dirty.replace(jpeg.METADATA["garbage"], b""))


def test_metadata_between_scans_goes():
    clean = jpeg.photo(progressive=True)
    segments = jpeg.walk(clean)
    scans = [i for i, (marker, _) in enumerate(segments) if marker == 0xDA]
    assert len(scans) > 3
    parts = [part for _, part in segments]
    parts.insert(scans[2], jpeg.METADATA["comment"])
    assert stripped(b"".join(parts)) == clean


def test_bytes_behind_the_end_go():
    clean = jpeg.photo()
    for tail in (b"\0", b"\nPhotoEditor_Re_Edit_Data", jpeg.photo("L"), b"PK\3\4" * 40):
        assert stripped(clean + tail) == clean


@pytest.mark.parametrize("value", range(2, 9))
@pytest.mark.parametrize("order", ["<", ">"])
def test_orientation_survives_as_exif_that_holds_nothing_else(value, order):
    block = jpeg.segment(0xE1, jpeg.EXIF + samples.exif(value, order))
    file = jpeg.inserted(jpeg.photo(), block)
    result = stripped(file)
    kept = jpeg.segment(0xE1, jpeg.EXIF + samples.minimal_exif(value, order))
    assert result == jpeg.inserted(jpeg.photo(), kept)
    assert samples.shown_orientation(result) == value
    assert stripped(result) == result


def test_orientation_known_from_xmp_alone_survives():
    file = jpeg.inserted(jpeg.photo(), jpeg.segment(0xE1, jpeg.XMP + samples.XMP_ORIENTED))
    assert samples.shown_orientation(file) == 8
    assert samples.shown_orientation(stripped(file)) == 8
    assert b"Nobody" not in stripped(file)


def test_the_first_exif_block_decides():
    first, second = (jpeg.segment(0xE1, jpeg.EXIF + samples.exif(n)) for n in (3, 6))
    assert samples.shown_orientation(stripped(jpeg.inserted(jpeg.photo(), first, second))) == 3


def test_a_minimal_block_that_says_otherwise_goes():
    first = jpeg.segment(0xE1, jpeg.EXIF + samples.exif(3))
    second = jpeg.segment(0xE1, jpeg.EXIF + samples.minimal_exif(6))
    assert samples.shown_orientation(stripped(jpeg.inserted(jpeg.photo(), first, second))) == 3


def test_jfif_keeps_its_density_and_loses_its_thumbnail():
    plain = jpeg.photo(dpi=(300, 150))
    head = jpeg.walk(plain)[1][1]
    thumbnail = jpeg.segment(0xE0, head[4:-2] + b"\1\1rgb")
    assert stripped(plain.replace(head, thumbnail)) == plain
    assert stripped(plain.replace(head, thumbnail), keep=["thumbnails"]) == plain.replace(
        head, thumbnail
    )


def test_apples_flag_in_jfif_is_no_thumbnail():
    plain = jpeg.photo()
    head = jpeg.walk(plain)[1][1]
    file = plain.replace(head, jpeg.segment(0xE0, head[4:] + b"AMPF"))
    assert run("metadata", file).report["changed"] is False


@pytest.mark.parametrize("fill", [1, 5])
def test_fill_bytes_are_forgiven(fill):
    comment = b"\xff" * fill + jpeg.METADATA["comment"]
    assert stripped(jpeg.inserted(jpeg.photo(), comment)) == jpeg.photo()


def test_a_missing_end_is_forgiven():
    clean = jpeg.photo()[:-2]
    assert run("metadata", clean).report["changed"] is False
    assert stripped(jpeg.inserted(clean, jpeg.METADATA["exif"])) == clean


def test_height_given_behind_the_scan_counts():
    file = bytearray(jpeg.photo())
    at = file.index(b"\xff\xc0") + 5
    height, file[at : at + 2] = bytes(file[at : at + 2]), b"\0\0"
    file[-2:-2] = jpeg.segment(0xDC, height)
    report = run("metadata", bytes(file)).report
    assert report["changed"] is False


@pytest.mark.parametrize(
    ("file", "what"),
    [
        (jpeg.photo()[:20], "ends before any scan"),
        (b"\xff\xd8\xff\xe1\xff\xff", "APP1 at byte 2"),
        (b"\xff\xd8\xff\xd9", "before any scan"),
        (b"\xff\xd8\xff\xda\0\2", "no frame header"),
    ],
)
def test_what_cannot_be_read_is_malformed(file, what):
    with pytest.raises(MalformedImage, match=what):
        run("metadata", file)


def test_the_order_of_metadata_does_not_matter():
    parts = [jpeg.METADATA[name] for name in ("exif", "c2pa", "comment")]
    results = {
        stripped(jpeg.inserted(jpeg.photo(), *order)) for order in itertools.permutations(parts)
    }
    assert results == {jpeg.photo()}


def test_orientation_is_stated_in_front_of_whatever_leads():
    file = jpeg.with_second_picture(jpeg.photo("L")).replace(b"JFIF\0", b"KFIF\0", 1)
    assert samples.shown_orientation(stripped(file)) == 6


def boxed(kind: bytes, content: bytes) -> bytes:
    """A box in a segment of APP11 (ISO/IEC 19566-5, annex D.2)."""
    length = (8 + len(content)).to_bytes(4, "big")
    return jpeg.segment(0xEB, b"JP\0\1\0\0\0\1" + length + kind + content)


@pytest.mark.parametrize("kind", [b"RESI", b"SPEC", b"FINE", b"ALFA"])
def test_jpeg_xt_is_no_c2pa_and_stays(kind):
    file = jpeg.inserted(jpeg.photo(), boxed(kind, b"more bits"))
    assert run("metadata", file).report["changed"] is False
    assert run("detect", file, visible=False).report["metadata"]["c2pa"] == {
        "present": False,
        "validity": None,
    }


def test_other_boxes_in_app11_go():
    file = jpeg.inserted(jpeg.photo(), boxed(b"priv", b"SECRET"), boxed(b"jumb", b"SECRET"))
    assert stripped(file) == jpeg.photo()
    kinds = [block["kind"] for block in run("metadata", file).report["removed"]]
    assert kinds == ["vendor", "c2pa"]
