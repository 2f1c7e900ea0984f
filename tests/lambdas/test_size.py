"""What is built of functions and layers holds what it should, and fits into a function.

`make test` builds for this machine, by the same rules. How large layers and bytecode are for the
runtime it knows from sizes.json, which `make judge` holds against the output of `sam build`.
"""

from __future__ import annotations

import importlib.util
import json
import platform
import re
import struct
import sys
from pathlib import Path

import pytest
from layers import bytecode

from expunge.imaging.limits import AWS_MOVIE_BYTES
from expunge.models import State, catalogue
from expunge.operations import MODES
from tests.browser.pulled import pulled
from tests.lambdas import sam
from tests.lambdas.conftest import JUDGE, LAYERS

LIMIT = 262_144_000
"""Maximum unzipped bytes of code and layers (Lambda quotas, «Deployment package size»)."""
API_LIMIT = 225_000_000
"""What we hold the function with every library to, so that there is room for the next one."""
FUNCTIONS = sam.resources("AWS::Serverless::Function")
WHEELS = sorted(LAYERS.keys() - {"TabLayer", "WeightsLayer", "SwapWeightsLayer"})
"""Layers of Python packages."""
MEASURED = json.loads(Path(__file__).with_name("sizes.json").read_text(encoding="utf-8"))
"""Bytes of each layer, and of bytecode for each byte of source, built for the runtime."""
TOLERANCE = 100_000
"""By how many bytes these may be out of date."""


def sizes(name: str, code: Path, layers: list[str]) -> dict[str, int]:
    """Unzipped bytes of a function's parts, as the runtime's build makes them."""
    return {name: size_of(code)} | {layer: MEASURED["layers"][layer] for layer in layers}


def size_of(code: Path) -> int:
    bytecode_here, sources = (
        sum(file.stat().st_size for file in code.rglob(kind)) for kind in ("*.pyc", "*.py")
    )
    return sam.size(code) - bytecode_here + round(sources * MEASURED["bytecode_per_source"])


def layers_of(name: str) -> list[str]:
    return [layer["Ref"] for layer in FUNCTIONS[name]["Layers"]]


@pytest.mark.skipif(not JUDGE, reason="needs the output of sam build: make judge")
@pytest.mark.parametrize("name", [*LAYERS, "ApiFunction"])
def test_the_known_sizes_are_those_of_the_real_build(request, name):
    if name in LAYERS:
        found, known = request.getfixturevalue("layer_of")[name], MEASURED["layers"][name]
    else:
        found = request.getfixturevalue("code_of")[name]
        known = size_of(found)
    assert abs(sam.size(found) - known) <= TOLERANCE, f"{sam.size(found)}: correct sizes.json"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_fits_with_its_layers(code_of, name, record_property):
    parts = sizes(name, code_of[name], layers_of(name))
    record_property("measured", line(name, parts))
    assert all(parts.values())
    assert sum(parts.values()) <= LIMIT


def test_a_function_with_every_layer_of_packages_but_c2pa_would_fit(code_of, record_property):
    """The C2PA library and sign-in have room beside the rest only one at a time."""
    layers = [layer for layer in WHEELS if layer not in ("C2paLayer", "VideoLayer")]
    parts = sizes("JobsFunction", code_of["JobsFunction"], layers)
    record_property("measured", line("JobsFunction, had it every layer but C2paLayer", parts))
    assert sum(parts.values()) <= LIMIT


def test_the_api_has_room_left(code_of):
    parts = sizes("ApiFunction", code_of["ApiFunction"], layers_of("ApiFunction"))
    assert sum(parts.values()) <= API_LIMIT


LATE = ("VideoLayer", "SwapWeightsLayer")
"""Layers that are attached to no function; see `expunge.handlers.late_layers`."""


def test_the_video_library_has_no_room_beside_what_media_has_attached(code_of):
    """Else it would be attached, too."""
    parts = sizes("MediaFunction", code_of["MediaFunction"], [*layers_of("MediaFunction"), *LATE])
    assert sum(parts.values()) > LIMIT


def test_what_media_fetches_leaves_room_for_a_video_and_its_result():
    unpacked = sum(MEASURED["layers"][name] for name in LATE)
    storage = FUNCTIONS["MediaFunction"]["EphemeralStorage"]["Size"] * 1_000_000
    assert storage - 2 * unpacked >= 4 * AWS_MOVIE_BYTES, "the ZIP lies there as it is unpacked"


MAGIC = struct.pack("<H", 3571) + b"\r\n"
"""How bytecode of Python 3.13 begins (CPython, `Include/internal/pycore_magic_number.h`)."""
UNCHECKED_HASH = 1
"""The flags of PEP 552: hash-based, and not compared with the source."""


@pytest.mark.parametrize("name", ["ApiFunction", *WHEELS])
def test_a_cold_start_compiles_nothing(request, name):
    if JUDGE and bytecode.find("3.13") is None:
        pytest.skip("no Python 3.13 on this machine; the build said so")
    tag = "cpython-313" if JUDGE else sys.implementation.cache_tag
    head = (MAGIC if JUDGE else importlib.util.MAGIC_NUMBER) + struct.pack("<I", UNCHECKED_HASH)
    folder = request.getfixturevalue("code_of" if name in FUNCTIONS else "layer_of")[name]
    sources = [path for path in folder.rglob("*.py") if path.name != "load_config_py2.py"]
    assert sources
    for source in sources:
        compiled = source.parent / "__pycache__" / f"{source.stem}.{tag}.pyc"
        assert compiled.read_bytes()[:8] == head, source


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
def test_no_library_has_debug_information(layer_of, name):
    for library in layer_of[name].rglob("*.so*"):
        (sections,) = struct.unpack_from("<H", library.read_bytes(), 0x3C)
        assert sections == 0, library


def test_opencv_has_no_videos_and_no_openssl(layer_of):
    names = {path.name for path in layer_of["VisionLayer"].rglob("*.so*")}
    assert not [name for name in names if re.match("lib(av(?!if)|sw|ssl|crypto|vpx)", name)]


def line(name: str, parts: dict[str, int]) -> str:
    total = sum(parts.values())
    shares = " + ".join(f"{part} {size:,}" for part, size in parts.items())
    return f"{name}: {total:,} bytes unzipped, {total / LIMIT:.0%} of the limit ({shares})"


@pytest.mark.parametrize("name", FUNCTIONS if JUDGE else ["ApiFunction"])
def test_a_functions_zip_is_the_package_and_nothing_else(code_of, name):
    files = {str(path.relative_to(code_of[name])) for path in code_of[name].rglob("*")}
    assert {path.name for path in code_of[name].iterdir()} == {"expunge"}
    assert not [file for file in files if "/embedded" in file]
    assert not [file for file in files if "/cli/" in file or "agents/" in file]
    assert "expunge/web/site/guide/how-to/aws.md" in files, "the link to docs/ was followed"
    assert "expunge/web/site/guide/reference/openapi.json" not in files


@pytest.mark.parametrize("name", WHEELS)
def test_a_layer_is_built_for_its_machine_and_keeps_its_licences(layer_of, name):
    site = layer_of[name] / "python"
    libraries = [file for file in site.rglob("*.so*") if file.is_file()]
    assert libraries
    assert {machine(file) for file in libraries} == {
        ELF_MACHINES["aarch64" if JUDGE else platform.machine()]
    }
    for metadata in site.glob("*.dist-info"):
        package = site / metadata.name.partition("-")[0]
        texts = [*metadata.rglob("*"), *package.glob("*")]
        kept = any("LICEN" in text.name.upper() for text in texts)
        assert kept or "License-Expression: MIT" in (metadata / "METADATA").read_text()


def test_the_vision_layer_brings_the_default_detector_and_no_other_weights(layer_of):
    weights = layer_of["VisionLayer"] / "models"
    detector = next(model for model in catalogue(weights) if model.name == "centerface-int8")

    assert detector.state(weights) is State.INSTALLED
    assert {file.name for file in weights.iterdir()} == {detector.file}


def test_the_weights_layer_brings_what_only_jobs_need(layer_of):
    weights = layer_of["WeightsLayer"] / "models"
    if (weights / "MISSING").exists():
        pytest.skip("the weights are not pulled: expunge models pull")
    entries = {model.name: model for model in catalogue(weights)}
    needed = MODES["mask"].options({"except": ["aGVsbG8="], "targets": ["faces", "text"]}).models

    assert {file.name for file in weights.iterdir()} == {entries[name].file for name in needed}
    assert all(entries[name].state(weights) is State.INSTALLED for name in needed)


def test_the_layer_of_swaps_brings_the_weights_that_swaps_alone_need(layer_of):
    weights = layer_of["SwapWeightsLayer"] / "models"
    if (weights / "MISSING").exists():
        pytest.skip("the weights are not pulled: expunge models pull face-mesh nsfw")
    entries = {model.name: model for model in catalogue(weights)}
    assert {file.name for file in weights.iterdir()} == {
        entries[name].file for name in ("face-mesh", "nsfw")
    }


QUEUED = ("JobsFunction", "LargeFunction", "MediaFunction")
"""Functions that run queued jobs; others of that handler work off batches and webhooks."""


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_functions_that_run_queued_jobs_have_the_weights_layer(name):
    assert ("WeightsLayer" in layers_of(name)) == (name in QUEUED)


MAX_ANSWER = 6_291_556
"""Maximum bytes of a function's answer (Lambda quotas, «Invocation payload»)."""
ENVELOPE = 4_000
"""Bytes of an answer beside its body."""


@pulled
def test_a_browsers_files_are_compressed_and_each_fits_into_an_answer(layer_of, record_property):
    folder = layer_of["TabLayer"] / "models"
    sizes = {path.relative_to(folder).as_posix(): path.stat().st_size for path in files(folder)}
    record_property("measured", f"TabLayer: {sum(sizes.values()):,} bytes")

    assert "NOTICE.txt" in sizes
    assert {"pyodide-", "onnxruntime-web-"} <= {re.sub(r"[\d.]+/.*", "", name) for name in sizes}
    assert {name for name in sizes if name.endswith((".wasm", ".mjs"))} == set()
    for name, size in sizes.items():
        assert (size + 2) // 3 * 4 + ENVELOPE <= MAX_ANSWER, name


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


ELF_MACHINES = {"aarch64": 183, "x86_64": 62}
"""`e_machine` (ELF for the Arm 64-bit Architecture, 5.3.1; System V ABI, AMD64 supplement)."""


def machine(library: Path) -> int:
    """`e_machine` of an ELF header: 16 bits at offset 18."""
    with library.open("rb") as file:
        header = file.read(20)
    assert header[:4] == b"\x7fELF"
    return int.from_bytes(header[18:20], "little")
