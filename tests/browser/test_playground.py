"""The playground and the pages, in a browser."""

from __future__ import annotations

import io
import threading
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image
from playwright.sync_api import expect

import expunge
from expunge.bootstrap import build
from expunge.embedded import worker
from expunge.operations import invisible
from expunge.settings import Settings
from tests.browser.conftest import served

if TYPE_CHECKING:
    import pytest
    from playwright.sync_api import Page


@cache
def photo(side: int = 320, quality: int = 90) -> bytes:
    image = Image.effect_noise((side, side), 60).convert("RGB")
    exif = image.getexif()
    exif[0x010F] = "Camera Maker"
    file = io.BytesIO()
    image.save(file, "JPEG", exif=exif, quality=quality, comment=b"private")
    return file.getvalue()


def drop(page: Page, *files: tuple[str, bytes]) -> None:
    page.set_input_files(
        "#file",
        [{"name": name, "mimeType": "image/jpeg", "buffer": data} for name, data in files],
    )


def test_a_dropped_picture_can_be_downloaded_clean(page: Page, address: str) -> None:
    page.goto(address)
    drop(page, ("holiday.jpg", photo()))

    result = page.locator(".result")
    expect(result.locator(".state")).to_contain_text("Removed")
    expect(result.locator("summary")).to_have_text("2 items removed")
    result.locator("summary").click()
    expect(result.locator("tbody")).to_contain_text("Camera, place and time")
    with page.expect_download() as download:
        result.locator("a.button").click()
    assert download.value.suggested_filename == "holiday-clean.jpg"
    assert Path(download.value.path()).read_bytes() == expunge.run("metadata", photo()).image


def test_a_large_picture_goes_by_way_of_an_upload(page: Page, address: str) -> None:
    large = photo(2600, 97)
    assert len(large) > 4_000_000
    requests: list[str] = []
    page.on("request", lambda request: requests.append(f"{request.method} {request.url}"))

    page.goto(address)
    drop(page, ("large.jpg", large))

    expect(page.locator(".result .state")).to_contain_text("Removed", timeout=20_000)
    assert any(request.startswith(f"PUT {address}/objects/in/") for request in requests)


def test_a_clean_picture_says_so(page: Page, address: str) -> None:
    clean = expunge.run("metadata", photo()).image
    assert clean is not None

    page.goto(address)
    drop(page, ("clean.jpg", clean))

    expect(page.locator(".result .state")).to_contain_text("is unchanged")


def test_a_broken_picture_says_what_is_wrong_and_offers_nothing(page: Page, address: str) -> None:
    page.goto(address)
    drop(page, ("broken.jpg", photo()[:100]))

    expect(page.locator(".result.failed .state")).to_contain_text("byte 81")
    expect(page.locator(".result a.button")).to_be_hidden()


def test_the_api_page_shows_every_operation(page: Page, address: str) -> None:
    page.goto(f"{address}/docs")

    paths = page.request.get(f"{address}/openapi.json").json()["paths"]
    operations = sum(len(methods) for methods in paths.values())
    expect(page.locator(".opblock")).to_have_count(operations, timeout=20_000)


def test_another_mode_can_be_chosen(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_label("Visible AI marks").check()
    drop(page, ("plain.jpg", photo()))

    state = page.locator(".result .state")
    expect(state).to_contain_text("is unchanged", timeout=20_000)


def test_heavy_work_shows_how_far_it_is(
    page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen, stop, run = threading.Event(), threading.Event(), invisible.run

    def watched(source, options, progress):
        progress(0.42)
        seen.wait(20)
        return run(source, options, progress)

    monkeypatch.setattr(invisible, "run", watched)
    service = build(Settings(data=tmp_path / "data"))
    with served(service) as address:
        assert service.inbox
        working = threading.Thread(target=worker.drain, args=(service, service.inbox, stop))
        working.start()
        page.goto(address)
        page.get_by_label("Invisible watermarks").check()
        drop(page, ("photo.jpg", photo()))

        state = page.locator(".result .state")
        expect(state).to_have_text("Working… 42 %", timeout=20_000)
        assert page.locator(".result progress").get_attribute("value") == "0.42"
        seen.set()
        expect(state).to_contain_text("Re-synthesised the pixels", timeout=20_000)
        expect(page.locator(".result a.button")).to_be_visible()
        stop.set()
        working.join()
    service.close()
