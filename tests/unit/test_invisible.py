"""The ``invisible`` mode on whole files."""

from __future__ import annotations

import io
from pathlib import Path

import cv2
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


def test_one_transparent_colour_stays_transparent() -> None:
    """Also one that a pixel made anew would have come to, or come from."""
    drawn = np.asarray(PHOTO).copy()
    drawn[50:150, 60:180] = (255, 0, 255)
    for picture, key in ((drawn, (255, 0, 255)), (drawn[..., 1], 0)):
        given = file("PNG", Image.fromarray(picture), transparency=key)
        before, after = (alpha_of(data) for data in (given, image_of(run("invisible", given))))
        assert 0 in before
        assert np.array_equal(after, before)


def alpha_of(data: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image.convert("RGBA"))[..., 3]


def test_sixteen_bits_of_colour_and_alpha_stay() -> None:
    deep = np.dstack((np.asarray(PHOTO)[..., ::-1], np.asarray(PHOTO)[..., :1])).astype(np.uint16)
    deep = deep * 257 + np.arange(257, dtype=np.uint16)[: deep.shape[1], None][None] % 200
    given = cv2.imencode(".png", deep)[1].tobytes()
    result = image_of(run("invisible", given))
    after = cv2.imdecode(np.frombuffer(result, np.uint8), cv2.IMREAD_UNCHANGED)
    assert (after.dtype, after.shape) == (deep.dtype, deep.shape)
    assert np.array_equal(after[..., 3], deep[..., 3])
    assert len(np.unique(after[..., :3])) > 256
    assert 30 < psnr(deep[..., :3] / 257, after[..., :3] / 257) < 48


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


def test_a_palette_keeps_what_it_shows_through() -> None:
    drawn = PHOTO.quantize(64)
    given = file("PNG", drawn, transparency=bytes([0] * 5 + [128] * 5 + [255] * 54))
    assert np.array_equal(alpha_of(image_of(run("invisible", given))), alpha_of(given))


def test_cmyk_stays_cmyk_and_looks_the_same() -> None:
    given = file("JPEG", PHOTO.convert("CMYK"), quality=95)
    shades = []
    for data in (given, image_of(run("invisible", given))):
        with Image.open(io.BytesIO(data)) as image:
            assert image.mode == "CMYK"
            shades.append(np.asarray(image.convert("RGB")))
    assert 30 < psnr(*shades) < 48


@pytest.mark.parametrize("mode", ["1", "L"])
def test_what_has_no_colour_gains_none(mode: str) -> None:
    given = file("PNG", PHOTO.convert(mode))
    with Image.open(io.BytesIO(image_of(run("invisible", given)))) as after:
        assert after.mode in ("1", "L")


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
    assert "It is unknown" in report["unknown"]
    assert 30 < report["psnr_db"] < 48


def test_a_picture_that_would_lose_too_much_is_eased() -> None:
    random = np.random.default_rng(3)
    patches = random.integers(0, 256, (30, 40, 3), np.uint8).repeat(6, axis=0).repeat(6, axis=1)
    report = run("invisible", file("PNG", Image.fromarray(patches))).report["invisible"]
    assert report["eased"]
    assert not run("invisible", file("PNG")).report["invisible"]["eased"]


@pytest.mark.parametrize("mode", ["invisible", "all"])
def test_colour_noise_loses_only_a_part_of_its_residuals(mode: str) -> None:
    noise = np.random.default_rng(3).integers(0, 256, (120, 160, 3), np.uint8)
    report = run(mode, file("PNG", Image.fromarray(noise))).report["invisible"]
    assert report["eased"]
    assert 31.2 <= report["psnr_db"] < 32.5


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
    monkeypatch.setenv("EXPUNGE_MODELS_DIR", str(tmp_path))
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
    assert "pixels re-synthesised (low, " in done.output
    assert (tmp_path / "photo-clean.png").is_file()
