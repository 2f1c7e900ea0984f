"""The content analyser scores what an input shows, and nothing is swapped without it."""

from __future__ import annotations

import io
import struct
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image, ImageCms

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

    from numpy.typing import NDArray

needs_weights = pytest.mark.skipif(
    not any(
        each.name == ANALYSER and each.state() is models.State.INSTALLED
        for each in models.catalogue()
    ),
    reason="the weights are not pulled: expunge models pull nsfw",
)
PICTURE = scene(1, (320, 240))


@needs_weights
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_harmless_picture_has_a_low_score_in_every_format(form: str) -> None:
    report = SCAN.run(Source.of(coded(PICTURE, form)), ScanOptions()).report
    assert report["frames"] == 1
    assert 0 <= report["score"] < 0.2


@pytest.fixture
def scored(monkeypatch: pytest.MonkeyPatch) -> list[NDArray[np.uint8]]:
    """What the analyser would see; the answer is the red of the first pixel."""
    seen: list[NDArray[np.uint8]] = []

    class Analyser:
        def score(self, image: NDArray[np.uint8]) -> float:
            seen.append(image)
            return float(image[0, 0, 0]) / 255

    monkeypatch.setattr(models, "installed", lambda _: None)
    monkeypatch.setattr(nsfw, "loaded", lambda _: Analyser())
    return seen


def scan_of(*shades: int, milliseconds: int) -> dict[str, Any]:
    """The report on a GIF whose frames have these shades."""
    first, *others = (Image.new("L", (16, 12), shade) for shade in shades)
    file = io.BytesIO()
    first.save(file, "GIF", save_all=True, append_images=others, duration=milliseconds, loop=0)
    return SCAN.run(Source.of(file.getvalue()), ScanOptions()).report


def test_frames_that_look_alike_are_scored_once_a_second(scored, monkeypatch) -> None:
    monkeypatch.setattr(scan.random, "random", lambda: 0.25)
    report = scan_of(*range(12), milliseconds=500)
    assert (report["frames"], scored[1][0, 0, 0], scored[2][0, 0, 0]) == (6, 3, 5)


def test_nobody_knows_which_frames_of_a_second_are_scored(scored, monkeypatch) -> None:
    for offset, shade in ((0.05, 6), (0.45, 8)):
        monkeypatch.setattr(scan.random, "random", lambda offset=offset: offset)
        scored.clear()
        scan_of(*(frame // 2 for frame in range(20)), milliseconds=100)
        assert [int(one[0, 0, 0]) for one in scored[1:]] == [shade]


@pytest.mark.parametrize("place", range(8))
def test_a_frame_between_the_seconds_cannot_hide(scored, place: int) -> None:
    shades = [10] * 8
    shades[place] = 200
    assert scan_of(*shades, milliseconds=40)["score"] == pytest.approx(200 / 255, abs=0.01)


def test_a_frame_among_mosaics_of_it_cannot_hide(scored, monkeypatch) -> None:
    monkeypatch.setattr(scan.random, "random", lambda: 1.0)
    sharp = Image.fromarray(np.random.default_rng(1).integers(0, 255, (64, 64), np.uint8))
    sharp = sharp.resize((256, 256))
    mosaic = sharp.resize((32, 32), Image.Resampling.BOX).resize((256, 256), 0)
    file = io.BytesIO()
    others = [mosaic.point(lambda value: value + 1), sharp, mosaic]
    mosaic.save(file, "GIF", save_all=True, append_images=others, duration=40, loop=0)
    assert SCAN.run(Source.of(file.getvalue()), ScanOptions()).report["frames"] == 2


def inverting() -> bytes:
    """A colour profile that shows the negative."""
    made = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    start, curve = len(made), (np.linspace(1, 0, 256) ** 2.2 * 65535).astype(">u2").tobytes()
    made += b"curv\0\0\0\0" + struct.pack(">I", 256) + curve
    for at in range(132, 132 + 12 * int.from_bytes(made[128:132], "big"), 12):
        if made[at : at + 4] in (b"rTRC", b"gTRC", b"bTRC"):
            made[at + 4 : at + 12] = struct.pack(">II", start, len(made) - start)
    made[:4] = len(made).to_bytes(4, "big")
    return bytes(made)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_what_a_colour_profile_shows_is_scored(scored, form: str) -> None:
    file = io.BytesIO()
    Image.new("RGB", (64, 64), (30, 30, 30)).save(file, form, icc_profile=inverting())
    SCAN.run(Source.of(file.getvalue()), ScanOptions())
    stored, shown = (one.mean() for one in scored)
    assert stored == pytest.approx(30, abs=3)
    assert shown == pytest.approx(225, abs=6)


@pytest.mark.parametrize("profile", ["sRGB", "broken"])
def test_a_profile_that_changes_nothing_is_not_scored_again(scored, profile: str) -> None:
    good = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    file = io.BytesIO()
    picture = Image.new("RGBA", (64, 48), (30, 90, 30, 255))
    picture.save(file, "PNG", icc_profile=good if profile == "sRGB" else b"broken")
    SCAN.run(Source.of(file.getvalue()), ScanOptions())
    assert len(scored) == 1


def test_a_flicker_is_not_scored_again_and_again(scored) -> None:
    scan_of(*[10, 100, 180] * 8, milliseconds=20)
    assert len(scored) == 3


def test_the_highest_score_counts_and_a_certain_one_ends_the_scan(scored) -> None:
    assert scan_of(30, 150, 60, 245, 90, milliseconds=1000) == {"score": 0.9608, "frames": 4}


@pytest.mark.parametrize("form", ["PNG", "WEBP", "AVIF"])
def test_what_transparency_alone_draws_is_scored(scored, form: str) -> None:
    """Black with the picture in its alpha: a white page shows it, the colours do not."""
    file = io.BytesIO()
    drawn = Image.new("RGBA", (64, 64), (0, 0, 0, 255))
    drawn.putalpha(Image.fromarray(np.uint8([[0, 255] * 32, [255, 0] * 32] * 32)).resize((64, 64)))
    drawn.save(file, form, lossless=True)
    SCAN.run(Source.of(file.getvalue()), ScanOptions())
    colours, on_black, on_white = (one.astype(int) for one in scored)
    assert colours.max() < 10
    assert on_black.max() < 10
    assert on_white.mean() == pytest.approx(127, abs=8)


def test_an_opaque_picture_is_scored_once(scored) -> None:
    file = io.BytesIO()
    Image.new("RGBA", (16, 16), (9, 9, 9, 255)).save(file, "PNG")
    SCAN.run(Source.of(file.getvalue()), ScanOptions())
    assert len(scored) == 1


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
