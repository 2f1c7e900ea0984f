"""Functions and layers built for this machine: the same rules with this machine's wheels.

``sam build`` builds them for the Lambda runtime's platform, which may differ from this one.
The same rule prunes both.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

from tests.lambdas import sam

USED_SECONDS = 3600
"""For which another run may still use the code of before a change."""
LAYERS = ("web", "accounts", "c2pa", "imaging", "vision", "video")
LOCK = sam.ROOT / "requirements" / "dev.txt"
API, OTHERS = "ApiFunction", "JobsFunction"
VERSION = "{}.{}".format(*sys.version_info)
RUNTIME = (
    *("boto3", "botocore", "dateutil", "jmespath", "s3transfer", "six", "urllib3"),
    *("awslambdaric", "runtime_client", "simplejson", "snapshot_restore_py"),
)
"""Packages that AWS's Python runtime includes: boto3, the runtime client, their dependencies."""


def sites() -> dict[str, Path]:
    """Import folder of each layer; ``runtime`` has the runtime's own libraries."""
    folder = sam.WORK / "here" / sam.digest(sam.ROOT / "layers", LOCK)
    with sam.locked(sam.WORK / "lock-here"):
        if not folder.exists():
            shutil.rmtree(folder.parent, ignore_errors=True)
        for layer in LAYERS:
            if not (folder / layer / "built").exists():
                _build(layer, folder / layer)
                (folder / layer / "built").touch()
        _link_runtime(folder / "runtime" / "python")
    return {name: folder / name / "python" for name in (*LAYERS, "runtime")}


def code(folder: Path, function: str) -> Path:
    """A function's code in ``folder``, by its own build rule, with this Python's bytecode."""
    folder.mkdir()
    command = ["make", "--silent", f"build-{function}"]
    environ = {"ARTIFACTS_DIR": str(folder), "PYTHON": sys.executable, "PYTHON_VERSION": VERSION}
    subprocess.run(command, cwd=sam.ROOT / "functions", env=os.environ | environ, check=True)
    return folder


def shared_code() -> dict[str, Path]:
    """Each function's code, built once for all tests, and again after it has changed.

    The API's has less than the others', which are alike.
    """
    folder = sam.WORK / "code" / sam.digest(sam.ROOT / "functions", sam.ROOT / "layers")
    with sam.locked(sam.WORK / "lock-code"):
        if not folder.exists():
            folder.parent.mkdir(exist_ok=True)
            for old in folder.parent.iterdir():
                if time.time() - old.stat().st_mtime > USED_SECONDS:
                    shutil.rmtree(old)
            part = folder.with_suffix(".part")
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir()
            for name in (API, OTHERS):
                code(part / name, name)
            part.rename(folder)
    functions = sam.resources("AWS::Serverless::Function")
    return {name: folder / (API if name == API else OTHERS) for name in functions}


def pulled(layer: str, folder: Path, target: str) -> Path:
    """A layer that holds copies of what `expunge models pull` has fetched."""
    command = ["make", "--silent", target]
    environ = {"ARTIFACTS_DIR": str(folder), "PYTHON": sys.executable}
    subprocess.run(command, cwd=sam.ROOT / "layers" / layer, env=os.environ | environ, check=True)
    return folder


def pins(lock: Path) -> dict[str, set[str]]:
    """Name → its versions in a lock file (several if they differ between Python versions)."""
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)==([\w.]+)", lock.read_text(), re.MULTILINE):
        found.setdefault(name, set()).add(version)
    return found


def _build(layer: str, folder: Path) -> None:
    """Run the layer's own rule with the root lock's wheels for this Python and CPU."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = pins(sam.ROOT / "layers" / layer / "requirements.txt")
    blocks = re.split(r"\n(?=\S)", LOCK.read_text())
    requirements = folder / "requirements.txt"
    requirements.write_text("\n".join(b for b in blocks if b.partition("==")[0] in wanted) + "\n")
    tags = (
        f"{tag}_{platform.machine()}"
        for tag in ("manylinux_2_28", "manylinux_2_17", "manylinux2014")
    )
    environ = {
        "ARTIFACTS_DIR": str(folder),
        "PYTHON": sys.executable,
        "PYTHON_VERSION": VERSION,
        "PLATFORMS": " ".join(tags),
        "REQUIREMENTS": str(requirements),
    }
    subprocess.run(
        ["make", "--silent", "build-here"],
        cwd=sam.ROOT / "layers" / layer,
        env=os.environ | environ,
        check=True,
        timeout=1_800,
    )


def _link_runtime(site: Path) -> None:
    site.mkdir(parents=True, exist_ok=True)
    for name in RUNTIME:
        spec = find_spec(name)
        assert spec
        assert spec.origin
        origin = Path(spec.origin)
        origin = origin.parent if origin.name == "__init__.py" else origin
        if not (site / origin.name).exists():
            (site / origin.name).symlink_to(origin)
