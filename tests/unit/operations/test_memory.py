"""An estimate is never below what an operation takes, and what is refused is told what fits."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expunge.imaging.source import Source
from expunge.operations import CONVERT, MODES
from expunge.operations.memory import peak_bytes, too_large_for
from tests.benchmarks import memory as benchmark
from tests.samples import large

if TYPE_CHECKING:
    from expunge.operations import Mode

MEASURED = (
    ("jpeg 4:2:0", "visible, one mark"),
    ("jpeg 4:2:0", "invisible"),
    ("jpeg CMYK", "visible, one mark"),
    ("png RGBA 16", "visible, one mark"),
    ("png RGBA", "all"),
    ("webp lossy alpha", "detect"),
    ("avif 10 bit", "detect"),
    ("heic alpha", "detect"),
    ("jxl lossless", "detect"),
    ("gif", "visible, one mark"),
)
"""Each format at 4 megapixels; ``make bench ONLY=memory`` measures all, and larger."""


def sized(source: Source, width: int, height: int) -> Source:
    return replace(source, layout=replace(source.layout, width=width, height=height, canvas=None))


def peak(mode: Mode, source: Source, **given: object) -> int:
    return peak_bytes(mode, source, mode.options(given))


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize(("coding", "run"), MEASURED)
def test_an_operation_takes_no_more_than_was_estimated(
    coding: str, run: str, tmp_path: Path
) -> None:
    path = tmp_path / "image"
    path.write_bytes(large.CODINGS[coding](2_000, 2_000))

    measured = benchmark.measured(path, run)

    assert not measured.refusal
    assert measured.mb <= benchmark.estimated_mb(path.read_bytes(), run)


@pytest.mark.parametrize("coding", large.CODINGS)
@pytest.mark.parametrize("mode", MODES)
def test_a_larger_image_takes_more_unless_nothing_is_decoded(coding: str, mode: str) -> None:
    source = large.small(coding)
    peaks = [peak(MODES[mode], sized(source, side, side)) for side in (500, 3_000, 6_000, 10_000)]

    if mode == "metadata":
        assert peaks == [0, 0, 0, 0]
    else:
        assert peaks[0] < peaks[1] < peaks[3]
        assert 60 << 20 < peaks[0] < 512 << 20


@pytest.mark.parametrize(
    "coding",
    [name for name in large.CODINGS if re.match("(jpeg 4|jpeg grey|png (?!inter))", name)],
)
@pytest.mark.parametrize("mode", ["detect", "faces"])
def test_a_hundred_megapixels_of_jpeg_or_png_are_looked_at_in_little_memory(
    coding: str, mode: str
) -> None:
    assert peak(MODES[mode], sized(large.small(coding), 10_000, 10_000)) < 550 << 20


@pytest.mark.parametrize("coding", ["jpeg 4:2:0", "jpeg 4:4:4", "png RGB"])
@pytest.mark.parametrize("mode", ["visible", "mask"])
def test_a_hundred_megapixels_are_edited_within_a_gibibyte(coding: str, mode: str) -> None:
    assert peak(MODES[mode], sized(large.small(coding), 10_000, 10_000)) < 1 << 30


@pytest.mark.parametrize(
    "coding",
    ["jpeg 4:2:0", "jpeg 4:4:4", "jpeg grey", "png RGB", "png RGBA", "png grey", "png palette"],
)
@pytest.mark.parametrize("mode", ["invisible", "all"])
def test_a_hundred_megapixels_are_remade_within_a_gibibyte(coding: str, mode: str) -> None:
    assert peak(MODES[mode], sized(large.small(coding), 10_000, 10_000)) < 1 << 30


@given(
    coding=st.sampled_from(sorted(large.CODINGS)),
    mode=st.sampled_from(sorted(set(MODES) - {"metadata"})),
    width=st.integers(1, 30_000),
    height=st.integers(1, 3_300),
    limit=st.integers(512, 4_096),
)
@settings(deadline=None, max_examples=200)
def test_the_size_that_a_refusal_names_fits(
    coding: str, mode: str, width: int, height: int, limit: int
) -> None:
    source, chosen = sized(large.small(coding), width, height), MODES[mode]
    options = chosen.options({})

    detail = too_large_for(chosen, source, options, limit << 20).detail

    named = re.search(r"([\d,]+) × ([\d,]+) pixels fit$", detail)
    assert named is not None, detail
    fitting = [int(side.replace(",", "")) for side in named.groups()]
    assert peak_bytes(chosen, sized(source, *fitting), options) <= limit << 20
    assert f"{width:,} × {height:,} pixels" in detail


def test_a_mode_that_nobody_measured_is_taken_for_the_dearest() -> None:
    source, options = sized(large.small("png RGB"), 4_000, 4_000), MODES["detect"].options({})
    new = replace(MODES["detect"], name="new")
    known = (peak(MODES[name], source) for name in MODES)
    assert peak_bytes(new, source, options) >= max(known)


def test_what_is_too_large_to_be_decoded_is_reported_on_without() -> None:
    huge = sized(large.small("avif alpha"), 20_000, 20_000)
    assert peak(MODES["detect"], huge) < 200 << 20


def test_a_conversion_is_estimated_too() -> None:
    options = CONVERT.options({"targets": ["image/avif"]})
    assert peak_bytes(CONVERT, sized(large.small("jpeg 4:2:0"), 4_000, 4_000), options) > 300 << 20
