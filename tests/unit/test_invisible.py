"""The ``invisible`` mode on whole files."""

from __future__ import annotations

import io
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from expunge import models
from expunge.cli import main
from expunge.errors import ModelMissing, UnsupportedMediaType, ValidationFailed
from expunge.operations import MODES, run
from expunge.operations.outcome import Outcome
from tests import samples
from tests.samples import onnx
from tests.unit.purify.scenes import psnr, scene

PHOTO = Image.fromarray(scene(2)[:200, :256])


def file(form: str, image: Image.Image = PHOTO, **options: object) -> bytes:
    return samples.encoded(image, form, **options)


def shown(data: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image)


def image_of(outcome: Outcome) -> bytes:
    assert outcome.image is not None
    return outcome.image


def test_it_is_heavy_work_that_is_queued() -> None:
    mode = MODES["invisible"]
    assert (mode.group, mode.sync) == ("heavy", False)


@pytest.mark.parametrize("form", ["PNG", "WEBP", "AVIF"])
@pytest.mark.parametrize("strength", ["low", "medium", "high"])
def test_the_picture_looks_the_same_and_its_format_stays(form: str, strength: str) -> None:
    given = file(form, **{"lossless": True} if form == "WEBP" else {})
    outcome = run("invisible", given, strength=strength)
    before, after = shown(given), shown(image_of(outcome))
    assert outcome.media_type == f"image/{form.lower()}"
    assert before.shape == after.shape
    assert 28 < psnr(before, after) < 48


def test_a_jpeg_keeps_its_tables_and_its_sampling() -> None:
    given = file("JPEG", quality=83, subsampling="4:2:0")
    with Image.open(io.BytesIO(given)) as before:
        tables, layers = before.quantization, before.layer
    with Image.open(io.BytesIO(image_of(run("invisible", given)))) as after:
        assert after.quantization == tables
        assert [layer[:3] for layer in after.layer] == [layer[:3] for layer in layers]


def test_the_metadata_goes_and_the_way_up_and_the_profile_stay() -> None:
    given = file("JPEG", exif=b"Exif\0\0" + samples.exif(orientation=6), icc_profile=samples.ICC)
    outcome = run("invisible", given)
    result = image_of(outcome)
    assert b"SERIAL-1" not in result
    assert b"An Artist" not in result
    assert samples.shown_orientation(result) == 6
    assert samples.ICC in result
    assert {block["kind"] for block in outcome.report["metadata"]["removed"]} == {"exif"}


def test_running_twice_gives_the_same_file() -> None:
    given = file("PNG")
    assert image_of(run("invisible", given)) == image_of(run("invisible", given))


def test_alpha_stays_as_it_was() -> None:
    clear = PHOTO.copy()
    clear.putalpha(Image.linear_gradient("L").resize(PHOTO.size))
    after = shown(image_of(run("invisible", file("PNG", clear))))
    assert np.array_equal(after[..., 3], np.asarray(clear)[..., 3])


def test_sixteen_bits_stay_sixteen() -> None:
    grey = Image.fromarray(np.asarray(PHOTO.convert("L")).astype(np.uint16) * 257)
    result = image_of(run("invisible", file("PNG", grey), strength="high"))
    assert result[24] == 16
    assert len(np.unique(shown(result))) > 256


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_grey_stays_grey(form: str) -> None:
    outcome = run("invisible", file(form, PHOTO.convert("L")), strength="high")
    assert shown(image_of(outcome)).ndim == 2
    assert outcome.report["invisible"]["planes"] == "luma"


def test_a_palette_picture_is_made_anew_too() -> None:
    given = file("PNG", PHOTO.quantize(64))
    with Image.open(io.BytesIO(image_of(run("invisible", given)))) as after:
        assert (
            psnr(np.asarray(PHOTO.quantize(64).convert("RGB")), np.asarray(after.convert("RGB")))
            > 28
        )


def test_cmyk_stays_cmyk() -> None:
    with Image.open(
        io.BytesIO(image_of(run("invisible", file("JPEG", PHOTO.convert("CMYK")))))
    ) as after:
        assert after.mode == "CMYK"


def test_an_animation_is_refused_before_any_work(monkeypatch: pytest.MonkeyPatch) -> None:
    frames = [PHOTO, PHOTO.transpose(Image.Transpose.FLIP_LEFT_RIGHT)]
    given = file("GIF", frames[0], save_all=True, append_images=frames[1:])
    monkeypatch.setattr("expunge.operations.metadata.run", pytest.fail)
    with pytest.raises(UnsupportedMediaType, match="animation of 2 frames"):
        run("invisible", given)


def test_the_report_claims_no_more_than_was_measured() -> None:
    report = run("invisible", file("PNG")).report["invisible"]
    assert report["measured_on"] == ["dwtDct", "dwtDctSvd", "rivaGan"]
    assert report["synthid"] == "unsupported_locally"
    assert "Nobody can tell" in report["unknown"]
    assert 30 < report["psnr_db"] < 48


def test_an_unknown_strength_is_a_validation_error() -> None:
    with pytest.raises(ValidationFailed, match="/options/strength"):
        run("invisible", file("PNG"), strength="brutal")


def test_a_model_that_is_none_for_images_is_a_validation_error() -> None:
    with pytest.raises(ValidationFailed, match="/options/model"):
        run("invisible", file("PNG"), model="centerface")


ENTRY = """
[mirror]
file = "mirror.onnx"
bytes = 1
sha256 = "0"
licence = "MIT"
purpose = "testing"

[mirror.image_to_image]
tile = 64
range = [-1, 1]
"""


@pytest.fixture
def catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A models folder whose one model turns light to dark, not fetched yet."""
    (tmp_path / "models.toml").write_text(ENTRY, encoding="utf-8")
    for name, there in (("catalogue", models.catalogue), ("installed", models.installed)):
        monkeypatch.setattr(models, name, partial(there, folder=tmp_path))
    return tmp_path


def test_an_operators_model_is_used_where_it_is_named(catalogue: Path) -> None:
    graph = onnx.model([onnx.node("Neg", ["x"], "y")], 64)
    (catalogue / "mirror.onnx").write_bytes(graph)
    given = file("PNG")
    outcome = run("invisible", given, model="mirror")
    assert np.abs(shown(image_of(outcome)) - (255.0 - shown(given))).max() <= 1
    assert outcome.report["invisible"]["method"] == "model"
    assert outcome.report["invisible"]["measured_on"] == []


def test_a_model_whose_file_is_not_here_names_the_command(catalogue: Path) -> None:
    with pytest.raises(ModelMissing, match="expunge models pull"):
        run("invisible", file("PNG"), model="mirror")


@pytest.mark.parametrize(
    ("line", "wrong"),
    [("tile = 8", "tile"), ("overlap = 40", "overlap"), ("range = [1, 1]", "range"),
     ("scaling = 0", "scaling"), ("colour = 1", "overlap, scaling and range")],
)  # fmt: skip
def test_a_wrong_entry_says_what_is_wrong(tmp_path: Path, line: str, wrong: str) -> None:
    name = line.split(" = ", maxsplit=1)[0]
    kept = [old for old in ENTRY.splitlines() if not old.startswith(f"{name} =")]
    (tmp_path / "models.toml").write_text("\n".join([*kept, line]), encoding="utf-8")
    with pytest.raises(ValueError, match=f"mirror.*{wrong}"):
        models.catalogue(tmp_path)


def test_the_command_says_what_it_did(tmp_path: Path) -> None:
    path = tmp_path / "photo.png"
    path.write_bytes(file("PNG"))
    done = CliRunner().invoke(main, ["invisible", str(path), "--strength", "low"])
    assert done.exit_code == 0
    assert "made anew (low, " in done.output
    assert (tmp_path / "photo-clean.png").is_file()
