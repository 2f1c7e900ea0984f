"""The browser that the tests drive: the system's Chromium or Chrome, else Playwright's own.

The headless shell is the same engine without the windows of a browser. A page costs it a quarter
of the CPU time, so it comes first.

``python -m tests.browser.chromium`` prints where it is, or fails.
"""

from __future__ import annotations

import shutil
import sys
from functools import cache
from pathlib import Path

NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
NONE_HERE = (
    "no Chromium and no Chrome on this machine; install one with «apt-get install chromium» "
    "(Debian), or with «.venv/bin/playwright install --with-deps chromium»"
)


@cache
def browser() -> str | None:
    """The path of the first that there is."""
    return next(filter(None, map(shutil.which, NAMES)), None) or _playwrights()


def _playwrights() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).is_file() else None


def notice(skipped: int, reason: str = NONE_HERE) -> str | None:
    """One line to be loud with, where browser tests were skipped."""
    return f"!!! {skipped} BROWSER TESTS WERE SKIPPED: {reason}" if skipped else None


if __name__ == "__main__":
    found = browser()
    if found is None:
        sys.exit(NONE_HERE)
    print(found)
