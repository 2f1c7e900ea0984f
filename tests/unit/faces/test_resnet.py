"""The face descriptor's network: written from weights, beside the same sums in NumPy."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.lib.stride_tricks import sliding_window_view

from expunge import models
from expunge.imaging.faces.choices import DESCRIPTOR
from expunge.imaging.faces.resnet import BLOCKS, LENGTH, MEANS, converted, stored
from expunge.imaging.networks.session import Network

WIDTHS = {"32": 3, "64": 4, "128": 4, "256": 5}
"""Channels of the small network, by those of the published one."""


def layers() -> list[tuple[str, int, int, int]]:
    """Each convolution: its name, side of the filter, channels in and out."""
    found, before = [("conv32_down", 7, 3, WIDTHS["32"])], WIDTHS["32"]
    for block in BLOCKS:
        after = WIDTHS[block.removeprefix("conv").split("_")[0]]
        found += [(f"{block}/conv1", 3, before, after), (f"{block}/conv2", 3, after, after)]
        before = after
    return found


def small(seed: int = 4) -> tuple[bytes, list[dict[str, Any]]]:
    """Random weights, every second layer in floats and the others in 8 bits, and their manifest."""
    rng = np.random.default_rng(seed)
    parts, entries = list[bytes](), list[dict[str, Any]]()

    def add(name: str, shape: list[int], low: float, high: float, *, coded: bool) -> None:
        entry: dict[str, Any] = {"name": name, "shape": shape, "dtype": "float32"}
        if coded:
            entry["quantization"] = {"dtype": "uint8", "scale": (high - low) / 255, "min": low}
            parts.append(rng.integers(0, 256, shape, np.uint8).tobytes())
        else:
            parts.append(rng.uniform(low, high, shape).astype("<f4").tobytes())
        entries.append(entry)

    for number, (name, side, before, after) in enumerate(layers()):
        coded = bool(number % 2)
        add(f"{name}/conv/filters", [side, side, before, after], -0.4, 0.4, coded=coded)
        add(f"{name}/conv/bias", [after], -0.1, 0.1, coded=coded)
        add(f"{name}/scale/weights", [after], 0.5, 0.9, coded=True)
        add(f"{name}/scale/biases", [after], -0.2, 0.4, coded=True)
    add("fc", [WIDTHS["256"], LENGTH], -1, 1, coded=True)
    return b"".join(parts), entries


def manifest(entries: list[dict[str, Any]]) -> bytes:
    return json.dumps([{"weights": entries, "paths": ["one.bin"]}]).encode()


WEIGHTS, ENTRIES = small()


def in_numpy(image: np.ndarray) -> np.ndarray:
    """The descriptor of a (3, 150, 150) image, as the publications define the network."""
    tensor = {name: weight.floats.astype(np.float64) for name, weight in stored(
        WEIGHTS, manifest(ENTRIES)).items()}  # fmt: skip

    def layer(x: np.ndarray, name: str, stride: int, pad: int) -> np.ndarray:
        x = np.pad(x, ((0, 0), (pad, pad), (pad, pad)))
        filters = tensor[f"{name}/conv/filters"]
        seen = sliding_window_view(x, filters.shape[:2], axis=(1, 2))[:, ::stride, ::stride]
        y = np.einsum("cijhw,hwco->oij", seen, filters)
        y += tensor[f"{name}/conv/bias"][:, None, None]
        scale, bias = tensor[f"{name}/scale/weights"], tensor[f"{name}/scale/biases"]
        return y * scale[:, None, None] + bias[:, None, None]

    x = (image - np.array(MEANS)[:, None, None]) / 255
    x = np.maximum(layer(x, "conv32_down", 2, 0), 0)
    x = sliding_window_view(x, (3, 3), axis=(1, 2))[:, ::2, ::2].max(axis=(3, 4))
    for block in BLOCKS:
        down = "down" in block
        y = np.maximum(layer(x, f"{block}/conv1", 2 if down else 1, 0 if down else 1), 0)
        y = layer(y, f"{block}/conv2", 1, 1)
        if down:
            x = sliding_window_view(x, (2, 2), axis=(1, 2))[:, ::2, ::2].mean(axis=(3, 4))
        both = np.zeros((max(len(x), len(y)), *np.maximum(x.shape[1:], y.shape[1:])))
        for part in (x, y):
            both[: len(part), : part.shape[1], : part.shape[2]] += part
        x = np.maximum(both, 0)
    return x.mean(axis=(1, 2)) @ tensor["fc"]


def test_the_written_network_computes_what_the_definition_says() -> None:
    image = np.random.default_rng(7).uniform(0, 255, (2, 3, 150, 150)).astype(np.float32)
    network = Network(converted(WEIGHTS, manifest(ENTRIES)).serialised())

    made = network.run(image)[0]

    expected = np.stack([in_numpy(one) for one in image])
    assert made.shape == (2, LENGTH)
    assert np.abs(expected).max() > 0.05
    assert made == pytest.approx(expected, rel=1e-4, abs=1e-5)


def test_weights_of_8_bits_take_one_byte_each_in_the_file() -> None:
    made = converted(WEIGHTS, manifest(ENTRIES))
    kinds = {str(tensor.dtype) for tensor in made.tensors.values()}

    assert kinds == {"float32", "uint8", "int64"}
    assert len(made.serialised()) < len(WEIGHTS) + 25_000


@given(st.integers(0, len(WEIGHTS) - 1), st.binary(min_size=1, max_size=9))
def test_weights_that_are_cut_off_or_too_long_are_refused(length: int, more: bytes) -> None:
    for weights in (WEIGHTS[:length], WEIGHTS + more):
        with pytest.raises(ValueError, match="weights"):
            converted(weights, manifest(ENTRIES))


JSON = st.none() | st.integers(-9, 2**40) | st.text(max_size=5) | st.lists(st.integers(-2, 2**34))


@given(
    st.integers(0, len(ENTRIES) - 1),
    st.sampled_from(["name", "shape", "dtype", "quantization"]),
    JSON | st.dictionaries(st.sampled_from(["dtype", "scale", "min"]), JSON),
)
def test_a_manifest_with_a_wrong_member_gives_a_reason_and_no_crash(
    index: int, member: str, value: Any
) -> None:
    changed = [*ENTRIES]
    changed[index] = ENTRIES[index] | {member: value}
    with suppress(ValueError):  # a change of the name, or to what it was, is right
        assert set(stored(WEIGHTS, manifest(changed))) == {one["name"] for one in changed}


@pytest.mark.parametrize("text", [b"", b"[]", b"{}", b"nonsense", b"[" * 50_000, b" " * 100_001])
def test_what_is_no_manifest_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError, match="manifest"):
        converted(WEIGHTS, text)


@pytest.mark.parametrize("index", [0, 1, 40, len(ENTRIES) - 1])
def test_another_network_is_refused(index: int) -> None:
    renamed = [*ENTRIES]
    renamed[index] = ENTRIES[index] | {"name": "other"}

    with pytest.raises(ValueError, match="not the weights of the face descriptor"):
        converted(WEIGHTS, manifest(renamed))


def test_the_published_weights_give_the_catalogues_file() -> None:
    entries = {model.name: model for model in models.catalogue()}
    sources = [entries[name] for name in entries[DESCRIPTOR].converted]
    if any(one.state() is not models.State.INSTALLED for one in sources):
        pytest.skip("the weights are not pulled: expunge models pull")

    made = converted(*(one.path().read_bytes() for one in sources)).serialised()

    assert models.entries.is_whole(entries[DESCRIPTOR], made)


def catalogue(folder: Path, made: bytes) -> models.Model:
    """A catalogue of the small network, whose sources are in the folder already."""
    files = {"face-descriptor-weights": WEIGHTS, "face-descriptor-manifest": manifest(ENTRIES)}
    entries = []
    for name, data in (files | {DESCRIPTOR: made}).items():
        digest = hashlib.sha256(data).hexdigest()
        entries.append(
            f'[{name}]\nfile = "{name}"\nbytes = {len(data)}\nsha256 = "{digest}"\n'
            f'licence = "MIT"\npurpose = "test"\n'
            + (f"converted = {list(files)}\n" if name == DESCRIPTOR else "")
        )
        if name in files:
            (folder / name).write_bytes(data)
    (folder / "models.toml").write_text("\n".join(entries))
    return next(model for model in models.catalogue(folder) if model.name == DESCRIPTOR)


def test_a_pull_converts_what_is_there_and_holds_the_result_to_the_catalogue(
    tmp_path: Path,
) -> None:
    made = converted(WEIGHTS, manifest(ENTRIES)).serialised()
    model = catalogue(tmp_path, made)

    assert models.pull(model, tmp_path) is True
    assert models.pull(model, tmp_path) is False
    assert model.path(tmp_path).read_bytes() == made
    with pytest.raises(models.PullFailed, match="the catalogue promises"):
        models.pull(replace(model, file="other", sha256="0" * 64), tmp_path)


def test_a_pull_of_sources_that_cannot_be_converted_says_why(tmp_path: Path) -> None:
    model = catalogue(tmp_path, b"never made")
    turned = replace(model, converted=model.converted[::-1])

    with pytest.raises(models.PullFailed, match="manifest cannot be read"):
        models.pull(turned, tmp_path)
    assert not model.path(tmp_path).exists()
