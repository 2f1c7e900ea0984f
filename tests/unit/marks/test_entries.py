"""A mark is two files, which an operator can add; a wrong one is named and left out."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from expunge.cli import main
from expunge.imaging.marks import entry_files, names
from expunge.imaging.marks.entry_files import MOST, EntryInvalid, checked, own
from expunge.imaging.marks.labels import search
from expunge.imaging.marks.mask import load
from expunge.settings import PREFIX, Settings
from tests.samples import pictures
from tests.samples.labels import laid

ENTRY = """
tool = "Acme"
evidence = "documented"
corner = "lower right"
share = 0.16
of = "width"
sizes = [0.85, 1.2]
reach = [1.5, 0.75]
opacity = 0.7
deviation = 0.1
opacities = [0.3, 0.97]
"""


def written(folder: Path, name: str = "acme-label", entry: str = ENTRY) -> Path:
    alpha, _ = load("kling-label")
    both = np.dstack([alpha * 255, alpha * 255]).astype(np.uint8)
    Image.fromarray(both, "LA").save(folder / f"{name}.png")
    (folder / f"{name}.toml").write_text(entry)
    return folder / f"{name}.toml"


def test_an_operators_mark_is_searched_for(tmp_path: Path) -> None:
    written(tmp_path)
    (label,) = own(tmp_path)
    clean = pictures.clouds(480, 640, np.random.default_rng(1)) // 2
    alpha, _ = load("kling-label")
    small = np.asarray(Image.fromarray(alpha).resize((104, 23), Image.Resampling.LANCZOS)) * 0.8
    marked, _ = laid(clean, small, small * 255, 640 - 124, 480 - 43)
    assert [found.name for found in search(marked, among=[label]).found] == ["acme-label"]
    assert not search(clean, among=[label]).found


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("share = 7", "share: Input should be less than or equal to 1"),
        ("corner = 'left'", "corner: Input should be 'lower right'"),
        ("hat = 1", "hat: there is no such field"),
        ("sizes = [1.2, 0.8]", "`sizes` must be [smallest, largest] around 1"),
        ("opacities = [0.8, 0.9]", "`opacities` must be [least, most] around `opacity`"),
        ("mask = '../secret.png'", "mask: String should match"),
        ("mask = 'other.png'", "there is no other.png beside it"),
        ("bleed = 20", "`bleed` leaves nothing"),
        ("share =", "it is not TOML"),
        ('tool = "a\\u001b[31m"', "tool: String should match"),
        ("deviation = 1e-320", "deviation: Input should be greater"),
    ],
)
def test_a_wrong_entry_is_named_with_what_is_wrong(tmp_path: Path, line: str, said: str) -> None:
    field = line.partition(" =")[0]
    lines = [one for one in ENTRY.splitlines() if not one.startswith(f"{field} =")]
    written(tmp_path, entry="\n".join([*lines, line]))
    with pytest.raises(EntryInvalid) as raised:
        checked(tmp_path, "acme-label")
    assert said in str(raised.value)
    assert str(raised.value).startswith("acme-label.toml: ")
    result = CliRunner().invoke(main, ["marks", "check", str(tmp_path)])
    assert result.exit_code == 1
    assert said in result.output


@pytest.mark.parametrize(
    ("size", "mode", "said"),
    [
        ((1200, 20), "LA", "a side must have 8 to 1024"),
        ((4, 20), "LA", "a side must have"),
        ((40, 20), "L", "(LA)"),
    ],
)
def test_a_wrong_mask_is_refused_by_its_header(
    tmp_path: Path, size: tuple[int, int], mode: str, said: str
) -> None:
    written(tmp_path)
    Image.new(mode, size).save(tmp_path / "acme-label.png")
    with pytest.raises(EntryInvalid, match=r"acme-label\.png") as raised:
        checked(tmp_path, "acme-label")
    assert said in str(raised.value)


def drawn(alpha: np.ndarray) -> Image.Image:
    return Image.merge("LA", [Image.new("L", alpha.shape[::-1], 255), Image.fromarray(alpha)])


@pytest.mark.parametrize(
    ("mask", "said"),
    [
        (np.zeros((20, 60), np.uint8), "it shows no mark"),
        (np.pad(np.full((8, 200), 200, np.uint8), ((8, 8), (0, 0))), "on upright edges"),
    ],
)
def test_a_mask_that_every_image_resembles_is_refused(
    tmp_path: Path, mask: np.ndarray, said: str
) -> None:
    written(tmp_path)
    drawn(mask).save(tmp_path / "acme-label.png")
    with pytest.raises(EntryInvalid, match=r"acme-label\.png") as raised:
        checked(tmp_path, "acme-label")
    assert said in str(raised.value)


def test_files_that_would_stop_a_reader_are_left_out(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A list nested too deeply, half a PNG, a pipe, a device, a folder, a link to nothing."""
    written(tmp_path)
    written(tmp_path, "deep-label", "a = " + "[" * 16_000)
    half = written(tmp_path, "half-label").with_suffix(".png")
    half.write_bytes(half.read_bytes()[:-40])
    os.mkfifo(tmp_path / "pipe-label.toml")
    (tmp_path / "device-label.toml").symlink_to("/dev/zero")
    (tmp_path / "folder-label.toml").mkdir()
    (tmp_path / "gone-label.toml").symlink_to("nothing")
    with caplog.at_level(logging.WARNING):
        assert [label.mark.name for label in own(tmp_path)] == ["acme-label"]
    assert caplog.text.count("a mark was left out: ") == 6


def test_a_name_of_the_package_and_a_bad_one_are_refused(tmp_path: Path) -> None:
    for name in ("qwen-label", "gemini-sparkle", "Acme_1"):
        written(tmp_path, name)
        with pytest.raises(EntryInvalid, match="name"):
            checked(tmp_path, name)


def test_a_folder_has_a_limit(tmp_path: Path) -> None:
    for number in range(MOST):
        (tmp_path / f"a{number:02}.toml").write_text("")
    written(tmp_path)
    with pytest.raises(EntryInvalid, match=f"at most {MOST}"):
        checked(tmp_path, "acme-label")


def test_a_wrong_file_does_not_stop_the_others(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    written(tmp_path)
    written(tmp_path, "broken-label", "")
    with caplog.at_level(logging.WARNING):
        assert [label.mark.name for label in own(tmp_path)] == ["acme-label"]
    assert "broken-label.toml: " in caplog.text


def test_the_folder_is_a_setting_or_the_users_own(tmp_path: Path) -> None:
    assert names.own_folder({names.VARIABLE: str(tmp_path)}) == tmp_path
    assert f"{PREFIX}MARKS_DIR" == names.VARIABLE
    assert "marks_dir" in Settings.model_fields
    assert names.own_folder({"XDG_DATA_HOME": str(tmp_path)}, "linux").is_relative_to(tmp_path)
    assert not list(own(tmp_path / "none"))


def test_at_least_eighteen_marks_are_known_each_with_its_evidence() -> None:
    labels = entry_files.labels()
    assert len(labels) + len(names.STARS) >= 18
    assert all(label.inverted for label in labels if label.captured)
    listed = CliRunner().invoke(main, ["marks", "list"]).output
    assert all(label.mark.name in listed for label in labels)


def grid() -> np.ndarray:
    """More points on its outlines than OpenCV interpolates at a time."""
    drawn = np.zeros((300, 300, 2))
    drawn[::10] = drawn[:, ::10] = 255
    return drawn


def test_a_mask_of_very_many_outlines_is_judged_like_any_other(tmp_path: Path) -> None:
    written(tmp_path)
    Image.fromarray(grid().astype(np.uint8), "LA").save(tmp_path / "acme-label.png")
    assert [label.mark.name for label in own(tmp_path)] in ([], ["acme-label"])


@pytest.mark.parametrize("bleed", [0, 2])
def test_a_mask_without_ink_is_refused(tmp_path: Path, bleed: int) -> None:
    written(tmp_path, entry=f"{ENTRY}bleed = {bleed}\n")
    with Image.open(tmp_path / "acme-label.png") as image:
        both = np.array(image)
    both[..., 0] = 0
    Image.fromarray(both, "LA").save(tmp_path / "acme-label.png")
    with pytest.raises(EntryInvalid, match="has no ink"):
        checked(tmp_path, "acme-label")
