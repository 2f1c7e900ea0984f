"""The wheel, and environments outside the checkout into which it is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
SOURCES = ("functions", "pyproject.toml", "README.md", "LICENSE")
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check")


@dataclass(frozen=True)
class Installed:
    """An environment with the wheel and its own home folder."""

    folder: Path
    home: Path

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    @property
    def site_packages(self) -> Path:
        return next(self.folder.glob("lib/python*/site-packages"))

    @property
    def environ(self) -> dict[str, str]:
        pip = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
        config = {"PIP_CONFIG_FILE": str(user)} if (user := _pip_config()) else {}
        return (
            config
            | pip
            | {
                "PATH": "/usr/bin:/bin",
                "HOME": str(self.home),
                "EXPUNGE_DATA": str(self.home / "data"),
                "EXPUNGE_MODELS_DIR": str(self.home / "models"),
            }
        )

    def run(self, *words: object, **environ: str) -> subprocess.CompletedProcess[str]:
        """Run the installed command in a folder outside the checkout."""
        return self._run([self.folder / "bin" / "expunge", *map(str, words)], environ)

    def evaluate(self, code: str, **environ: str) -> str:
        """Run Python code in the environment; returns its output."""
        done = self._run([self.python, "-c", code], environ)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def _run(
        self, command: list[str | Path], environ: dict[str, str]
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
            cwd=self.home,
            env=self.environ | environ,
        )


def _pip_config() -> Path | None:
    places = (Path.home() / ".config/pip/pip.conf", Path.home() / ".pip/pip.conf")
    return next((place for place in places if place.is_file()), None)


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build from a copy, so that files of an earlier build are not included."""
    folder = tmp_path_factory.mktemp("build")
    for name in SOURCES:
        if (ROOT / name).is_dir():
            ignored = shutil.ignore_patterns("__pycache__", "*.egg-info")
            shutil.copytree(ROOT / name, folder / name, ignore=ignored)
        else:
            shutil.copy(ROOT / name, folder / name)
    command = [*PIP, "wheel", "--quiet", "--no-deps", "--no-build-isolation", ".", "-w", "dist"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (built,) = (folder / "dist").glob("*.whl")
    return built


@pytest.fixture(scope="session")
def install(
    wheel: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., tuple[Installed, str]]:
    """Create an environment, install the wheel with ``options``; returns it and pip's errors.

    The environment compiles what it runs, which is less than pip would compile.
    """

    def made(*options: str) -> tuple[Installed, str]:
        folder = tmp_path_factory.mktemp("environment")
        (folder / "home").mkdir()
        command = [sys.executable, "-m", "venv", "--without-pip", folder / "venv"]
        subprocess.run(command, check=True)
        installed = Installed(folder / "venv", folder / "home")
        command = [*PIP, "--python", installed.python, "install", "--quiet", "--no-compile"]
        command += [*options, wheel]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return installed, done.stderr if done.returncode else ""

    return made


@pytest.fixture(scope="session")
def complete(install: Callable[..., tuple[Installed, str]]) -> Installed:
    """An environment with the wheel that also finds every package of this environment."""
    installed, errors = install("--no-deps")
    assert not errors
    others = [path for path in sys.path if Path(path).name == "site-packages"]
    (installed.site_packages / "others.pth").write_text("\n".join(others) + "\n")
    return installed


@pytest.fixture(scope="session")
def light(install: Callable[..., tuple[Installed, str]]) -> Installed:
    """An environment with the wheel and its requirements, without extras."""
    installed, errors = install("--retries", "1", "--timeout", "20")
    if errors:
        pytest.skip(f"no package index: {errors.splitlines()[-1]}")
    return installed
