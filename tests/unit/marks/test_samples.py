"""Real images, if available: every mark is found, and nothing else changes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import expunge
from tests.samples.overlays import file_of, laid_over, pixels_of, psnr

SAMPLES = Path(__file__).parents[4] / "shared" / "data" / "marks"
pytestmark = pytest.mark.skipif(not SAMPLES.exists(), reason="the samples are not available")


def files(kind: str) -> list[Path]:
    return sorted((SAMPLES / kind).glob("*"))


@pytest.mark.parametrize("path", files("marked"), ids=lambda path: path.name)
def test_every_real_mark_is_removed_completely(path):
    first = expunge.run("visible", path.read_bytes())
    expected = "doubao-solid-label" if path.name.startswith("doubao") else "gemini-sparkle"
    assert [mark["name"] for mark in first.report["marks"]] == [expected]
    assert expunge.run("visible", first.image).report["marks"] == []


@pytest.mark.parametrize("path", files("clean"), ids=lambda path: path.name)
def test_every_real_clean_image_is_returned_byte_for_byte(path):
    data = path.read_bytes()
    assert expunge.run("visible", data).image == data


@pytest.mark.parametrize(
    ("name", "mark"),
    [
        ("doubao_black_1x1_1.png", "doubao-label"),
        ("doubao_gray_1x1_1.png", "doubao-label"),
        ("jimeng_cap_A.png", "jimeng-label"),
        ("samsung_black_1.png", "samsung-label"),
        ("samsung_gray_1.png", "samsung-label"),
        ("gemini_black_2048.png", "gemini-sparkle"),
        ("gemini_gray_2048.png", "gemini-sparkle"),
    ],
)
def test_the_mark_of_every_capture_is_found(name, mark):
    outcome = expunge.run("detect", (SAMPLES / "captures" / name).read_bytes())
    assert [found["name"] for found in outcome.report["visible"]["marks"]] == [mark]


def test_the_flat_grey_capture_becomes_flat():
    outcome = expunge.run("visible", (SAMPLES / "captures" / "gemini_gray_2048.png").read_bytes())
    box = pixels_of(outcome.image)[-160:-64, -160:-64]
    assert psnr(box, np.full_like(box, 128)) >= 50


def test_photographs_under_the_captured_mark_are_restored():
    capture = pixels_of((SAMPLES / "captures" / "gemini_gray_2048.png").read_bytes())
    alpha = (capture[-160:-64, -160:-64, 1].astype(float) - 128) / 127
    decibels = []
    for path in files("clean"):
        clean = pixels_of(path.read_bytes())[-400:, -400:]
        whole = laid_over(clean, alpha, 240, 240)
        outcome = expunge.run("visible", file_of(whole, compress_level=1))
        decibels.append(psnr(pixels_of(outcome.image)[240:336, 240:336], clean[240:336, 240:336]))
    assert np.mean(decibels) >= 50
    assert min(decibels) >= 44
