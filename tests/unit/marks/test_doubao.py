"""Doubao's solid label and its pill: removed cleanly at any size, or left as they were."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import expunge
from tests.samples import pictures
from tests.samples.labels import doubao, laid, planes
from tests.samples.overlays import file_of, pixels_of, psnr

FEW = settings(
    max_examples=max(3, settings().max_examples // 30), phases=(Phase.explicit, Phase.generate)
)
"""Each example searches two images, so none is shrunk."""
CASES = Path(__file__).parents[4] / "shared" / "cases" / "marks"
NAMES = {"doubao-solid": "doubao-solid-label", "doubao-pill": "doubao-pill"}
WIDTHS = {"doubao-solid": (72, 110), "doubao-pill": (76, 105)}
"""Widths of the letters in images of 640 pixels."""


def ground(name: str, seed: int, height: int = 480, width: int = 640) -> np.ndarray:
    return (pictures.MAKERS[name](height, width, np.random.default_rng(seed)) * 0.8).astype(
        np.uint8
    )


@FEW
@given(
    st.sampled_from(sorted(NAMES)),
    st.data(),
    st.sampled_from(("clouds", "gradient", "leaves", "snow")),
    st.integers(0, 2**32 - 1),
)
def test_a_label_is_removed_at_any_size_and_margin(name, data, kind, seed):
    clean = ground(kind, seed)
    width, margin = data.draw(st.integers(*WIDTHS[name])), data.draw(st.integers(6, 24))
    marked, place = doubao(clean, name, width, margin)
    outcome = expunge.run("visible", file_of(marked, compress_level=1))
    if not outcome.report["changed"]:
        return
    after = pixels_of(outcome.image).copy()
    (mark,) = outcome.report["marks"]
    assert mark["name"] == NAMES[name]
    least, gain = (20, 4) if kind in ("leaves", "snow") else (30, 8)  # these have no smooth part
    assert psnr(after[place], clean[place]) > max(least, psnr(marked[place], clean[place]) + gain)
    left, top, wide, high = mark["region"]
    after[top : top + high, left : left + wide] = marked[top : top + high, left : left + wide]
    assert np.array_equal(after, marked)
    assert expunge.run("visible", outcome.image).report["changed"] is False


@pytest.mark.parametrize(("name", "quality"), [("doubao-solid", 75), ("doubao-pill", 90)])
def test_a_label_is_removed_from_a_jpeg(name, quality):
    clean = ground("clouds", 4)
    marked, place = doubao(clean, name, 96, 16)
    outcome = expunge.run("visible", file_of(marked, "JPEG", quality=quality))
    assert [mark["name"] for mark in outcome.report["marks"]] == [NAMES[name]]
    assert psnr(pixels_of(outcome.image)[place], clean[place]) > 32


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_label_is_removed_from_a_cropped_copy(name):
    clean = ground("gradient", 6)
    marked, _ = doubao(clean, name, 96, 20)
    cut = (slice(9, -7), slice(5, -11))
    outcome = expunge.run("visible", file_of(marked[cut], compress_level=1))
    assert [mark["name"] for mark in outcome.report["marks"]] == [NAMES[name]]
    assert psnr(pixels_of(outcome.image), clean[cut]) > 45


def test_both_labels_of_one_image_are_removed():
    clean = ground("clouds", 9)
    marked = clean
    for name in NAMES:
        marked, _ = doubao(marked, name, 96, 18)
    outcome = expunge.run("visible", file_of(marked, compress_level=1))
    assert {mark["name"] for mark in outcome.report["marks"]} == set(NAMES.values())
    assert psnr(pixels_of(outcome.image), clean) > 45


def test_the_pill_is_found_in_an_image_whose_ends_alone_are_decoded(monkeypatch):
    from expunge.imaging.codecs import partial
    from expunge.operations import visible

    clean = ground("clouds", 9, 900, 640)
    marked, _ = doubao(clean, "doubao-pill", 96, 18)
    file = file_of(marked, compress_level=1)
    whole = expunge.run("visible", file).report["marks"]
    for module in (partial, visible):
        monkeypatch.setattr(module, "WHOLE", 0)
    assert expunge.run("visible", file).report["marks"] == whole != []


@pytest.mark.skipif(not CASES.exists(), reason="the cases are not available")
@pytest.mark.parametrize(
    ("file", "name"), [("db-c00-5b2", "doubao-solid-label"), ("db-c00-5b", "doubao-pill")]
)
def test_the_real_labels_are_removed_exactly(file, name):
    clean = pixels_of((CASES / "db-c00-raw.png").read_bytes())
    outcome = expunge.run("visible", (CASES / f"{file}.png").read_bytes())
    (mark,) = outcome.report["marks"]
    left, top, width, height = mark["region"]
    box = slice(top, top + height), slice(left, left + width)
    assert mark["name"] == name
    assert psnr(pixels_of(outcome.image)[box], clean[box]) > 48


@pytest.mark.parametrize(
    ("typeface", "where"),
    [("sans", "before"), ("serif", "after"), ("round", "above"), ("sans", "below")],
)
def test_a_part_of_a_longer_label_is_not_removed(typeface, where):
    clean = (ground("clouds", 12, 640, 640) * 0.7).astype(np.uint8)
    alpha, ink, _ = planes(f"ai-generated-{typeface}", 72)
    height, width = alpha.shape
    half = slice(None), slice(width // 2, None)
    x = 640 - 20 - width - (width // 2 + 2 if where == "after" else 0)
    y = 640 - 20 - height - (height + 3 if where == "below" else 0)
    marked, _ = laid(clean, alpha, ink, x, y)
    beside = {"before": x - width // 2 - 2, "after": x + width + 1}.get(where, x)
    along = {"above": y - height - 3, "below": y + height + 3}.get(where, y)
    more = (alpha[half], ink[half]) if where in ("before", "after") else (alpha, ink)
    marked, _ = laid(marked, *more, beside, along)
    file = file_of(marked, compress_level=1)
    outcome = expunge.run("visible", file)
    assert outcome.image == file
    assert outcome.report["kept"]


@pytest.mark.parametrize("typeface", ["sans"])
def test_the_same_label_alone_is_removed(typeface):
    clean = (ground("clouds", 12, 640, 640) * 0.7).astype(np.uint8)
    alpha, ink, _ = planes(f"ai-generated-{typeface}", 72)
    marked, place = laid(clean, alpha, ink, 640 - 92, 640 - 20 - alpha.shape[0])
    outcome = expunge.run("visible", file_of(marked, compress_level=1))
    assert [mark["name"] for mark in outcome.report["marks"]] == ["ai-generated-label"]
    assert psnr(pixels_of(outcome.image)[place], clean[place]) > 30
