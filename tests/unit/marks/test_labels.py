"""Labels with known masks: solved from captures, inverted, or inpainted."""

from __future__ import annotations

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

import expunge
from expunge.cli import main
from expunge.errors import MalformedImage
from expunge.imaging.marks import mask
from expunge.imaging.marks.box import Window
from expunge.imaging.marks.entry_files import checked
from expunge.imaging.marks.registry import MARKS
from expunge.imaging.marks.solving import solve
from tests.samples import pictures
from tests.samples.overlays import file_of, pixels_of, psnr

SIDE = 1024


def flat(level: int) -> np.ndarray:
    return np.full((240, 520, 3), level, np.uint8)


def overlaid(picture: np.ndarray, name: str, x: int, y: int, scale: float = 1.0) -> np.ndarray:
    """Draw a label over an image, with its mask resized by Pillow."""
    alpha, ink = mask.load(name)
    size = round(alpha.shape[1] * scale), round(alpha.shape[0] * scale)
    kind = Image.Resampling.LANCZOS
    alpha, ink = (
        np.asarray(Image.fromarray(p).resize(size, kind))[..., None] for p in (alpha, ink)
    )
    result = picture.astype(float)
    place = result[y : y + size[1], x : x + size[0]]
    place[...] = ink + (1 - alpha) * place
    return np.clip(np.rint(result), 0, 255).astype(np.uint8)


@pytest.mark.parametrize("name", ["doubao", "jimeng", "samsung"])
def test_two_captures_recover_the_original_blend(name):
    alpha, ink = mask.load(name)
    dark, light = (overlaid(flat(level), name, 30, 40) for level in (8, 190))
    solved = solve(
        dark, light, Window(20, 30, 60 + alpha.shape[1], 60 + alpha.shape[0]).within(520, 240)
    )
    height, width = (min(a, b) for a, b in zip(solved.alpha.shape, alpha.shape, strict=True))
    top, left = solved.top - 40, solved.left - 30
    truth = np.zeros((300, 600)), np.zeros((300, 600))
    for plane, known in zip(truth, (alpha, ink), strict=True):
        plane[50 : 50 + alpha.shape[0], 50 : 50 + alpha.shape[1]] = known
    cut = slice(50 + top, 50 + top + height), slice(50 + left, 50 + left + width)
    assert np.abs(solved.alpha[:height, :width] - truth[0][cut]).mean() < 0.01
    assert np.abs(solved.ink[:height, :width] - truth[1][cut]).mean() < 2


@pytest.mark.parametrize(
    ("dark", "light"),
    [(flat(10), flat(12)), (flat(10), flat(200)), (flat(10), flat(200)[:-1])],
)
def test_unusable_captures_are_rejected(dark, light):
    with pytest.raises(MalformedImage):
        solve(dark, light, Window(50, 50, 150, 100))


@pytest.mark.parametrize("scale", [0.45, 0.5])
def test_pixels_under_a_label_are_restored(scale):
    clean = (pictures.clouds(SIDE, SIDE, np.random.default_rng(2)) * 0.7).astype(np.uint8)
    size = round(330 * scale), round(79 * scale)
    x, y = SIDE - 14 - size[0], SIDE - 16 - size[1]
    whole = overlaid(clean, "doubao", x, y, scale)
    outcome = expunge.run("visible", file_of(whole, compress_level=1))
    (found,) = outcome.report["marks"]
    assert found["name"] == "doubao-label"
    box = slice(y, y + size[1]), slice(x, x + size[0])
    assert psnr(pixels_of(outcome.image)[box], clean[box]) > psnr(whole[box], clean[box]) + 10


def test_a_label_with_another_blend_is_inpainted():
    clean = pictures.gradient(SIDE, SIDE, np.random.default_rng(4)) // 2
    whole = clean.copy()
    alpha, _ = mask.load("doubao")
    small = np.asarray(Image.fromarray(alpha).resize((150, 36), Image.Resampling.BICUBIC))
    letters = whole[960:996, 850:1000]
    letters[small > 0.2] = 0.2 * letters[small > 0.2] + 0.8 * 255  # bolder, and hard-edged
    outcome = expunge.run("visible", file_of(whole, compress_level=1))
    (found,) = outcome.report["marks"]
    assert "inpainted" in found["method"]
    after = pixels_of(outcome.image)[955:1000, 845:1005]
    assert psnr(after, clean[955:1000, 845:1005]) > 28


def test_the_command_writes_a_mask_and_an_entry(tmp_path):
    for name, level in (("dark", 8), ("light", 190)):
        path = tmp_path / f"{name}.png"
        path.write_bytes(file_of(overlaid(flat(level), "doubao", 30, 40)))
    named = ["--name", "acme-label", "--tool", "Acme", "-o", str(tmp_path)]
    where = ["--box", "20,30,360,100", *named]
    captures = [str(tmp_path / "dark.png"), str(tmp_path / "light.png")]
    result = CliRunner().invoke(main, ["marks", "fit", *captures, *where])
    assert result.exit_code == 0, result.output
    assert checked(tmp_path, "acme-label").mark.opacity == pytest.approx(0.602, abs=0.01)
    with Image.open(tmp_path / "acme-label.png") as written:
        assert written.mode == "LA"


def test_every_known_mark_is_listed():
    listed = CliRunner().invoke(main, ["marks", "list"]).output
    assert all(name in listed for name in MARKS)


def test_visible_on_the_command_line_writes_a_result_and_a_sheet(tmp_path):
    clean = pictures.gradient(420, 420, np.random.default_rng(1)) // 2
    _alpha, _ = mask.load("doubao")
    path = tmp_path / "picture.png"
    path.write_bytes(file_of(overlaid(clean, "doubao", 350 - 63, 400 - 16, 63 / 330)))
    result = CliRunner().invoke(
        main, ["visible", str(path), "--preview", "--region", "280,380,80,30"]
    )
    assert result.exit_code == 0, result.output
    assert pixels_of((tmp_path / "picture-clean.png").read_bytes()).shape == (420, 420, 3)
    assert pixels_of((tmp_path / "picture-preview.png").read_bytes()).shape[1] > 240
