"""Many images, and the ways in which they come."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import expect

import expunge
from tests.browser.conftest import photographed
from tests.browser.photo import photo
from tests.browser.studio.actions import drop, on_the_server, options_sent, saved
from tests.browser.studio.test_trouble import HELD

if TYPE_CHECKING:
    from playwright.sync_api import Page


def test_many_images_keep_their_order_and_are_saved_in_one_zip(studio: Page) -> None:
    names = ["b.jpg", "a.jpg", "c.jpg", "a.jpg", "d.jpg", "e.jpg"]
    drop(studio, *((name, photo(64 + n)) for n, name in enumerate(names)))
    frames = studio.locator(".frame .pick")
    expect(frames).to_have_count(6)
    assert [one.get_attribute("title") for one in frames.all()] == names

    busy = [0, 0]
    studio.on(
        "request",
        lambda one: (
            one.url.endswith("/jobs")
            and busy.__setitem__(slice(None), [busy[0] + 1, max(busy[1], busy[0] + 1)])
        ),
    )
    studio.on(
        "requestfinished",
        lambda one: one.url.endswith("/jobs") and busy.__setitem__(0, busy[0] - 1),
    )
    studio.get_by_role("button", name="Do all 6 like this").click()
    expect(studio.locator(".frame[data-state=done]")).to_have_count(6)
    assert busy[1] <= 4

    name, archive = saved(studio, "Download all 6 as ZIP")
    with zipfile.ZipFile(io.BytesIO(archive)) as files:
        stems = ("b-clean", "a-clean", "c-clean", "a-clean (2)", "d-clean", "e-clean")
        assert files.namelist() == [f"{stem}.jpg" for stem in stems]
        assert files.read("c-clean.jpg") == expunge.run("metadata", photo(66)).image
    assert name == "expunge.zip"
    photographed(studio, "filmstrip")

    studio.get_by_role("button", name="Clear").click()
    studio.get_by_role("dialog").get_by_role("button", name="Clear").click()
    expect(studio.get_by_role("heading", name="See what your image gives away")).to_be_visible()


def test_an_image_keeps_the_mode_that_it_was_started_in(studio: Page) -> None:
    asked = options_sent(studio)
    studio.evaluate(HELD)
    drop(studio, ("one.jpg", photo()), ("two.jpg", photo(64)))
    studio.get_by_label("Faces, text, codes").check()
    studio.get_by_label("How to hide").select_option("solid")
    on_the_server(studio)
    expect(studio.locator("input[name=mode]").first).to_be_disabled()

    studio.locator(".frame .pick").nth(1).click()
    studio.get_by_label("AI marks", exact=True).check()
    studio.evaluate("() => window.go()")

    expect(studio.locator(".frame[data-state=failed]")).to_have_count(1)
    assert asked == [{"mode": "mask", "method": "solid"}]


def test_a_url_is_pasted_and_a_folder_is_taken(studio: Page, tmp_path: Path) -> None:
    paste = """text => { const data = new DataTransfer(); data.setData("text/plain", text);
        document.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data })); }"""
    studio.evaluate(paste, "https://pictures.example/holiday.jpg")
    expect(studio.locator(".curtain")).to_contain_text("stays at its URL until you start")
    on_the_server(studio)
    expect(studio.get_by_role("alert")).to_contain_text("The URL could not be reached")

    for name in ("2.jpg", "10.jpg", "notes.txt"):
        (tmp_path / name).write_bytes(photo(32))
    studio.set_input_files("#folder", tmp_path)
    expect(studio.locator(".frame")).to_have_count(3)
    expect(studio.locator(".toast")).to_contain_text("notes.txt is no image")


def test_an_image_shared_by_another_app_stays_in_the_browser(studio: Page, address: str) -> None:
    studio.evaluate("navigator.serviceWorker.ready.then(() => {})")
    studio.reload()
    share = """async () => {
        const form = new FormData();
        const picture = await (await fetch("/static/sample.jpg")).blob();
        form.append("images", new File([picture], "shared.jpg", { type: "image/jpeg" }));
        await fetch("/share", { method: "POST", body: form });
    }"""
    studio.evaluate(share)
    studio.goto(f"{address}/#shared")
    studio.reload()
    expect(studio.get_by_role("heading", name="shared.jpg")).to_be_visible()
