"""``scope: ai`` on whole files: what tells of AI goes, a photographer's own data stays."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import expunge
from expunge.errors import ValidationFailed
from tests.samples import jpeg, pixels, png
from tests.unit.provenance import making

CORPUS = Path(__file__).parents[2].parent / "shared" / "data" / "corpus"
MAKE, ARTIST, SOFTWARE = 0x010F, 0x013B, 0x0131
TRAINED = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"


def findings(file: bytes) -> list[tuple[str, str]]:
    report = expunge.run("detect", file).report
    return [(f["category"], f["value"]) for f in report["findings"]]


def of_ai(file: bytes) -> list[str]:
    return [value for category, value in findings(file) if category == "ai_provenance"]


def cleaned(file: bytes) -> bytes:
    image = expunge.run("metadata", file, scope="ai").image
    assert image is not None
    return image


def photograph() -> bytes:
    """A JPEG with a photographer's EXIF and XMP in which a generator has left its words."""
    exif = making.tiff(
        IFD0={
            MAKE: making.text("Camera Maker"),
            ARTIST: making.text("Ada Byron"),
            SOFTWARE: making.text("Midjourney v7"),
        }
    )
    packet = making.xmp(
        "<dc:creator><rdf:Seq><rdf:li>Ada Byron</rdf:li></rdf:Seq></dc:creator>",
        Iptc4xmpExt__DigitalSourceType=TRAINED,
    )
    return jpeg.inserted(
        jpeg.photo(),
        jpeg.segment(0xE1, b"Exif\0\0" + exif),
        jpeg.segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + packet),
    )


def test_a_photographers_own_data_stays() -> None:
    before = photograph()
    assert {"Midjourney v7", "trainedAlgorithmicMedia"} <= {
        v.rsplit("/", 1)[-1] for v in of_ai(before)
    }

    after = cleaned(before)

    assert of_ai(after) == []
    values = {value for _, value in findings(after)}
    assert {"Camera Maker", "Ada Byron"} <= values
    assert b"Midjourney" not in after
    assert pixels(after) == pixels(before)


def test_text_of_a_generator_goes_and_other_text_stays() -> None:
    before = png.inserted(
        png.drawing(),
        png.chunk(b"tEXt", b"parameters\0a cat, Steps: 20, Sampler: Euler a"),
        png.chunk(b"tEXt", b"Title\0My cat"),
    )

    after = cleaned(before)

    assert of_ai(after) == []
    assert b"My cat" in after
    assert b"Sampler" not in after


def test_a_file_that_tells_of_no_ai_comes_back_as_it_is() -> None:
    before = png.inserted(png.drawing(), png.chunk(b"tEXt", b"Title\0My cat"))

    outcome = expunge.run("metadata", before, scope="ai")

    assert outcome.image == before
    assert outcome.report["changed"] is False


def test_it_is_done_once_and_for_all() -> None:
    once = cleaned(photograph())

    assert cleaned(once) == once


def test_what_is_to_be_kept_stays_even_so() -> None:
    image = expunge.run("metadata", photograph(), scope="ai", keep="exif").image
    assert image is not None

    assert b"Midjourney" in image
    assert b"trainedAlgorithmicMedia" not in image


def test_an_unknown_scope_is_refused() -> None:
    with pytest.raises(ValidationFailed, match="/options/scope"):
        expunge.run("metadata", photograph(), scope="everything")


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the samples are not beside this clone")
def test_real_files_lose_their_ai_provenance_and_no_pixel() -> None:
    manifest = json.loads((CORPUS / "MANIFEST.json").read_text())
    tried = 0
    for entry in manifest["files"]:
        file = CORPUS / entry["file"]
        if entry["file"].startswith("hostile") or not file.is_file():
            continue
        data = file.read_bytes()
        try:
            told = of_ai(data)
        except expunge.errors.ExpungeError:
            continue
        if not told:
            continue
        after = cleaned(data)
        left = [
            f
            for f in expunge.run("detect", after).report["findings"]
            if f["category"] == "ai_provenance" and "pixels" not in f["where"]
        ]
        assert left == [], entry["file"]
        tried += 1
    assert tried > 20
