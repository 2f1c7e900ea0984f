"""The SAM template as data, and the output of `sam build`."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
WORK = ROOT / "build" / "sam"


class _Intrinsics(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """Reads `!Ref x` as `{"Ref": x}` and `!Sub x` as `{"Fn::Sub": x}`."""


def _intrinsic(loader: _Intrinsics, tag: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    return {tag if tag in ("Ref", "Condition") else f"Fn::{tag}": value}


_Intrinsics.add_multi_constructor("!", _intrinsic)


@cache
def template() -> dict[str, Any]:
    return yaml.load((ROOT / "template.yaml").read_text(), _Intrinsics)


def resources(kind: str) -> dict[str, dict[str, Any]]:
    """Logical id → properties of every resource of a type; functions with their Globals."""
    found = {
        name: resource["Properties"]
        for name, resource in template()["Resources"].items()
        if resource["Type"] == kind
    }
    if kind == "AWS::Serverless::Function":
        shared = template()["Globals"]["Function"]
        return {name: _merged(shared, own) for name, own in found.items()}
    return found


def _merged(shared: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """Merge as SAM merges Globals: maps by key, lists by concatenation."""
    merged = shared | own
    for name in shared.keys() & own.keys():
        if isinstance(own[name], dict) and isinstance(shared[name], dict):
            merged[name] = _merged(shared[name], own[name])
        elif isinstance(own[name], list):
            merged[name] = [*shared[name], *own[name]]
    return merged


def build() -> Path:
    """Run `sam build` if its inputs have changed; return its output folder."""
    package = ROOT / "functions" / "expunge"
    layers = digest(ROOT / "layers", package / "models", package / "web" / "pages" / "tab")
    inputs = digest(ROOT / "template.yaml", ROOT / "functions") + layers
    stamp = WORK / "built"
    with locked(WORK / "lock"):
        if not stamp.exists() or stamp.read_text() != inputs:
            _build(WORK / "cache" / layers)
            stamp.write_text(inputs)
    return WORK / "built-template"


def _build(cached: Path) -> None:
    """A separate cache for each state of layers/, since SAM's cache ignores `layers/wheels.mk`."""
    if not cached.exists():
        shutil.rmtree(cached.parent, ignore_errors=True)
    command = [ROOT / ".venv-sam/bin/sam", "build", "--template", ROOT / "template.yaml"]
    command += ["--cached", "--cache-dir", cached, "--build-dir", WORK / "built-template"]
    run = subprocess.run(
        command,
        env=os.environ | {"SAM_CLI_TELEMETRY": "0", "PYTHON": sys.executable},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=1_800,
    )
    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-4000:]


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """A lock for one process at a time; test workers share the build."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def digest(*paths: Path) -> str:
    """A digest of every file's name and bytes at or below the paths, without bytecode."""
    seen = hashlib.sha256()
    for path in paths:
        for file in sorted([path] if path.is_file() else path.rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                seen.update(f"{file.relative_to(ROOT)}\0".encode())
                seen.update(hashlib.sha256(file.read_bytes()).digest())
    return seen.hexdigest()[:16]


def size(folder: Path) -> int:
    """Total bytes of all files below a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
