"""What the command line writes of a labelled picture has the label: results, previews, watching."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from expunge.cli.destination import FileTask
from expunge.cli.preview import swaps_beside
from expunge.imaging.provenance.own_label import labelled
from expunge.imaging.source import Source
from expunge.operations.outcome import Outcome
from tests import samples
from tests.unit.cli.command import run
from tests.unit.moving.clips import clip
from tests.unit.own_label.labelled import LABEL, label_in

if TYPE_CHECKING:
    from pathlib import Path

REGION = ("--regions", "20,20,30,20")


@pytest.fixture
def swap(tmp_path: Path) -> Path:
    path = tmp_path / "swap.jpg"
    picture = samples.encoded(samples.picture(size=(120, 90)), "JPEG", quality=90)
    path.write_bytes(labelled(Source.of(picture), LABEL))
    return path


@pytest.mark.parametrize("command", [("metadata",), ("mask", *REGION), ("visible", *REGION)])
@pytest.mark.parametrize("place", [(), ("--in-place",)])
def test_a_result_keeps_the_label_and_the_line_says_why(
    swap: Path, command: tuple[str, ...], place: tuple[str, ...]
) -> None:
    done = run(*command, swap, *place)
    assert done.exit_code == 0, done.output
    assert "Its label stays" in done.output
    for path in swap.parent.iterdir():
        assert label_in(path.read_bytes()) == LABEL


@pytest.mark.parametrize("command", ["mask", "visible"])
def test_a_preview_has_the_label_too(swap: Path, tmp_path: Path, command: str) -> None:
    preview = [tmp_path / "seen.png"] if command == "mask" else []
    done = run(command, swap, *REGION, "--preview", *preview)
    assert done.exit_code == 0, done.output
    made = list(tmp_path.glob("*.png"))
    assert len(made) == 1
    assert label_in(made[0].read_bytes()) == LABEL


def test_the_preview_of_a_swap_has_the_label_of_its_result(swap: Path) -> None:
    after = swap.read_bytes()
    picture = samples.encoded(samples.picture(size=(120, 90)), "JPEG", quality=90)
    report = {"changed": True, "regions": [[20, 20, 30, 20]], "faces": []}
    task = FileTask(swap, swap.with_name("swap-clean.jpg"))
    swaps_beside(task, picture, Outcome(after, "image/jpeg", report))
    assert label_in(swap.with_name("swap-preview.png").read_bytes()) == LABEL


@pytest.mark.parametrize("on_disk", [False, True])
def test_the_preview_of_a_moving_swap_shows_moments_and_has_its_label(
    tmp_path: Path, *, on_disk: bool
) -> None:
    film = tmp_path / "film.mp4"
    film.write_bytes(clip("mp4", 4, sound=False))
    after = labelled(Source.of(film.read_bytes()), LABEL)
    report = {"changed": True, "regions": [], "faces": []}
    outcome = Outcome(None if on_disk else after, "video/mp4", report, file=io.BytesIO(after))
    task = FileTask(film, tmp_path / "film-clean.mp4")
    swaps_beside(task, b"" if on_disk else film.read_bytes(), outcome)
    made = (tmp_path / "film-preview.png").read_bytes()
    assert label_in(made) == LABEL
    with Image.open(io.BytesIO(made)) as picture:
        assert picture.height > picture.width
