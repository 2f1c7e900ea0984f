"""Takes the pictures of README and docs from the running studio: ``make pictures``.

The image in them is the studio's own sample, which ``tests/samples/studio.py`` draws. So it is
under the licence of this project.
"""

from __future__ import annotations

import io
import sys
import tempfile
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image
from playwright.sync_api import expect, sync_playwright

import expunge
from expunge.bootstrap import build
from expunge.embedded import worker
from expunge.settings import Settings
from tests.browser.chromium import NONE_HERE, browser
from tests.browser.conftest import PATIENCE, QUIET, served
from tests.browser.pulled import HERE, NOT_PULLED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

DOCS = Path(__file__).parents[2] / "docs"
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
SAMPLE = Path(expunge.__file__).parent / "web" / "pages" / "sample.jpg"
PASSWORD = "only for these pictures"
MOST_BYTES = 150_000
SHOWN_MS = 2500
"""How long each step of an animation is shown."""


def main() -> None:
    """Take all pictures, and write them into docs/."""
    path = browser()
    if path is None:
        sys.exit(NONE_HERE)
    if not HERE:
        sys.exit(NOT_PULLED)
    with server() as address, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=QUIET)
        page = chromium.new_page(viewport=WIDE)
        page.set_default_timeout(PATIENCE)
        frames = list(cleaned(page, address))
        save(DOCS / "images" / "studio.webp", *frames)
        save(DOCS / "tutorials" / "images" / "studio.webp", frames[0])
        save(DOCS / "how-to" / "images" / "console.webp", overview(page, address))
        page.set_viewport_size(NARROW)
        save(DOCS / "explanation" / "images" / "studio-phone.webp", told(page, address))
        chromium.close()


@contextmanager
def server() -> Iterator[str]:
    """The URL of a whole service with a worker."""
    with tempfile.TemporaryDirectory() as data:
        settings = Settings(
            data=Path(data),
            quotas="off",
            admin_password=PASSWORD,
            faces_storage=True,
            faces_key_required=False,
        )
        service = build(settings)
        stop = threading.Event()
        working = threading.Thread(target=worker.drain, args=(service, service.inbox, stop))
        working.start()
        with served(service) as address:
            yield address
        stop.set()
        working.join()
        service.close()


def told(page: Page, address: str) -> bytes:
    """The studio with its sample, and what that tells."""
    page.goto(address)
    page.get_by_role("button", name="Try the sample").click()
    expect(page.locator(".story")).to_contain_text("Taken at")
    return page.screenshot()


def cleaned(page: Page, address: str) -> Iterator[bytes]:
    """What the sample tells, then the result of each mode."""
    yield told(page, address)
    yield ended(page, "Remove metadata on this device", "No pixel changed")
    page.get_by_label("AI marks", exact=True).check()
    yield ended(page, "Remove", "Removed gemini-sparkle")
    page.get_by_label("Faces, text, codes").check()
    page.get_by_role("button", name="Find faces").click()
    expect(page.locator(".box")).to_have_count(2)
    yield ended(page, "Hide on this device", "Hid 2 faces")


def overview(page: Page, address: str) -> bytes:
    """The console after some masked images."""
    image = {"name": "holiday.jpg", "mimeType": "image/jpeg", "buffer": SAMPLE.read_bytes()}
    for method in ("gaussian", "pixelate", "solid"):
        url = f"{address}/api/v1/mask?method={method}"
        assert page.request.post(url, multipart={"image": image}).ok
    login = {"username": "admin", "password": PASSWORD}
    assert page.request.post(f"{address}/api/v1/admin/auth/login", data=login).ok
    page.goto(f"{address}/console")
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    page.wait_for_load_state("networkidle")
    return page.screenshot()


def ended(page: Page, button: str, words: str) -> bytes:
    """Start a mode, wait for its result, and take a picture of it."""
    start = page.locator("#panel-actions .primary")
    expect(start).to_contain_text(button)
    start.click()
    expect(page.locator("#panel-result .note strong")).to_contain_text(words)
    shot = page.screenshot()
    page.get_by_role("button", name="Start over").click()
    return shot


def save(path: Path, *screenshots: bytes) -> None:
    """Write a WebP file, animated if there are several screenshots, as good as its size allows."""
    first, *others = (Image.open(io.BytesIO(shot)).convert("RGB") for shot in screenshots)
    path.parent.mkdir(exist_ok=True)
    for quality in range(90, 20, -5):
        first.save(
            path,
            quality=quality,
            method=6,
            save_all=bool(others),
            append_images=others,
            duration=SHOWN_MS,
            loop=0,
        )
        if path.stat().st_size < MOST_BYTES:
            break
    print(path, path.stat().st_size, f"quality {quality}")


if __name__ == "__main__":
    main()
