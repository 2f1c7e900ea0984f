"""A mark is learned from ordinary outputs, and found in others; unlike outputs are refused."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from expunge.cli import main
from expunge.errors import MalformedImage
from expunge.imaging.marks.entry_files import checked
from expunge.imaging.marks.labels import search
from expunge.imaging.marks.learning import learn
from expunge.imaging.marks.mask import load
from expunge.imaging.marks.template_search import Corner
from tests.samples import pictures
from tests.samples.labels import laid
from tests.samples.overlays import file_of

if TYPE_CHECKING:
    from collections.abc import Callable

KINDS = ("clouds", "gradient", "snow", "leaves")
LOWER_RIGHT = Corner(1, 1)


def ground(seed: int) -> np.ndarray:
    bright = 0.35 + 0.1 * (seed % 6)
    made = pictures.MAKERS[KINDS[seed % 4]](360, 480, np.random.default_rng(seed))
    return (made * bright).astype(np.uint8)


def output(seed: int, opacity: float = 0.7, colour: int = 240) -> np.ndarray:
    """Draw a mark that the registry does not have."""
    alpha, _ = load("openart-label")
    small = np.asarray(Image.fromarray(alpha).resize((120, 24), Image.Resampling.LANCZOS))
    small = np.clip(small, 0, 1) * opacity
    return laid(ground(seed), small, small * colour, 480 - 136, 360 - 36)[0]


def test_opacity_and_colour_are_learned() -> None:
    learned = learn([output(seed) for seed in range(6)], LOWER_RIGHT)
    assert learned.solution.opacity == pytest.approx(0.7, abs=0.04)
    assert learned.solution.colour == pytest.approx(240, abs=12)
    assert learned.agreement > 0.95


@pytest.mark.parametrize(
    ("outputs", "said"),
    [
        (lambda: [ground(seed) for seed in range(6)], "share no mark"),
        (lambda: [output(1) for _ in range(6)], "alike|about as bright"),
        (lambda: [output(seed) for seed in range(3)], "5 to 40 are needed"),
        (lambda: [output(seed)[seed:] for seed in range(6)], "differ in size"),
        (lambda: [output(seed)[:1, :1] for seed in range(6)], "too small"),
    ],
    ids=["unmarked", "one picture", "few", "sizes", "one pixel"],
)
def test_outputs_that_say_nothing_are_refused(
    outputs: Callable[[], list[np.ndarray]], said: str
) -> None:
    with pytest.raises(MalformedImage) as raised:
        learn(outputs(), LOWER_RIGHT)
    assert any(part in raised.value.detail for part in said.split("|"))


def test_the_command_writes_an_entry_that_finds_the_mark_in_other_outputs(tmp_path: Path) -> None:
    paths = []
    for seed in range(6):
        paths.append(str(tmp_path / f"{seed}.png"))
        Path(paths[-1]).write_bytes(file_of(output(seed)))
    own = tmp_path / "own"
    asked = ["--name", "acme-label", "--tool", "Acme", "-o", str(own)]
    result = CliRunner().invoke(main, ["marks", "learn", *paths, *asked])
    assert result.exit_code == 0, result.output
    assert "found again in 6 of 6" in result.output
    label = checked(own, "acme-label")
    assert [found.name for found in search(output(9), among=[label]).found] == ["acme-label"]
    assert not search(ground(9), among=[label]).found
    again = CliRunner().invoke(main, ["marks", "learn", *paths, *asked])
    assert again.exit_code == 1
    assert "there already" in again.output


def test_the_command_writes_nothing_if_the_outputs_disagree(tmp_path: Path) -> None:
    paths = []
    for seed in range(5):
        paths.append(str(tmp_path / f"{seed}.png"))
        Path(paths[-1]).write_bytes(file_of(ground(seed)))
    asked = ["--name", "acme-label", "--tool", "Acme", "-o", str(tmp_path / "own")]
    result = CliRunner().invoke(main, ["marks", "learn", *paths, *asked])
    assert result.exit_code == 1
    assert "Error: " in result.output
    assert not (tmp_path / "own").exists()


@pytest.mark.parametrize("name", ["../acme", "Acme", "a" * 65])
def test_a_name_is_refused_before_any_image_is_read(tmp_path: Path, name: str) -> None:
    paths = []
    for number in range(5):
        paths.append(str(tmp_path / f"{number}.png"))
        Path(paths[-1]).write_bytes(b"no image")
    asked = ["--name", name, "--tool", "Acme", "-o", str(tmp_path / "own")]
    result = CliRunner().invoke(main, ["marks", "learn", *paths, *asked])
    assert result.exit_code == 1
    assert "a name is at most 64" in result.output


def test_the_file_that_is_no_image_is_named(tmp_path: Path) -> None:
    paths = []
    for seed in range(5):
        paths.append(str(tmp_path / f"{seed}.png"))
        Path(paths[-1]).write_bytes(file_of(output(seed)) if seed < 3 else b"no image")
    asked = ["--name", "acme-label", "--tool", "Acme", "-o", str(tmp_path / "own")]
    result = CliRunner().invoke(main, ["marks", "learn", *paths, *asked])
    assert result.exit_code == 1
    assert "3.png: " in result.output
    assert not (tmp_path / "own").exists()
