"""The ``metadata`` mode as its caller sees it."""

import subprocess
import sys

import pytest

import expunge
from expunge.errors import RewriteUnproven, ValidationFailed
from expunge.imaging.containers import png as container
from expunge.operations import MODES, run
from tests import samples
from tests.samples import jpeg, png, webp

CLEAN = {"jpeg": jpeg.photo(), "png": png.drawing(), "webp": webp.photo()}
DIRTY = {
    "jpeg": jpeg.inserted(jpeg.photo(), *jpeg.METADATA.values()),
    "png": png.inserted(png.drawing(), *png.METADATA.values()),
    "webp": webp.extended(metadata=tuple(webp.METADATA.values())),
}


@pytest.mark.parametrize("form", CLEAN)
def test_a_clean_file_comes_back_as_it_came(form):
    outcome = run("metadata", CLEAN[form])
    assert outcome.image is CLEAN[form]
    assert outcome.report["changed"] is False
    assert outcome.report["removed"] == []
    assert outcome.report["removed_bytes"] == 0


@pytest.mark.parametrize("form", DIRTY)
def test_the_report_says_what_went_and_where_it_stood(form):
    outcome = run("metadata", DIRTY[form])
    report = outcome.report
    assert report["changed"] is True
    assert report["format"] == outcome.media_type == f"image/{form}"
    assert report["survivors"] == []
    assert report["orientation"] == 1
    assert report["removed_count"] == len(report["removed"])
    assert report["removed_bytes"] == len(DIRTY[form]) - len(outcome.image or b"")
    assert {"exif", "xmp", "c2pa", "vendor"} <= {entry["kind"] for entry in report["removed"]}
    paths = [entry["path"] for entry in report["removed"]]
    assert len(set(paths)) == len(paths)
    for entry in report["removed"]:
        part = DIRTY[form][entry["offset"] : entry["offset"] + entry["length"]]
        assert entry["name"].encode() in part or form == "jpeg"


@pytest.mark.parametrize("form", DIRTY)
def test_stages_add_up_to_the_total(form):
    timings = dict(run("metadata", DIRTY[form]).timings_ms)
    total = timings.pop("total")
    assert set(timings) == {"read", "strip", "verify"}
    assert total == pytest.approx(sum(timings.values()))


def test_a_long_report_is_cut_but_counts_everything():
    text = png.METADATA["text"]
    file = png.inserted(png.drawing(), *[text] * 700)
    report = run("metadata", file).report
    assert (len(report["removed"]), report["removed_count"]) == (500, 700)


def test_what_stays_is_listed():
    file = jpeg.inserted(jpeg.photo(), *jpeg.COLOUR.values(), jpeg.METADATA["comment"])
    kept = run("metadata", file).report["kept"]
    assert [entry["name"] for entry in kept] == ["APP0", "APP2", "APP2", "APP2"]


@pytest.mark.parametrize(
    ("word", "names"),
    [
        ("exif", ["exif"]),
        ("xmp", ["xmp", "extended xmp"]),
        ("iptc", ["iptc"]),
        ("comments", ["comment"]),
        ("thumbnails", ["jfxx"]),
    ],
)
def test_what_is_asked_to_stay_stays_whole(word, names):
    kept = jpeg.inserted(jpeg.photo(), *(jpeg.METADATA[name] for name in names))
    assert run("metadata", DIRTY["jpeg"], keep=[word]).image == kept


def test_text_may_stay():
    kept = [png.METADATA[name] for name in ("text", "compressed text", "international text")]
    assert run("metadata", DIRTY["png"], keep=["text"]).image == png.inserted(png.drawing(), *kept)


def test_flags_of_webp_fit_what_was_asked_to_stay():
    file = run("metadata", DIRTY["webp"], keep=["xmp"]).image or b""
    assert webp.flags(file) == 0x04
    assert file == webp.extended(metadata=(webp.METADATA["xmp"],))


@pytest.mark.parametrize("form", ["jpeg", "png", "webp"])
def test_location_alone_may_stay(form):
    content = samples.exif(6)
    file = {
        "jpeg": jpeg.inserted(jpeg.photo(), jpeg.segment(0xE1, jpeg.EXIF + content)),
        "png": png.inserted(png.drawing(), png.chunk(b"eXIf", content)),
        "webp": webp.extended(metadata=(webp.chunk(b"EXIF", content),)),
    }[form]
    outcome = run("metadata", file, keep=["gps"])
    result = outcome.image or b""
    assert outcome.report["survivors"] == []
    assert samples.shown_orientation(result) == 6
    assert samples.exif_of(result).get_ifd(0x8825) == {1: "N", 2: samples.GPS_LATITUDE}
    assert set(samples.exif_of(result)) == {0x0112, 0x8825}
    assert run("metadata", result, keep=["gps"]).report["changed"] is False
    assert samples.exif_of(run("metadata", result).image or b"").get_ifd(0x8825) == {}


def test_an_authors_name_may_stay():
    named = png.chunk(b"tEXt", b"Author\0An Artist")
    file = png.inserted(png.drawing(), named, png.chunk(b"eXIf", samples.exif()), named[:0])
    result = run("metadata", file, keep=["copyright"]).image or b""
    assert named in result
    assert dict(samples.exif_of(result)) == {0x013B: "An Artist", 0x8298: "(c) An Artist"}


def test_exif_that_stays_says_the_orientation_that_xmp_knew():
    xmp = jpeg.segment(0xE1, jpeg.XMP + samples.XMP_ORIENTED)
    file = jpeg.inserted(jpeg.photo(), jpeg.segment(0xE1, jpeg.EXIF + samples.exif()), xmp)
    result = run("metadata", file, keep=["exif"]).image or b""
    assert samples.exif_of(result)[0x0112] == 8
    assert samples.exif_of(result)[0x010F] == "Secret Cameras"
    assert run("metadata", result, keep=["exif"]).report["changed"] is False


@pytest.mark.parametrize(
    ("options", "pointer"),
    [({"keep": ["everything"]}, "/options/keep"), ({"kep": ["icc"]}, "/options/kep")],
)
def test_an_unknown_option_is_refused_by_name(options, pointer):
    with pytest.raises(ValidationFailed) as caught:
        MODES["metadata"].options(options)
    assert caught.value.errors[0].pointer.startswith(pointer)


def test_a_rewrite_that_damages_the_picture_is_not_handed_out(monkeypatch):
    honest = container.rewrite

    def damaging(*arguments):
        out = bytearray(honest(*arguments))
        out[-20] ^= 1
        return bytes(out)

    monkeypatch.setattr(container, "rewrite", damaging)
    with pytest.raises(RewriteUnproven, match="coded pixels"):
        run("metadata", DIRTY["png"])


def test_a_rewrite_that_loses_the_profile_is_not_handed_out(monkeypatch):
    honest = container.rewrite

    def losing(*arguments):
        return honest(*arguments).replace(png.COLOUR["gAMA"], b"")

    monkeypatch.setattr(container, "rewrite", losing)
    with pytest.raises(RewriteUnproven, match="should have stayed"):
        run("metadata", png.inserted(DIRTY["png"], png.COLOUR["gAMA"]))


def test_a_rewrite_that_leaves_something_says_so(monkeypatch):
    honest = container.rewrite

    def forgetful(*arguments):
        return honest(*arguments) + b"tail"

    monkeypatch.setattr(container, "rewrite", forgetful)
    with pytest.raises(RewriteUnproven):
        run("metadata", DIRTY["png"])


def test_no_heavy_library_is_loaded():
    code = (
        "import sys, expunge\n"
        "expunge.run('metadata', sys.stdin.buffer.read())\n"
        "heavy = {'numpy', 'PIL', 'cv2', 'onnxruntime', 'fastapi', 'boto3'}\n"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], input=DIRTY["jpeg"], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()


def test_the_library_call_is_the_mode():
    assert expunge.run("metadata", DIRTY["jpeg"]).image == CLEAN["jpeg"]


def test_words_to_keep_may_come_as_one_string():
    both = run("metadata", DIRTY["jpeg"], keep="comments,iptc").image
    assert both == run("metadata", DIRTY["jpeg"], keep=["comments", "iptc"]).image
