"""The content analyser scores what an input shows, and nothing is swapped without it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from PIL import Image

import expunge
from expunge import models
from expunge.errors import ModelMissing, NsfwDetected
from expunge.imaging.safety import nsfw
from expunge.imaging.source import Source
from expunge.models.folder import VARIABLE
from expunge.operations import SCAN, scan
from expunge.operations import swap as operation
from expunge.operations.options.scan import ANALYSER, ScanOptions
from tests.unit.swaps.drawing import coded, scene

if TYPE_CHECKING:
    from pathlib import Path

needs_weights = pytest.mark.skipif(
    not any(
        each.name == ANALYSER and each.state() is models.State.INSTALLED
        for each in models.catalogue()
    ),
    reason="the weights are not pulled: expunge models pull nsfw",
)
PICTURE = scene(1, (320, 240))


def animation(frames: int, milliseconds: int) -> bytes:
    pictures = [Image.fromarray(scene(seed, (64, 48))) for seed in range(frames)]
    file = io.BytesIO()
    first, *others = pictures
    first.save(file, "GIF", save_all=True, append_images=others, duration=milliseconds)
    return file.getvalue()


@needs_weights
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_harmless_picture_has_a_low_score_in_every_format(form: str) -> None:
    report = SCAN.run(Source.of(coded(PICTURE, form)), ScanOptions()).report
    assert report["frames"] == 1
    assert 0 <= report["score"] < 0.2


@needs_weights
def test_a_moving_picture_is_scored_once_a_second() -> None:
    report = SCAN.run(Source.of(animation(6, 500)), ScanOptions()).report
    assert report["frames"] == 3


@needs_weights
def test_the_highest_score_counts_and_a_certain_one_ends_the_scan(monkeypatch) -> None:
    scores = iter((0.1, 0.6, 0.2, 0.96, 0.3))
    monkeypatch.setattr(nsfw.Analyser, "score", lambda *_: next(scores))
    source = Source.of(animation(6, 1000))
    assert SCAN.run(source, ScanOptions()).report == {"score": 0.96, "frames": 4}


@needs_weights
def test_a_flagged_input_is_named(monkeypatch) -> None:
    safe, rude = Source.of(coded(PICTURE)), Source.of(coded(scene(2)))
    monkeypatch.setattr(nsfw.Analyser, "score", lambda _, image: float(image.shape[0] == 360))
    scan.refuse_unsafe({"the target": safe})
    with pytest.raises(NsfwDetected, match=r"^The face looks like sexual content"):
        scan.refuse_unsafe({"the target": safe, "the face": rude})


def test_without_the_analyser_the_library_swaps_nothing(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    monkeypatch.setattr(operation, "check", lambda *_: None)
    monkeypatch.setattr(operation, "run", lambda *_: pytest.fail("it was swapped"))
    with pytest.raises(ModelMissing, match="expunge models pull"):
        expunge.run("swap", coded(PICTURE), companions={"source": coded(PICTURE)})
