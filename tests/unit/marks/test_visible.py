"""The mode ``visible``: what it restores, leaves unchanged, and rejects."""

from __future__ import annotations

import io

import numpy as np
import pillow_heif
import pillow_jxl  # noqa: F401 (it registers itself with Pillow)
import pytest
from PIL import Image

import expunge
from expunge.errors import UnsupportedMediaType, ValidationFailed
from expunge.imaging.marks import sparkle
from tests.samples import pictures
from tests.samples.overlays import file_of, in_corner, laid_over, pixels_of, psnr

pillow_heif.register_heif_opener()


def ground(name: str = "clouds", seed: int = 1) -> np.ndarray:
    return pictures.MAKERS[name](400, 448, np.random.default_rng(seed))


def as_drawn(opacity: float = 128 / 255) -> np.ndarray:
    return sparkle.drawn() * opacity


def marked(seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    clean = ground(seed=seed)
    return clean, in_corner(clean, as_drawn(), 64)[0]


@pytest.mark.parametrize("name", ["clouds", "gradient", "leaves", "snow", "stripes"])
def test_pixels_under_a_mark_are_restored(name):
    clean = ground(name)
    whole, x, y = in_corner(clean, as_drawn(), 64)
    outcome = expunge.run("visible", file_of(whole))
    after = pixels_of(outcome.image)
    box = slice(y, y + 96), slice(x, x + 96)
    assert psnr(after[box], clean[box]) >= 50
    (mark,) = outcome.report["marks"]
    assert mark["name"] == "gemini-sparkle"
    assert mark["method"] == "inverted"


@pytest.mark.parametrize(("side", "margin"), [(96, 192), (48, 96), (36, 30)])
@pytest.mark.parametrize("name", ["clouds", "gradient"])
def test_pixels_under_a_faint_mark_are_restored(name, side, margin):
    clean = ground(name)
    whole, x, y = in_corner(clean, sparkle.enlarged(side) * 0.302, margin)
    outcome = expunge.run("visible", file_of(whole))
    box = slice(y, y + side), slice(x, x + side)
    assert psnr(pixels_of(outcome.image)[box], clean[box]) >= 50
    assert [mark["name"] for mark in outcome.report["marks"]] == ["gemini-sparkle-faint"]


def test_a_faint_mark_is_removed_from_a_copy_reduced_by_half():
    clean = pictures.MAKERS["clouds"](800, 896, np.random.default_rng(1))
    whole = in_corner(clean, sparkle.enlarged(96) * 0.302, 192)[0]
    small, expected = (
        np.asarray(Image.fromarray(each).resize((448, 400), Image.Resampling.LANCZOS))
        for each in (whole, clean)
    )
    outcome = expunge.run("visible", file_of(small))
    box = slice(400 - 144, 400 - 96), slice(448 - 144, 448 - 96)
    assert psnr(pixels_of(outcome.image)[box], expected[box]) >= 48


def test_nothing_outside_the_reported_region_changes():
    _, whole = marked()
    outcome = expunge.run("visible", file_of(whole))
    left, top, width, height = outcome.report["marks"][0]["region"]
    outside = np.ones(whole.shape[:2], bool)
    outside[top : top + height, left : left + width] = False
    assert np.array_equal(pixels_of(outcome.image)[outside], whole[outside])


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "AVIF"])
def test_a_clean_image_is_returned_byte_for_byte_with_a_reason(kind):
    data = file_of(ground(), kind)
    outcome = expunge.run("visible", data)
    assert outcome.image == data
    assert outcome.report["changed"] is False
    assert "does not mean" in outcome.report["reason"]


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "AVIF", "HEIF", "JXL"])
def test_marks_are_removed_from_lossy_files(kind):
    clean, whole = marked()
    outcome = expunge.run("visible", file_of(whole, kind, quality=92))
    after = pixels_of(outcome.image)
    box = slice(400 - 160, 400 - 64), slice(448 - 160, 448 - 64)
    assert psnr(after[box], clean[box]) > psnr(whole[box], clean[box]) + 12
    assert expunge.run("visible", outcome.image).report["marks"] == []


def test_a_second_run_finds_nothing():
    _, whole = marked()
    first = expunge.run("visible", file_of(whole))
    assert expunge.run("visible", first.image).report["changed"] is False


def test_the_orientation_is_applied_and_preserved():
    clean, whole = marked()
    turned = np.rot90(whole)  # stored on its side, shown upright
    exif = Image.Exif()
    exif[0x0112] = 6
    outcome = expunge.run("visible", file_of(turned, "PNG", exif=exif))
    assert outcome.report["marks"][0]["region"][:2] == [448 - 172, 400 - 172]
    stored = Image.open(io.BytesIO(outcome.image))
    assert stored.getexif()[0x0112] == 6
    box = slice(400 - 160, 400 - 64), slice(448 - 160, 448 - 64)
    assert psnr(np.rot90(np.asarray(stored), -1)[box], clean[box]) >= 50


def test_grey_and_transparent_images_keep_their_channels():
    _clean, whole = marked()
    grey = Image.fromarray(whole).convert("L")
    outcome = expunge.run("visible", file_of(np.asarray(grey)))
    assert outcome.report["changed"]
    assert Image.open(io.BytesIO(outcome.image)).mode == "L"
    alpha = np.random.default_rng(1).integers(0, 256, whole.shape[:2], np.uint8)
    outcome = expunge.run("visible", file_of(np.dstack([whole, alpha])))
    assert outcome.report["changed"]
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(outcome.image)))[..., 3], alpha)


def test_saturated_pixels_without_a_valid_inversion_are_inpainted():
    clean = ground("gradient", 5)
    alpha = as_drawn()
    whole, x, y = in_corner(clean, alpha, 64)
    whole[y + 40 : y + 44, x + 40 : x + 60] = 5  # a scratch drawn over the mark
    outcome = expunge.run("visible", file_of(whole))
    (mark,) = outcome.report["marks"]
    assert mark["method"] == "inverted and inpainted"
    assert 60 <= mark["inpainted"] <= 120
    after = pixels_of(outcome.image)
    scratch = slice(y + 40, y + 44), slice(x + 40, x + 60)
    assert psnr(after[scratch], clean[scratch]) > 25


def test_a_given_region_is_inpainted_from_its_surroundings():
    clean = ground("gradient", 3)
    whole = laid_over(clean, np.ones((20, 40)), 100, 60, colour=255)
    outcome = expunge.run("visible", file_of(whole), region=[95, 55, 50, 30])
    after = pixels_of(outcome.image)
    assert psnr(after[55:85, 95:145], clean[55:85, 95:145]) > 30
    assert outcome.report["marks"][0]["method"] == "inpainted"
    outside = np.ones(clean.shape[:2], bool)
    outside[55:85, 95:145] = False
    assert np.array_equal(after[outside], whole[outside])


@pytest.mark.parametrize(
    "options",
    [
        {"region": [0, 0, 448, 200]},
        {"region": [440, 0, 9, 9]},
        {"region": [0, 0, 0, 5]},
        {"region": [-1, 0, 5, 5]},
        {"region": [1, 2, 3]},
        {"marks": ["shutterstock"]},
        {"format": "bmp"},
        {"quality": 0},
        {"strength": 3},
    ],
)
def test_an_invalid_option_is_named_in_the_error(options):
    with pytest.raises(ValidationFailed) as refusal:
        expunge.run("visible", file_of(ground()), **options)
    assert refusal.value.errors[0].pointer.startswith(f"/options/{next(iter(options))}")


def test_another_format_can_be_requested():
    _, whole = marked()
    outcome = expunge.run("visible", file_of(whole), format="webp", quality=80)
    assert outcome.media_type == "image/webp"
    assert Image.open(io.BytesIO(outcome.image)).format == "WEBP"


def test_an_animation_is_refused_with_a_clear_message():
    frames = [Image.fromarray(ground(seed=seed)) for seed in (1, 2)]
    file = io.BytesIO()
    frames[0].save(file, "WEBP", save_all=True, append_images=frames[1:])
    with pytest.raises(UnsupportedMediaType, match="animation"):
        expunge.run("visible", file.getvalue())


def test_detect_reports_a_visible_mark_and_changes_nothing():
    _, whole = marked()
    outcome = expunge.run("detect", file_of(whole))
    visible = outcome.report["visible"]
    assert outcome.image is None
    assert (visible["detected"], visible["label"]) == (True, "Gemini sparkle")
    assert visible["mark"] == "gemini-sparkle"
    assert visible["region"] == visible["marks"][0]["region"]
    assert "visible mark of Google Gemini" in outcome.report["overall_assessment"]


def test_detect_never_calls_an_image_without_marks_clean():
    report = expunge.run("detect", file_of(ground())).report
    assert report["visible"]["detected"] is False
    assert report["overall_assessment"].startswith("Unknown")
