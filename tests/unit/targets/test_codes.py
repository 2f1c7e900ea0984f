"""Codes are found leaning, small and spoilt, and a hidden one does not decode."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

import expunge
from expunge.imaging.codes.finding import find
from expunge.imaging.targets.choices import Target
from expunge.imaging.targets.spots import Spot
from expunge.operations import MODES
from expunge.operations.targets import described
from tests.samples.identifying import Placement, code_39, ean_13, laid, qr
from tests.samples.overlays import file_of, pixels_of
from tests.samples.pictures import clouds

SECRET = "https://example.org/4711"
DIGITS = "400638133393"


@pytest.fixture(scope="module")
def scene() -> np.ndarray:
    return np.asarray(clouds(300, 420, np.random.default_rng(4)))


def decoded(pixels: np.ndarray) -> set[str]:
    """What OpenCV reads at three sizes."""
    found: set[str] = set()
    for factor in (0.5, 1.0, 2.0):
        shown = cv2.resize(pixels, None, fx=factor, fy=factor)
        for text in cv2.QRCodeDetector().detectAndDecodeBytesMulti(shown)[1]:
            found.add(text.decode())
        found.update(cv2.barcode.BarcodeDetector().detectAndDecodeWithType(shown)[1])
    return found - {""}


@pytest.mark.parametrize("lean", [0, 27])
@pytest.mark.parametrize(
    ("picture", "symbology", "content"),
    [(qr(SECRET, 4), "qr", SECRET), (ean_13(DIGITS, 2, 110), "ean_13", f"{DIGITS}1")],
    ids=["qr", "ean_13"],
)
def test_a_hidden_code_no_longer_decodes(scene, picture, symbology, content, lean):
    composite, corners, _ = laid(scene, picture, Placement((210, 150), lean=lean))
    report = expunge.run("faces", file_of(composite), targets=["codes"], read=True).report
    masked = expunge.run("mask", file_of(composite), targets=["codes"], method="gaussian")

    (found,) = report["found"]
    assert (found["symbology"], found["content"]) == (symbology, content)
    assert cv2.pointPolygonTest(corners, (210, 150), measureDist=False) > 0
    assert content in decoded(composite)
    assert decoded(pixels_of(masked.image)) == set()
    assert masked.report["methods"] == {"codes": "ringfill"}
    assert masked.report["irreversible"]
    assert content not in str(masked.report)


@pytest.mark.parametrize("method", ["solid", "ringfill"])
def test_nothing_of_a_code_remains(scene, method):
    composite, _, _ = laid(scene, qr(SECRET, 4), Placement((210, 150)))
    masked = expunge.run("mask", file_of(composite), targets=["codes"], method=method)
    (region,) = masked.report["regions"]
    x, y, wide, tall = (region[name] for name in ("x", "y", "width", "height"))
    other = composite.copy()
    inner = other[y + tall // 4 : y + tall * 3 // 4, x + wide // 4 : x + wide * 3 // 4]
    inner[:] = 255 - inner
    box = [[x + 1, y + 1, wide - 2, tall - 2]]

    first, second = (
        pixels_of(expunge.run("mask", file_of(one), regions=box, method=method).image)
        for one in (composite, other)
    )
    assert np.array_equal(first, second)


@pytest.mark.parametrize("lean", [0, 22])
def test_a_code_that_does_not_decode_is_found_with_all_its_bars(scene, lean):
    picture = code_39("48151623", 1, 60)
    composite, _, ink = laid(scene, picture, Placement((210, 150), lean=lean, blur=0.6))
    spots = find(composite)

    assert [spot.symbology == "qr" for spot in spots] == [False]
    covered = np.zeros(ink.shape, np.uint8)
    cv2.fillConvexPoly(covered, np.rint(spots[0].corners).astype(np.int32), 1)
    assert covered[ink].mean() > 0.97


def test_a_spoilt_qr_code_is_found(scene):
    picture = qr(SECRET, 5)
    side = len(picture)
    picture[side // 2 - 12 : side // 2 + 22, side // 2 - 22 : side // 2 + 32] = 255
    composite, _, _ = laid(scene, picture, Placement((210, 150)))
    spots = find(composite)

    assert [(spot.symbology, spot.content) for spot in spots] == [("qr", None)]
    assert 0.5 < spots[0].confidence < 1


def test_a_scene_without_codes_has_none(scene):
    assert find(scene) == []


def test_a_report_has_no_more_of_codes_than_a_record_takes():
    corners = np.array(((0, 0), (9, 0), (9, 9), (0, 9)), np.float32)
    spots = [Spot(Target.CODES, corners, 1.0, "qr", "é" * 1_400) for _ in range(100)]
    options = MODES["faces"].options({"targets": ["codes"], "read": True})
    found = described(spots, options)["found"]

    assert all(one["decoded"] for one in found)
    assert 10 < sum(one["content"] is not None for one in found) < 20
