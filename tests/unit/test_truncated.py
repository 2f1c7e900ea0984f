"""Files that end before their picture does: what can be read of them is told, and no more."""

import pytest

from expunge.errors import ExpungeError, MalformedImage
from expunge.operations import run
from tests import samples
from tests.samples import gif, jpeg, jxl, png, webp

EXIF = samples.exif(6)
WHOLE = {
    "jpeg": jpeg.inserted(jpeg.photo(), jpeg.segment(0xE1, jpeg.EXIF + EXIF)),
    "png": png.inserted(png.drawing(), png.chunk(b"eXIf", EXIF)),
    "webp": webp.riff(
        webp.extended()[12:30], webp.chunk(b"EXIF", EXIF), webp.extended()[30:]
    ),
    "jxl": jxl.boxed(jxl.METADATA["Exif"]),
    "gif": gif.animation(),
    "moving webp": webp.animation(),
}  # fmt: skip
HEADS = {"jpeg": 3, "png": 33, "webp": 30, "jxl": 12, "gif": 13 + 6, "moving webp": 44}
"""Bytes without which there is nothing to tell."""


def told(file):
    return run("detect", file, visible=False).report


@pytest.mark.parametrize("form", WHOLE)
def test_wherever_a_file_ends_there_is_a_report_or_a_refusal(form):
    whole = WHOLE[form]
    for cut in range(len(whole)):
        try:
            told(whole[:cut])
        except ExpungeError:
            assert cut < HEADS[form], cut


@pytest.mark.parametrize("form", ["jpeg", "png", "webp", "jxl"])
def test_metadata_in_front_of_a_missing_picture_is_read(form):
    whole = WHOLE[form]
    file = whole[: whole.index(EXIF) + len(EXIF) + 8]
    report = told(file)
    assert any(f["what"] == "EXIF Make" for f in report["findings"])
    assert any("(untold)" in f["where"] for f in report["findings"])
    with pytest.raises(MalformedImage):
        run("metadata", file)


@pytest.mark.parametrize("form", ["webp", "moving webp"])
def test_half_a_webp_is_told_and_not_rewritten(form):
    file = WHOLE[form][:-30]
    assert told(file)["metadata"]["exif"]["present"] is (form == "webp")
    with pytest.raises(MalformedImage, match="runs past the end"):
        run("metadata", file)


def test_what_was_not_decoded_is_said_to_be_so():
    report = run("detect", WHOLE["webp"][:-30]).report
    assert report["visible"]["status"] == "not_examined"


@pytest.mark.parametrize("mode", ["metadata", "detect"])
def test_an_empty_file_is_called_empty(mode):
    with pytest.raises(MalformedImage, match="The file is empty"):
        run(mode, b"")
