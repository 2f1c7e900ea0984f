"""Decoders that are networks, on graphs built here."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from expunge import models
from expunge.errors import PipelineError
from expunge.imaging.watermarks.network import Square, rivagan
from expunge.imaging.watermarks.network_search import RIVAGAN, Decoder, search_supplied
from expunge.models import WatermarkDecoder
from expunge.operations.looking import look
from tests.samples import onnx
from tests.unit.purify.scenes import scene
from tests.unit.watermarks.test_trustmark import SENT

SIDE = 16
LABEL = "0110100111010010"


def graph(bits: str) -> bytes:
    """Outputs a constant for each bit, whatever the image: 1 for a one, −1 for a zero."""
    kernel = np.zeros((len(bits), 3, SIDE, SIDE), np.float32)
    bias = np.array([1.0 if bit == "1" else -1.0 for bit in bits], np.float32)
    node = onnx.node("Conv", ["x", "w", "b"], "y", kernel_shape=[SIDE, SIDE])
    constants = {"w": kernel, "b": bias}
    return onnx.model([node], SIDE, constants=constants, channels_out=len(bits), side_out=1)


def entry(data: bytes, table: str) -> str:
    return f"""
[mine]
file = "mine.onnx"
bytes = {len(data)}
sha256 = "{hashlib.sha256(data).hexdigest()}"
licence = "MIT"
purpose = "reads marks"
[mine.watermark_decoder]
side = {SIDE}
{table}
"""


@pytest.mark.parametrize(
    ("bits", "table", "payload"),
    [
        (LABEL, f'bits = 16\npayloads = {{ ours = "{LABEL}" }}', "ours"),
        (SENT, 'code = "trustmark"\nrange = [-1, 1]', SENT[:61]),
    ],
)
def test_an_operators_decoder_is_used(
    bits: str, table: str, payload: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = graph(bits)
    (tmp_path / "mine.onnx").write_bytes(data)
    (tmp_path / "models.toml").write_text(entry(data, table))
    monkeypatch.setenv("EXPUNGE_MODELS_DIR", str(tmp_path))

    looked = look(np.ascontiguousarray(scene(1)[:128, :128]))

    assert looked.payload("mine") == payload
    assert looked.hits[0].chance <= 1e-4
    assert looked.schemes["mine"] is None
    assert "rivagan-decoder" in str(looked.schemes["rivaGan"])


def test_a_decoder_that_fails_does_not_end_the_search(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = graph("01" * 4)
    (tmp_path / "mine.onnx").write_bytes(data)
    table = f'bits = 16\npayloads = {{ ours = "{LABEL}" }}'
    (tmp_path / "models.toml").write_text(entry(data, table))
    monkeypatch.setenv("EXPUNGE_MODELS_DIR", str(tmp_path))

    looked = look(np.ascontiguousarray(scene(1)[:128, :128]))

    assert looked.hits == []
    assert "gave 8 numbers" in str(looked.schemes["mine"])


def test_other_bits_are_no_hit(tmp_path: Path) -> None:
    path = tmp_path / "other.onnx"
    path.write_bytes(graph("10" * 8))
    decoder = Decoder(Square(SIDE, 0, 1, 2), 16, 0, trustmark=False, payloads={"a": LABEL})

    assert search_supplied(path, "other", decoder, scene(1)) == []


def test_a_decoder_with_other_outputs_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "short.onnx"
    path.write_bytes(graph("01" * 4))
    decoder = Decoder(Square(SIDE, 0, 1, 2), 16, 0, trustmark=False, payloads={"a": LABEL})

    with pytest.raises(PipelineError, match=r"gave 8 numbers.*promises 16"):
        search_supplied(path, "short", decoder, scene(1))


@pytest.mark.parametrize(
    ("table", "wrong"),
    [
        ("side = 3", "dictionary"),
        ({"side": 3}, "side: .*greater than or equal to 16"),
        ({"side": 256.0}, "side: .*integer"),
        ({"sides": 3}, "sides: .*; the keys are side, bits, threshold"),
        ({"threshold": float("nan")}, "threshold: .*finite"),
        ({"middle": 0}, "middle: .*greater than or equal to 1"),
        ({"range": [0]}, "range.1: .*required"),
        ({"payloads": "0101"}, "payloads: .*dictionary"),
        ({"payloads": {"a": 5}}, "payloads.a: .*string"),
        ({"bits": 13, "payloads": {"a": "01" * 6 + "0"}}, "bits: .*greater than or equal to 14"),
        ({"payloads": {"a": "0" * 100}}, "100 zeros and ones, with some of both"),
        ({}, "code must be trustmark"),
        ({"code": "trustmark", "bits": 99}, "of 100 bits"),
        ({"bits": 16, "payloads": {"a": "0101"}}, "16 zeros and ones"),
        ({"code": "trustmark", "range": (1, 1)}, "two different numbers"),
    ],
)
def test_a_wrong_entry_says_what_would_be_right(table: Any, wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        WatermarkDecoder.of("mine", table)


def test_rivagans_network_reads_any_size() -> None:
    model = next(model for model in models.catalogue() if model.name == RIVAGAN)
    if model.state() is not models.State.INSTALLED:
        pytest.skip("no weights here; run: expunge models pull")

    bits = rivagan(model.path(), np.ascontiguousarray(scene(1)[:64, :80]), 1.0)

    assert bits.shape == (32,)
