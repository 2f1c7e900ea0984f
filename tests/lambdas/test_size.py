"""`sam build` succeeds, and its output fits into a function."""

from __future__ import annotations

import re
import struct
import sys
from typing import TYPE_CHECKING, Any

import pytest
from layers import bytecode

from expunge.models import State, catalogue
from tests.browser.pulled import pulled
from tests.lambdas import sam

if TYPE_CHECKING:
    from pathlib import Path

LIMIT = 262_144_000
"""Maximum unzipped bytes of code and layers (Lambda quotas, «Deployment package size»)."""
WHEELS = sorted(
    sam.resources("AWS::Serverless::LayerVersion").keys() - {"TabLayer", "WeightsLayer"}
)
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
    parts["WeightsLayer"] = sam.size(built / "WeightsLayer")
    record_property("measured", line("JobsFunction, had it every layer but C2paLayer", parts))
    assert all(parts.values())
    assert sum(parts.values()) <= LIMIT


API_LIMIT = 225_000_000
"""What we hold the function with every library to, so that there is room for the next one."""


def test_the_api_has_room_left(built):
    parts = ("ApiFunction", *layers_of(sam.resources("AWS::Serverless::Function")["ApiFunction"]))
    assert sum(sam.size(built / part) for part in parts) <= API_LIMIT


MAGIC = struct.pack("<H", 3571) + b"\r\n"
"""How bytecode of Python 3.13 begins (CPython, `Include/internal/pycore_magic_number.h`)."""
UNCHECKED_HASH = 1
"""The flags of PEP 552: hash-based, and not compared with the source."""


@pytest.mark.parametrize("name", ["ApiFunction", *WHEELS])
def test_a_cold_start_compiles_nothing(built, name):
    if bytecode.find("3.13") is None:
        pytest.skip("no Python 3.13 on this machine; the build said so")
    sources = [path for path in (built / name).rglob("*.py") if path.name != "load_config_py2.py"]
    assert sources
    for source in sources:
        compiled = source.parent / "__pycache__" / f"{source.stem}.cpython-313.pyc"
        head = compiled.read_bytes()[:8]
        assert head == MAGIC + struct.pack("<I", UNCHECKED_HASH), source


def test_a_build_without_the_runtimes_python_says_so(tmp_path, capfd):
    (tmp_path / "module.py").write_text("x = 1\n")
    bytecode.main(str(tmp_path), "3.0")
    assert "NO BYTECODE" in capfd.readouterr().err
    assert not list(tmp_path.rglob("*.pyc"))


def test_a_named_python_of_another_version_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("RUNTIME_PYTHON", sys.executable)
    with pytest.raises(SystemExit, match=r"is not Python 3\.0"):
        bytecode.main(str(tmp_path), "3.0")


@pytest.mark.parametrize("name", WHEELS)
def test_no_library_has_debug_information(built, name):
    for library in (built / name).rglob("*.so*"):
        (sections,) = struct.unpack_from("<H", library.read_bytes(), 0x3C)
        assert sections == 0, library


def test_opencv_has_no_videos_and_no_openssl(built):
    names = {path.name for path in (built / "VisionLayer").rglob("*.so*")}
    assert not [name for name in names if re.match("lib(av(?!if)|sw|ssl|crypto|vpx)", name)]


def line(name: str, parts: dict[str, int]) -> str:
    total = sum(parts.values())
    shares = " + ".join(f"{part} {size:,}" for part, size in parts.items())
    return f"{name}: {total:,} bytes unzipped, {total / LIMIT:.0%} of the limit ({shares})"


@pytest.mark.parametrize("name", sam.resources("AWS::Serverless::Function"))
def test_a_functions_zip_is_the_package_and_nothing_else(built, name):
    files = {str(path.relative_to(built / name)) for path in (built / name).rglob("*")}
    assert {path.name for path in (built / name).iterdir()} == {"expunge"}
    assert not [file for file in files if "/embedded" in file]
    assert not [file for file in files if "/cli/" in file or "agents/" in file]
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


def test_the_weights_of_queued_jobs_are_in_a_layer_that_the_api_lacks(built):
    weights = built / "WeightsLayer" / "models"
    detector = next(model for model in catalogue(weights) if model.name == "text-detector")
    functions = sam.resources("AWS::Serverless::Function")

    assert detector.state(weights) is State.INSTALLED
    assert {file.name for file in weights.iterdir()} == {detector.file}
    having = {name for name, one in functions.items() if "WeightsLayer" in layers_of(one)}
    assert having == {"JobsFunction", "LargeFunction"}


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
