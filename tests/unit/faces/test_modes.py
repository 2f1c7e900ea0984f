"""The modes ``faces`` and ``mask``, with a detector that needs no weights."""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

import expunge
from expunge.cli import main
from expunge.errors import ModelMissing, UnsupportedMediaType, ValidationFailed
from expunge.imaging.codecs import decode
from expunge.imaging.faces.choices import DetectorName
from expunge.imaging.source import Source
from expunge.operations import faces
from tests import samples
from tests.unit.faces.making import FACE, Squares, file, scene

LEFT, RIGHT = (60, 50, 110, 120), (220, 60, 260, 110)
PIXELS = scene((320, 200), LEFT, RIGHT)
PNG = file(PIXELS)


@pytest.fixture(autouse=True)
def detector(monkeypatch: pytest.MonkeyPatch) -> Squares:
    detector = Squares()
    monkeypatch.setattr(faces, "loaded", lambda name, path: detector)
    monkeypatch.setattr(faces, "_weights", lambda name: Path("weights"))
    return detector


def pixels(data: bytes | None) -> np.ndarray:
    assert data is not None
    return np.asarray(decode(Source.of(data)).pixels)


def hidden(data: bytes | None, *boxes: tuple[int, int, int, int]) -> list[bool]:
    """For each box, whether no pixel of it has the colour of a face."""
    shown = pixels(data).astype(int)
    near = np.abs(shown - FACE).max(axis=2) < 40
    return [not near[y1:y2, x1:x2].any() for x1, y1, x2, y2 in boxes]


def corners(report: dict[str, Any]) -> list[list[float]]:
    return sorted(list(face["box"].values()) for face in report["faces"])


# faces


def test_the_report_has_the_position_of_faces() -> None:
    outcome = expunge.run("faces", PNG)
    report = outcome.report

    assert outcome.image is None
    assert (report["width"], report["height"], report["count"]) == (320, 200, 2)
    assert np.array(corners(report)) == pytest.approx(np.array([LEFT, RIGHT]), abs=2)
    assert {face["index"] for face in report["faces"]} == {0, 1}
    assert set(report["faces"][0]["landmarks"]) == {
        "left_eye", "right_eye", "nose", "left_mouth", "right_mouth",
    }  # fmt: skip
    assert report["candidates"]["before_nms"] >= report["candidates"]["after_nms"] == 2
    json.dumps(report)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_boxes_are_in_displayed_coordinates(orientation: int) -> None:
    with Image.open(io.BytesIO(file(PIXELS, "JPEG", quality=95))) as image:
        exif = image.getexif()
        exif[0x0112] = orientation
        data = samples.encoded(image, "JPEG", quality=95, exif=exif)

    report = expunge.run("faces", data).report

    shown = pixels(data)
    assert (report["height"], report["width"]) == shown.shape[:2]
    assert report["count"] == 2
    for x1, y1, x2, y2 in np.array(corners(report), int):
        assert np.abs(shown[(y1 + y2) // 2, (x1 + x2) // 2].astype(int) - FACE).max() < 40


def test_faces_can_be_limited_by_number_and_size() -> None:
    assert expunge.run("faces", PNG, max_faces=1).report["count"] == 1
    large = expunge.run("faces", PNG, min_size=45).report
    assert np.array(corners(large)) == pytest.approx(np.array([LEFT]), abs=2)


def test_masks_hide_what_is_less_sure_than_what_is_reported(detector: Squares) -> None:
    detector.score = 0.13

    assert expunge.run("faces", PNG).report["count"] == 0
    assert expunge.run("mask", PNG).report["count"] == 2
    assert expunge.run("mask", PNG, plan="fast").report["count"] == 0
    assert expunge.run("mask", PNG, confidence=0.14).report["count"] == 0


@pytest.mark.parametrize("mode", ["faces", "mask"])
def test_stages_add_up_to_the_total(mode: str) -> None:
    spent = dict(expunge.run(mode, PNG).timings_ms)

    total = spent.pop("total")
    assert sum(spent.values()) == pytest.approx(total, abs=0.01)
    assert {"decode", "preprocess", "blob", "inference", "postprocess", "nms"} <= spent.keys()


def test_missing_weights_name_the_command_to_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.undo()
    monkeypatch.setenv("EXPUNGE_MODELS_DIR", str(tmp_path))

    with pytest.raises(ModelMissing, match="expunge models pull"):
        expunge.run("faces", PNG)
    with pytest.raises(ModelMissing, match=r"scrfd_10g\.onnx"):
        expunge.run("faces", PNG, model="scrfd_10g")
    (tmp_path / "scrfd_10g.onnx").write_bytes(b"weights")
    assert faces._weights(DetectorName.SCRFD_10G) == tmp_path / "scrfd_10g.onnx"


# mask


@pytest.mark.parametrize("method", ["gaussian", "pixelate", "solid", "elliptical", "ringfill"])
def test_every_face_is_hidden_and_nothing_else_changes(method: str) -> None:
    outcome = expunge.run("mask", PNG, method=method, padding=0.3)

    assert outcome.media_type == "image/png"
    assert outcome.report["masked_count"] == 2
    after = pixels(outcome.image)
    outside = np.ones(after.shape[:2], bool)
    for region in outcome.report["regions"]:
        x, y = region["x"], region["y"]
        outside[y : y + region["height"], x : x + region["width"]] = False
    assert np.array_equal(after[outside], PIXELS[outside])
    assert not np.array_equal(after, PIXELS)


@pytest.mark.parametrize("method", ["solid", "ringfill"])
def test_an_irreversible_method_leaves_no_pixel_of_a_face(method: str) -> None:
    outcome = expunge.run("mask", PNG, method=method, irreversible=True)

    assert outcome.report["irreversible"]
    assert hidden(outcome.image, LEFT, RIGHT) == [True, True]


@pytest.mark.parametrize("method", ["gaussian", "pixelate", "elliptical"])
def test_no_blur_is_called_irreversible(method: str) -> None:
    with pytest.raises(ValidationFailed, match="solid or ringfill"):
        expunge.run("mask", PNG, method=method, irreversible=True)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"include": [0]}, [True, False]),
        ({"exclude": [0]}, [False, True]),
        ({"include": [{"x1": 215, "y1": 55, "x2": 262, "y2": 112}]}, [False, True]),
        ({"exclude": [[215, 55, 262, 112]]}, [True, False]),
        ({"include": []}, [False, False]),
        ({"include": [0, 1], "exclude": [1]}, [True, False]),
        ({"min_size": 45}, [True, False]),
    ],
)
def test_faces_can_be_chosen(options: dict[str, Any], expected: list[bool]) -> None:
    seen = expunge.run("faces", PNG).report["faces"]
    order = [0, 1] if seen[0]["box"]["x1"] < 100 else [1, 0]

    for name in ("include", "exclude"):
        if name in options:
            options = options | {
                name: [order[one] if isinstance(one, int) else one for one in options[name]]
            }
    outcome = expunge.run("mask", PNG, method="solid", **options)

    assert hidden(outcome.image, LEFT, RIGHT) == expected
    assert outcome.report["masked_count"] == sum(expected)


def test_a_box_from_the_caller_is_hidden_even_without_a_face() -> None:
    outcome = expunge.run("mask", PNG, method="solid", include=[[140, 20, 180, 70]])

    assert not pixels(outcome.image)[25:65, 145:175].any()
    assert hidden(outcome.image, LEFT, RIGHT) == [False, False]


def test_a_cover_from_the_caller_hides_the_face() -> None:
    cover = base64.b64encode(file(np.full((9, 9, 3), (9, 200, 9), np.uint8))).decode()

    for text in (cover, f"data:image/png;base64,{cover}"):
        outcome = expunge.run("mask", PNG, method="cover", cover=text)
        assert pixels(outcome.image)[85, 85].tolist() == [9, 200, 9]


@pytest.mark.parametrize(
    "options",
    [
        {"method": "cover"},
        {"cover": "aaaa"},
        {"method": "cover", "cover": "not base64!"},
        {"method": "cover", "cover": base64.b64encode(b"no picture").decode()},
        {"include": [[10, 10, 5, 20]]},
        {"include": [-1]},
        {"include": [True]},
        {"include": [[1, 2, 3]]},
        {"include": [[1, 2, float("nan"), 4]]},
        {"colour": "red"},
        {"strength": 0},
        {"padding": -0.1},
        {"confidence": 0},
        {"method": "emoji"},
        {"blur": 3},
    ],
)
def test_invalid_options_are_rejected(options: dict[str, Any]) -> None:
    with pytest.raises(ValidationFailed):
        expunge.run("mask", PNG, **options)


def test_a_thumbnail_that_shows_the_face_is_removed() -> None:
    thumbnail = file(PIXELS, "JPEG")
    exif = Image.Exif()
    exif[0x013B] = "An Artist"
    exif.get_ifd(0x8769).update({0x927C: thumbnail})
    data = file(PIXELS, "JPEG", quality=95, exif=exif)
    assert thumbnail[20:400] in data

    stripped = expunge.run("mask", data, method="solid").image or b""
    kept = expunge.run("mask", data, method="solid", strip_metadata=False).image or b""

    assert thumbnail[20:400] not in stripped + kept
    assert b"An Artist" not in stripped
    assert b"An Artist" in kept


def test_metadata_is_removed_even_if_no_face_is_found() -> None:
    data = samples.encoded(samples.picture(), "JPEG", comment=b"private")

    outcome = expunge.run("mask", data)

    assert outcome.report["masked_count"] == 0
    assert outcome.report["changed"]
    assert outcome.image == expunge.run("metadata", data).image


def test_a_clean_image_without_faces_is_returned_unchanged() -> None:
    data = file(scene((64, 48)))

    outcome = expunge.run("mask", data)

    assert outcome.image == data
    assert not outcome.report["changed"]


@pytest.mark.parametrize("form", ["jpeg", "png", "webp"])
def test_a_result_can_be_of_another_format(form: str) -> None:
    outcome = expunge.run("mask", PNG, method="solid", format=form, quality=90)

    assert outcome.media_type == f"image/{form}"
    assert Source.of(outcome.image or b"").media_type == outcome.media_type
    assert hidden(outcome.image, LEFT, RIGHT) == [True, True]


@pytest.mark.parametrize("depth", ["grey", "palette", "alpha", "16 bits"])
def test_a_lossless_image_keeps_every_uncovered_pixel(depth: str) -> None:
    image = Image.fromarray(PIXELS)
    if depth == "16 bits":
        data = file(np.asarray(image.convert("L")).astype(np.uint16) * 257)
    else:
        mode = {"grey": "L", "palette": "P", "alpha": "RGBA"}[depth]
        data = samples.encoded(image.convert(mode), "PNG")
    before = decode(Source.of(data))

    outcome = expunge.run("mask", data, method="solid", include=[[60, 50, 110, 120]])

    after = decode(Source.of(outcome.image or b""))
    assert after.depth == before.depth
    (region,) = outcome.report["regions"]
    place = (
        slice(region["y"], region["y"] + region["height"]),
        slice(region["x"], region["x"] + region["width"]),
    )
    outside = np.ones(before.pixels.shape[:2], bool)
    outside[place] = False
    assert np.array_equal(after.rgb8()[outside], before.rgb8()[outside])
    assert not after.pixels[85, 85].any()


def test_animations_are_refused() -> None:
    frames = [Image.new("RGB", (32, 32), colour) for colour in ("red", "blue")]
    data = samples.encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])

    with pytest.raises(UnsupportedMediaType, match="animation"):
        expunge.run("faces", data)


# the command line


def run(*arguments: object) -> Any:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.png"
    path.write_bytes(PNG)
    return path


def test_faces_are_listed_and_drawn(photo: Path, tmp_path: Path) -> None:
    done = run("faces", photo, "--preview", tmp_path / "out.png")

    assert done.exit_code == 0, done.output
    assert "90%" in done.stdout
    assert not np.array_equal(pixels((tmp_path / "out.png").read_bytes()), PIXELS)
    line = json.loads(run("faces", photo, "--json", "--plan", "fast").stdout)
    assert line["report"]["plan"] == "fast"
    assert line["report"]["count"] == 2


def test_a_folder_is_masked_into_another(photo: Path, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in ("a.png", "b.png"):
        (tmp_path / "in" / name).write_bytes(PNG)
    previews = tmp_path / "previews"

    done = run("mask", tmp_path / "in", "-o", tmp_path / "out", "--method", "solid",
               "--irreversible", "--preview", previews)  # fmt: skip

    assert done.exit_code == 0, done.output
    assert "2 faces hidden by solid" in done.stdout
    assert hidden((tmp_path / "out" / "a.png").read_bytes(), LEFT, RIGHT) == [True, True]
    assert {path.name for path in previews.iterdir()} == {"a.png", "b.png"}


def test_the_chosen_faces_are_masked(photo: Path, tmp_path: Path) -> None:
    cover = tmp_path / "cover.png"
    cover.write_bytes(file(np.full((9, 9, 3), (9, 200, 9), np.uint8)))

    done = run("mask", photo, "--cover", cover, "--include", "215,55,262,112", "--dry-run")
    assert "1 face would be hidden by cover" in done.stdout
    assert not (tmp_path / "photo-clean.png").exists()

    run("mask", photo, "--cover", cover, "--include", "215,55,262,112", "--keep-metadata")
    after = pixels((tmp_path / "photo-clean.png").read_bytes())
    assert after[85, 240].tolist() == [9, 200, 9]
    assert run("mask", photo, "--include", "nobody").exit_code == 2
