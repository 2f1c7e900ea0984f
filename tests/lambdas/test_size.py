"""`sam build` succeeds, and its output fits into a function."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from expunge.models import State, catalogue
from tests.browser.pulled import pulled
from tests.lambdas import sam

if TYPE_CHECKING:
    from pathlib import Path

LIMIT = 262_144_000
"""Maximum unzipped bytes of code and layers (Lambda quotas, «Deployment package size»)."""
WHEELS = sorted(sam.resources("AWS::Serverless::LayerVersion").keys() - {"TabLayer"})
"""Layers of Python packages."""


def layers_of(function: dict[str, Any]) -> list[str]:
    return [layer["Ref"] for layer in function["Layers"]]


@pytest.mark.parametrize("name", sam.resources("AWS::Serverless::Function"))
def test_a_function_fits_with_its_layers(built, name, record_property):
    layers = layers_of(sam.resources("AWS::Serverless::Function")[name])
    parts = {part: sam.size(built / part) for part in (name, *layers)}
    record_property("measured", line(name, parts))
    assert all(parts.values())
    assert sum(parts.values()) <= LIMIT


def test_a_function_with_every_layer_of_packages_but_c2pa_would_fit(built, record_property):
    """The C2PA library and sign-in have room beside the rest only one at a time."""
    parts = {"JobsFunction": sam.size(built / "JobsFunction")}
    parts |= {layer: sam.size(built / layer) for layer in WHEELS if layer != "C2paLayer"}
    record_property("measured", line("JobsFunction, had it every layer but C2paLayer", parts))
    assert all(parts.values())
    assert sum(parts.values()) <= LIMIT


def line(name: str, parts: dict[str, int]) -> str:
    total = sum(parts.values())
    shares = " + ".join(f"{part} {size:,}" for part, size in parts.items())
    return f"{name}: {total:,} bytes unzipped, {total / LIMIT:.0%} of the limit ({shares})"


@pytest.mark.parametrize("name", sam.resources("AWS::Serverless::Function"))
def test_a_functions_zip_is_the_package_and_nothing_else(built, name):
    files = {str(path.relative_to(built / name)) for path in (built / name).rglob("*")}
    assert {path.name for path in (built / name).iterdir()} == {"expunge"}
    assert not [file for file in files if "__pycache__" in file or "/embedded" in file]
    assert not [file for file in files if "/cli/" in file]
    assert "expunge/web/site/guide/how-to/aws.md" in files, "the link to docs/ was followed"
    assert "expunge/web/site/guide/reference/openapi.json" not in files


@pytest.mark.parametrize("name", WHEELS)
def test_a_layer_is_built_for_the_runtime_and_keeps_its_licences(built, name):
    site = built / name / "python"
    libraries = [file for file in site.rglob("*.so*") if file.is_file()]
    assert libraries
    assert {machine(file) for file in libraries} == {EM_AARCH64}
    for metadata in site.glob("*.dist-info"):
        package = site / metadata.name.partition("-")[0]
        texts = [*metadata.rglob("*"), *package.glob("*")]
        kept = any("LICEN" in text.name.upper() for text in texts)
        assert kept or "License-Expression: MIT" in (metadata / "METADATA").read_text()


def test_the_vision_layer_brings_the_default_detector_and_no_other_weights(built):
    weights = built / "VisionLayer" / "models"
    detector = next(model for model in catalogue(weights) if model.name == "centerface-int8")

    assert detector.state(weights) is State.INSTALLED
    assert {file.name for file in weights.iterdir()} == {detector.file}


MAX_ANSWER = 6_291_556
"""Maximum bytes of a function's answer (Lambda quotas, «Invocation payload»)."""
ENVELOPE = 4_000
"""Bytes of an answer beside its body."""


@pulled
def test_a_browsers_files_are_compressed_and_each_fits_into_an_answer(built, record_property):
    folder = built / "TabLayer" / "models"
    sizes = {path.relative_to(folder).as_posix(): path.stat().st_size for path in files(folder)}
    record_property("measured", f"TabLayer: {sum(sizes.values()):,} bytes")

    assert "NOTICE.txt" in sizes
    assert {"pyodide-", "onnxruntime-web-"} <= {re.sub(r"[\d.]+/.*", "", name) for name in sizes}
    assert {name for name in sizes if name.endswith((".wasm", ".mjs"))} == set()
    for name, size in sizes.items():
        assert (size + 2) // 3 * 4 + ENVELOPE <= MAX_ANSWER, name


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


EM_AARCH64 = 183
"""ELF machine number of arm64 (ELF for the Arm 64-bit Architecture, 5.3.1)."""


def machine(library: Path) -> int:
    """`e_machine` of an ELF header: 16 bits at offset 18."""
    with library.open("rb") as file:
        header = file.read(20)
    assert header[:4] == b"\x7fELF"
    return int.from_bytes(header[18:20], "little")
