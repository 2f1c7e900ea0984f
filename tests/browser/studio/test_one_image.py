"""One image: told about, cleaned, compared and saved."""

from __future__ import annotations

import io
import json
import subprocess
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pillow_heif
from PIL import Image
from playwright.sync_api import expect

import expunge
from expunge.bootstrap import build
from expunge.settings import Settings
from tests.browser.conftest import listening, photographed, running
from tests.browser.photo import photo
from tests.browser.pulled import pulled
from tests.browser.studio.actions import SAMPLE, drop, on_the_server, place, result, saved, sent

if TYPE_CHECKING:
    from playwright.sync_api import Page


@pulled
def test_nothing_is_sent_to_tell_and_to_remove_what_a_picture_tells(studio_in_tab: Page) -> None:
    studio = studio_in_tab
    requests = sent(studio)
    studio.get_by_role("button", name="Try the sample").click()

    story = studio.locator(".story")
    expect(story).to_contain_text("Taken at 43.4674° N, 11.8851° E with a NIKON D90")
    expect(story).to_contain_text("saved with Holiday Editor 4.2, credited to Jane Example")
    private = studio.locator(".group.private")
    private.locator("summary").click()
    expect(private).to_contain_text("43.4674° N, 11.8851° E")
    expect(private).to_contain_text("APP1[0]/GPS")
    photographed(studio, "told")

    studio.get_by_role("button", name="Remove metadata on this device").click()
    expect(result(studio)).to_contain_text("No pixel changed")
    expect(studio.locator("#panel-result")).to_contain_text("Nothing was sent")
    cleaned = expunge.run("metadata", SAMPLE.read_bytes()).image
    assert saved(studio) == ("sample-clean.jpg", cleaned)
    assert requests == []


def test_the_result_is_compared_with_the_original(studio: Page) -> None:
    drop(studio, ("sample.jpg", SAMPLE.read_bytes()))
    on_the_server(studio)
    expect(result(studio)).to_contain_text("No pixel changed")

    slider = studio.get_by_role("slider")
    slider.focus()
    before = place(studio.locator(".divider"))
    for _ in range(10):
        studio.keyboard.press("ArrowLeft")
    assert place(studio.locator(".divider"))["x"] < before["x"]
    photographed(studio, "result")

    studio.get_by_role("button", name="Difference").click()
    expect(studio.locator(".said")).to_have_text("No pixel differs.")

    view, zoom = studio.locator(".view"), studio.locator(".zoom")
    view.focus()
    whole = zoom.inner_text()
    studio.keyboard.press("+")
    expect(zoom).not_to_have_text(whole)
    studio.keyboard.press("0")
    expect(zoom).to_have_text(whole)


def test_options_are_controls_and_a_wrong_one_is_said_at_its_field(studio: Page) -> None:
    drop(studio, ("photo.jpg", photo()))
    studio.get_by_label("Faces, text, codes").check()
    studio.get_by_label("How to hide").select_option("cover")
    on_the_server(studio)

    told = studio.locator("#panel-result [role=alert]")
    expect(told).to_contain_text("cover need each other")

    studio.get_by_label("Irreversible").focus()
    studio.keyboard.press("Space")
    expect(studio.get_by_label("Irreversible")).to_be_focused()
    expect(studio.get_by_label("How to hide")).to_have_value("solid")
    studio.get_by_text("The same from your own code").click()
    code = studio.locator("#panel-code code")
    expect(code).to_contain_text('"method":"solid","irreversible":true')


def test_metadata_has_a_choice_for_the_manifest_and_each_word_once(studio: Page) -> None:
    drop(studio, ("photo.jpg", photo()))
    studio.get_by_label("Metadata", exact=True).check()
    expect(studio.get_by_label("credit", exact=True)).to_be_visible()
    expect(studio.get_by_label("copyright", exact=True)).to_have_count(0)
    choice = studio.get_by_label("If its C2PA manifest cannot stay")
    expect(choice).to_have_value("drop")
    choice.select_option("refuse")


def test_the_shown_code_does_the_same(studio: Page, tmp_path: Path) -> None:
    name = 'it\'s a; "holiday", 1.jpg'
    (tmp_path / name).write_bytes(photo(64))
    drop(studio, (name, photo(64)))
    studio.get_by_label("Faces, text, codes").check()
    studio.get_by_label("How to hide").select_option("solid")
    studio.get_by_text("The same from your own code").click()
    code = studio.locator("#panel-code code")
    shell = subprocess.run(
        code.inner_text(), shell=True, cwd=tmp_path, capture_output=True, check=True, timeout=60
    )
    studio.get_by_role("button", name="Python").click()
    python = code.inner_text()
    studio.get_by_role("button", name="JavaScript").click()
    script = code.inner_text().replace("console.log(job.result_url ?? job.detail)", "return text")
    script = script.replace("await answer.json()", "1, text = await answer.text()")
    file = "const file = await (await fetch(document.querySelector('.view img').src)).blob();"
    shown = studio.evaluate(f"async () => {{ {file} {script} }}")

    for answer in (shell.stdout, shown):
        assert json.loads(answer)["report"]["method"] == "solid"
    compile(python, "shown", "exec")
    assert "requests.post" in python


def test_a_picture_that_the_browser_cannot_show_gets_a_preview_from_the_server(
    studio: Page,
) -> None:
    requests = sent(studio)
    file = io.BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", (64, 48), "teal")).save(file)
    heic = {"name": "photo.heic", "mimeType": "image/heic", "buffer": file.getvalue()}
    studio.set_input_files("#file", heic)
    expect(studio.locator(".curtain")).to_contain_text("cannot show this HEIC file")
    assert requests == []

    studio.get_by_role("button", name="Show a preview from the server").click()
    expect(studio.locator(".curtain")).to_be_hidden()
    size = "image => [image.naturalWidth, image.naturalHeight]"
    assert studio.locator(".plane > img").evaluate(size) == [64, 48]

    on_the_server(studio)
    expect(result(studio)).to_be_visible()
    assert saved(studio)[0] == "photo-clean.heic"


def test_results_on_another_origin_are_saved_under_the_files_own_name(
    page: Page, tmp_path: Path
) -> None:
    with listening() as (bound, address), ExitStack() as stack:
        service = build(Settings(data=tmp_path / "data", public_url=address))
        stack.callback(service.close)
        stack.enter_context(running(service, bound))
        page.route("**/tab/files.json", lambda route: route.abort())
        page.goto(address.replace("127.0.0.1", "localhost"))
        drop(page, ("holiday.jpg", photo()))
        on_the_server(page)
        expect(result(page)).to_contain_text("No pixel changed")
        assert saved(page)[0] == "holiday-clean.jpg"
