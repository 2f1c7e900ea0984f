"""What `detect`, `invisible` and `all` report on invisible watermarks."""

from __future__ import annotations

import io
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from expunge.cli.reports import detect_table, invisible_line
from expunge.imaging.codecs import decode
from expunge.imaging.source import Source
from expunge.imaging.watermarks.payloads import PAYLOADS
from expunge.imaging.watermarks.planes import Order, Writer
from expunge.imaging.watermarks.votes import Scheme
from expunge.operations import MODES, detect, invisible, run
from expunge.operations.duration import cpu_seconds
from expunge.operations.looking import look_at
from expunge.operations.memory import peak_bytes
from expunge.operations.reports.detect import DetectReport
from expunge.operations.reports.invisible import AllReport, InvisibleReport
from tests import samples
from tests.unit.purify.scenes import scene
from tests.unit.watermarks.writing import written


@pytest.fixture(autouse=True)
def _no_networks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPUNGE_MODELS_DIR", str(tmp_path))


@cache
def carrier() -> bytes:
    """A PNG with Flux's mark, as Flux writes it."""
    picture = scene(2)[:256, :320]
    flux = next(payload for payload in PAYLOADS if payload.name == "flux")
    marked = written(picture, Scheme.DWT_DCT_SVD, flux.bits, Writer(Order.BGR, real=True))
    return samples.encoded(Image.fromarray(marked), "PNG")


def shown(rendered: Any) -> str:
    from rich.console import Console

    out = io.StringIO()
    Console(file=out, width=200).print(rendered)
    return out.getvalue()


def test_detect_names_the_mark_and_says_how_sure_it_is() -> None:
    outcome = run("detect", carrier(), invisible=True)
    section = outcome.report["invisible"]

    (mark,) = section["marks"]
    assert (mark["scheme"], mark["payload"]) == ("dwtDctSvd", "flux")
    assert mark["chance"] <= 1e-4
    assert mark["channels"] == "bgr"
    assert {one["scheme"]: one["status"] for one in section["schemes"]}["dwtDctSvd"] == "found"
    assert "Flux" in outcome.report["overall_assessment"]
    DetectReport.model_validate(outcome.report)
    assert "46 of 46 bits" in shown(detect_table(outcome, None))


@pytest.mark.parametrize("orientation", [3, 6, 7])
def test_a_viewers_turn_hides_no_mark(orientation: int) -> None:
    turned = Image.open(io.BytesIO(carrier()))
    exif = turned.getexif()
    exif[274] = orientation

    looked = look_at(decode(Source.of(samples.encoded(turned, "PNG", exif=exif))), thorough=False)

    assert looked.payload("dwtDctSvd") == "flux"


def test_a_mark_of_an_operators_decoder_is_no_sign_of_ai() -> None:
    mark = {"scheme": "mine", "tool": "mine"}
    report = {"invisible": {"marks": [mark]}}

    assert detect._with_tools("Unknown.", report) == "Unknown."


def test_detect_searches_only_if_it_is_asked_to() -> None:
    assert "invisible" not in run("detect", carrier()).report


def test_an_animation_is_not_examined() -> None:
    frames = [Image.new("RGB", (64, 64), colour) for colour in ("red", "blue")]
    out = io.BytesIO()
    frames[0].save(out, "PNG", save_all=True, append_images=frames[1:])

    section = run("detect", out.getvalue(), invisible=True).report["invisible"]

    assert (section["status"], section["detected"]) == ("not_examined", None)
    assert section["reason"]


@pytest.mark.parametrize("mode", ["invisible", "all"])
def test_a_removal_says_what_decoded_before_and_after(mode: str) -> None:
    outcome = run(mode, carrier())
    made = outcome.report["invisible"]

    decoded = {one["scheme"]: (one["before"], one["after"]) for one in made["decoded"]}
    assert decoded == {"dwtDct": (None, None), "dwtDctSvd": ("flux", None)}
    assert "unknown" in made["unknown"]
    model = AllReport if mode == "all" else InvisibleReport
    model.model_validate(outcome.report)
    assert "dwtDctSvd no longer decodes" in shown(invisible_line(outcome, None))


@pytest.mark.parametrize(
    ("works_from", "tried", "gave_up"),
    [("medium", ["low", "medium"], False), (None, ["low", "medium", "high"], True)],
)
def test_verifying_repeats_at_a_higher_strength(
    works_from: str | None, tried: list[str], gave_up: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def treated(opened: Any, strength: Any, *_: object) -> tuple[Any, float, bool]:
        picture = opened()
        gone = replace(picture, pixels=np.zeros_like(picture.pixels))
        return gone if strength == works_from else picture, 1.0, False

    monkeypatch.setattr(invisible, "_purified", treated)

    made = run("invisible", carrier(), strength="low", verify=True).report["invisible"]

    assert (made["tried"], made["gave_up"]) == (tried, gave_up)
    assert made["strength"] == tried[-1]


def test_searches_are_part_of_the_estimates() -> None:
    source = Source.of(carrier())
    for name, option in (("detect", "invisible"), ("invisible", "verify"), ("all", "verify")):
        mode = MODES[name]
        plain, asked = mode.options({}), mode.options({option: True})
        assert cpu_seconds(mode, source, asked) > cpu_seconds(mode, source, plain) + 10
        assert peak_bytes(mode, source, asked) >= peak_bytes(mode, source, plain)
