"""The API's function lacks what only queued jobs run, and works without it."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

QUEUED = {
    "expunge.operations.mask_moving",
    "expunge.operations.scan",
    "expunge.operations.swap_still",
    "expunge.operations.video_parts",
}
"""Modules that it lacks and that others load on first use: for queued jobs alone."""
_OPERATION = re.compile(r"expunge\.operations\.\w+")
LEFT_OUT = ("expunge.cli", "expunge.embedded", "expunge.agents", "expunge.stores.local")
"""Packages that no function has."""


@pytest.fixture(scope="module")
def code(code_of) -> Path:
    return code_of["ApiFunction"]


@pytest.fixture(scope="module")
def used(code) -> dict[str, set[str]]:
    """Each module of the package that the function's code imports or loads → by which modules."""
    found: dict[str, set[str]] = {}
    for path in (code / "expunge").rglob("*.py"):
        for name in _named(ast.parse(path.read_bytes())):
            found.setdefault(name, set()).add(str(path.relative_to(code)))
    return found


def _named(tree: ast.AST) -> Iterator[str]:
    """The package's modules that code imports or names, types aside."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("expunge"):
            yield str(node.module)
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names if name.name.startswith("expunge."))
        elif isinstance(node, ast.Constant) and _OPERATION.fullmatch(str(node.value)):
            yield str(node.value)
        yield from _named(node)


def there(code: Path, module: str) -> bool:
    path = code.joinpath(*module.split("."))
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()


def test_nothing_imports_what_was_left_out(code, used):
    missing = {name for name in used if not there(code, name)}
    own = {name for name in missing if not f"{name}.".startswith(tuple(f"{n}." for n in LEFT_OUT))}
    assert own == QUEUED, {name: used[name] for name in own - QUEUED}


def test_the_functions_that_run_jobs_have_it(code_of):
    for name in ("JobsFunction", "LargeFunction", "MediaFunction"):
        assert all(there(code_of[name], module) for module in QUEUED)
        assert there(code_of[name], "expunge.imaging.swap.swapping")


PROGRAM = """
import io, sys
sys.modules["av"] = None
from PIL import Image
import expunge
from expunge.imaging.source import Source
from expunge.jobs.capacity import Capacity
from expunge.operations import CONVERT, FINGERPRINT, MODES, check_input
from dataclasses import replace

def coded(kind, **more):
    file = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").save(file, kind, **more)
    return file.getvalue()

still = coded("JPEG")
moving = coded("GIF", save_all=True, append_images=[Image.radial_gradient("L").convert("RGB")])
given = {"mask": {"regions": [[5, 5, 60, 60]]}, "faces": {"targets": ["codes"]}}
for mode in MODES.values():
    if mode.sync:
        assert expunge.run(mode.name, still, **given.get(mode.name, {})).report, mode.name
for mode, options in ((CONVERT, {"targets": ["image/png"]}), (FINGERPRINT, {})):
    assert mode.run(Source.of(still), mode.options(options))
capacity = Capacity(1 << 31, weights_elsewhere=True)
for name in ("mask", "swap"):
    for image in (still, moving):
        mode, source = MODES[name], Source.of(image)
        if mode.companions:
            source = replace(source, companions={"source": Source.of(still)})
        options = mode.options({})
        check_input(mode, source, options)
        memory = capacity.memory_for(mode, source, options)
        assert memory
        if mode.name == "swap":
            assert not capacity.fits_request(mode, source, options, memory)
print(expunge.__file__)
"""


def test_it_runs_every_mode_that_answers_at_once_and_checks_every_other(code, tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=os.environ | {"PYTHONPATH": str(code), "EXPUNGE_MODELS_DIR": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.strip().startswith(str(code)), "another package was imported"
