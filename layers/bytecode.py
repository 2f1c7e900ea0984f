"""Compile a folder of packages for the Lambda runtime's Python.

    python bytecode.py FOLDER 3.13

Without bytecode, a cold start compiles every module that it imports. Only an interpreter of the
runtime's own minor version writes bytecode that the runtime reads. So this looks for one:
``RUNTIME_PYTHON``, the running one, ``python3.13`` on the path, one that uv or pyenv installed. If
there is none, the folder stays as it is and a warning says so. A ``RUNTIME_PYTHON`` of another
version is an error.

The files are hash-based and unchecked (PEP 552): a zip changes the time stamps that others check.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

COMPILE = """
import compileall, py_compile, sys
mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
compileall.compile_dir(sys.argv[1], quiet=2, stripdir=sys.argv[1], invalidation_mode=mode)
"""
"""Some packages have files for other versions, which do not compile; nothing imports them."""


def main(folder: str, version: str) -> None:
    """Compile ``folder``, or say why not."""
    found = find(version)
    if found is None:
        sys.stderr.write(WARNING.format(version=version))
        return
    subprocess.run([found, "-I", "-c", COMPILE, folder], check=True)


def find(version: str) -> str | None:
    """An interpreter of this version."""
    chosen = os.environ.get("RUNTIME_PYTHON")
    if chosen and version_of(chosen) != version:
        raise SystemExit(f"RUNTIME_PYTHON={chosen} is not Python {version}")
    return chosen or next((p for p in candidates(version) if version_of(p) == version), None)


WARNING = """\
******************************************************************************
  NO BYTECODE: no Python {version} was found on this machine.
  The functions work, but each cold start compiles every module it imports.
  Install Python {version}, or name it: RUNTIME_PYTHON=/path/to/python{version}
******************************************************************************
"""


def candidates(version: str) -> Iterator[str]:
    """Interpreters that may be of this version."""
    yield sys.executable
    yield from filter(None, [shutil.which(f"python{version}")])
    if uv := shutil.which("uv"):
        yield printed([uv, "python", "find", "--no-python-downloads", version])
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    yield from map(str, sorted(pyenv.glob(f"versions/{version}.*/bin/python{version}")))


def version_of(python: str) -> str:
    """Its minor version, such as ``3.13``; empty if it does not run."""
    show = "import sys; print('{}.{}'.format(*sys.version_info))"
    return printed([python, "-I", "-c", show]) if python else ""


def printed(command: list[str]) -> str:
    """What a command prints, without its last line break; empty if it fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip()


if __name__ == "__main__":
    main(*sys.argv[1:])
