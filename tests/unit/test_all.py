"""The ``all`` mode: visible marks, invisible ones, metadata."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from expunge.cli import main
from expunge.errors import UnsupportedMediaType, ValidationFailed
from expunge.imaging import codecs
from expunge.imaging.marks.registry import MARKS
from expunge.operations import MODES, run
from tests import samples
from tests.unit.purify.scenes import scene

PHOTO = Image.fromarray(scene(2)[:200, :256])
EXIF = b"Exif\0\0" + samples.exif(orientation=6)


def shown(data: bytes | None) -> np.ndarray:
    assert data is not None
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image)


def test_it_is_heavy_work_that_is_queued() -> None:
    assert (MODES["all"].group, MODES["all"].sync) == ("heavy", False)


def test_the_report_has_a_part_for_each_step() -> None:
    outcome = run("all", samples.encoded(PHOTO, "JPEG", exif=EXIF))
    report = outcome.report
    assert report["visible"]["marks"] == []
    assert report["visible"]["reason"]
    assert report["invisible"]["strength"] == "medium"
    assert [block["kind"] for block in report["metadata"]["removed"]] == ["exif"]
    steps = ["metadata", "decode", "visible", "invisible", "encode", "total"]
    assert list(outcome.timings_ms) == steps


def test_without_a_visible_mark_it_comes_to_the_same_as_invisible() -> None:
    given = samples.encoded(PHOTO, "PNG")
    assert run("all", given, strength="low").image == run("invisible", given, strength="low").image


def test_it_decodes_and_encodes_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    for place, name in (("all", "decode"), ("invisible", "encode")):
        real = getattr(codecs, name)
        monkeypatch.setattr(
            f"expunge.operations.{place}.{name}",
            lambda *a, name=name, real=real, **k: calls.append(name) or real(*a, **k),
        )
    run("all", samples.encoded(PHOTO, "PNG"))
    assert calls == ["decode", "encode"]


def test_an_unknown_mark_is_a_validation_error() -> None:
    with pytest.raises(ValidationFailed, match=next(iter(MARKS))):
        run("all", samples.encoded(PHOTO, "PNG"), marks=["no such mark"])


def test_an_animation_is_refused() -> None:
    frames = [PHOTO, PHOTO.transpose(Image.Transpose.FLIP_LEFT_RIGHT)]
    given = samples.encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    with pytest.raises(UnsupportedMediaType, match="animation"):
        run("all", given)


def test_the_command_writes_a_file(tmp_path: Path) -> None:
    path = tmp_path / "photo.png"
    path.write_bytes(samples.encoded(PHOTO, "PNG"))
    done = CliRunner().invoke(main, ["all", str(path)])
    assert done.exit_code == 0
    assert "pixels re-synthesised (medium, " in done.output
    assert shown((tmp_path / "photo-clean.png").read_bytes()).shape == (200, 256, 3)
