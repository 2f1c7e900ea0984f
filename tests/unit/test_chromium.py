"""Where the browser comes from, and what is said where there is none."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Self

import pytest

from tests.browser import chromium

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]


@pytest.fixture
def anew() -> Iterator[None]:
    chromium.browser.cache_clear()
    yield
    chromium.browser.cache_clear()


def executable(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize("name", ["chromium-headless-shell", "chromium", "google-chrome-stable"])
def test_the_systems_own_is_taken_by_any_of_its_names(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, anew: None
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    assert chromium.browser() != str(tmp_path / name)
    chromium.browser.cache_clear()
    path = executable(tmp_path / name)
    assert chromium.browser() == path


def test_else_playwrights_own_is_taken_where_it_was_downloaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, anew: None
) -> None:
    monkeypatch.setattr(chromium, "NAMES", ())
    path = executable(tmp_path / "chrome")

    class Playwright:
        class chromium:  # noqa: N801
            executable_path = path

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None:
            pass

    monkeypatch.setattr("playwright.sync_api.sync_playwright", Playwright)
    assert chromium.browser() == path
    chromium.browser.cache_clear()
    Path(path).unlink()
    assert chromium.browser() is None


def test_without_a_browser_the_run_says_so_in_one_loud_line(tmp_path: Path) -> None:
    environ = dict(os.environ) | {
        "PATH": "/nowhere",
        "PLAYWRIGHT_BROWSERS_PATH": str(tmp_path),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    command += ["tests/browser/test_clean.py"]

    done = subprocess.run(
        command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False, timeout=300
    )

    loud = [line for line in done.stdout.splitlines() if line.startswith("!!!")]
    assert done.returncode == 0, done.stdout[-3000:]
    assert len(loud) == 1, done.stdout[-3000:]
    assert "BROWSER TESTS WERE SKIPPED" in loud[0]
    assert "apt-get install chromium" in loud[0]


def test_with_a_browser_nothing_is_said() -> None:
    assert chromium.notice(0) is None
