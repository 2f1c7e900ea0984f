"""The studio, in a browser: images are shown, told about, cleaned and saved."""

from __future__ import annotations

import io
import json
import subprocess
import threading
import zipfile
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pillow_heif
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import expect

import expunge
from expunge.bootstrap import build
from expunge.embedded import worker
from expunge.operations import invisible
from expunge.settings import Settings
from tests.browser.conftest import listening, photographed, running, served
from tests.browser.photo import photo
from tests.browser.pulled import pulled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import FloatRect, Locator, Page, Route

    from expunge.service import Service

SAMPLE = Path(expunge.__file__).parent / "web" / "pages" / "sample.jpg"
JPEG = "image/jpeg"
HELD = """() => {
    const send = XMLHttpRequest.prototype.send;
    XMLHttpRequest.prototype.send = function (body) { window.go = () => send.call(this, body); };
}"""
"""Holds a request back until ``go`` is called."""
FOCUSED = """() => {
    const { innerText, ariaLabel, value } = document.activeElement;
    return (innerText || ariaLabel || value || "").trim();
}"""
"""The words of the element that has the focus."""


@pytest.fixture(scope="module")
def service(data: Path) -> Iterator[Service]:
    service = build(Settings(data=data, quotas="off"))
    yield service
    service.close()


@pytest.fixture(scope="module")
def address(service: Service) -> Iterator[str]:
    stop = threading.Event()
    working = threading.Thread(target=worker.drain, args=(service, service.inbox, stop))
    working.start()
    with served(service) as address:
        yield address
    stop.set()
    working.join()


@pytest.fixture
def studio(page: Page, address: str) -> Page:
    """The studio, with nothing loaded to work in the tab: that takes its time."""
    page.route("**/tab/files.json", lambda route: route.abort())
    page.goto(address)
    return page


@pytest.fixture
def studio_in_tab(page: Page, address: str) -> Page:
    """The studio as people meet it."""
    page.goto(address)
    return page


def drop(page: Page, *files: tuple[str, bytes], into: str = "#file") -> None:
    given = [{"name": name, "mimeType": JPEG, "buffer": data} for name, data in files]
    page.set_input_files(into, given)


def sent(page: Page) -> list[str]:
    """Every request from now on that may carry an image away."""
    requests: list[str] = []
    page.on(
        "request",
        lambda one: (
            one.method in ("POST", "PUT")
            and requests.append(f"{one.method} {urlsplit(one.url).path}")
        ),
    )
    return requests


def on_the_server(page: Page) -> None:
    page.locator("#panel-actions .primary").click()


def place(element: Locator) -> FloatRect:
    found = element.bounding_box()
    assert found is not None
    return found


def result(page: Page) -> Locator:
    return page.locator("#panel-result .note strong")


def saved(page: Page, button: str = "Download") -> tuple[str, bytes]:
    with page.expect_download() as download:
        page.get_by_role("button", name=button).click()
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def options_sent(page: Page) -> list[dict]:
    """The options of every job that is asked for from now on, which no server gets."""
    asked: list[dict] = []

    def keep(route: Route) -> None:
        body = (route.request.post_data_buffer or b"").decode("latin-1")
        mode = body.split('name="mode"\r\n\r\n')[1].split("\r\n")[0]
        asked.append(
            {"mode": mode} | json.loads(body.split('name="options"\r\n\r\n')[1].split("\r\n")[0])
        )
        route.abort()

    page.route("**/api/v1/jobs", keep)
    return asked


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


def test_a_large_picture_goes_by_way_of_an_upload_once(studio: Page) -> None:
    large = photo(2600, 97)
    assert len(large) > 4_000_000
    requests = sent(studio)
    studio.route("**/api/v1/jobs", lambda route: route.abort())
    drop(studio, ("large.jpg", large))
    on_the_server(studio)
    expect(studio.get_by_role("alert")).to_contain_text("The server does not answer")

    studio.unroute("**/api/v1/jobs")
    studio.get_by_role("button", name="Try again").click()

    expect(result(studio)).to_contain_text("No pixel changed")
    assert [one for one in requests if one.startswith("PUT /objects/in/")] == requests[1:2]


def test_an_upload_whose_answer_was_lost_is_used_all_the_same(studio: Page) -> None:
    def lost(route: Route) -> None:
        route.fetch()
        route.abort()

    studio.route("**/objects/in/**", lost)
    drop(studio, ("large.jpg", photo(2600, 97)))
    on_the_server(studio)
    expect(studio.get_by_role("alert")).to_contain_text("The server does not answer")
    studio.unroute("**/objects/in/**")
    studio.get_by_role("button", name="Try again").click()

    expect(result(studio)).to_contain_text("No pixel changed")


def test_a_broken_picture_says_what_is_wrong_and_what_to_do(studio: Page) -> None:
    drop(studio, ("broken.jpg", photo()[:100]))
    on_the_server(studio)

    told = studio.get_by_role("alert")
    expect(told).to_contain_text("byte 81")
    expect(told).to_contain_text("send the original file")
    expect(told.get_by_role("link", name="About this problem")).to_be_visible()
    expect(studio.get_by_role("button", name="Download")).to_be_hidden()


def test_a_limit_says_when_it_opens_and_being_offline_is_said(studio: Page) -> None:
    full = {"code": "quota_exceeded", "status": 429, "detail": "You have used all 30 light jobs."}
    studio.route(
        "**/api/v1/jobs",
        lambda route: route.fulfill(status=429, json=full, headers={"retry-after": "1260"}),
    )
    drop(studio, ("photo.jpg", photo()))
    on_the_server(studio)
    told = studio.locator("#panel-result [role=alert]")
    expect(told).to_contain_text("It opens again in 21 minutes. Accounts have higher limits.")

    studio.unroute("**/api/v1/jobs")
    studio.context.set_offline(True)
    on_the_server(studio)
    expect(told).to_contain_text("You are offline")
    studio.context.set_offline(False)
    studio.get_by_role("button", name="Try again").click()
    expect(result(studio)).to_contain_text("No pixel changed")


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
    studio.get_by_label("Faces", exact=True).check()
    studio.get_by_label("How to hide").select_option("solid")
    on_the_server(studio)
    expect(studio.locator("input[name=mode]").first).to_be_disabled()

    studio.locator(".frame .pick").nth(1).click()
    studio.get_by_label("AI marks", exact=True).check()
    studio.evaluate("() => window.go()")

    expect(studio.locator(".frame[data-state=failed]")).to_have_count(1)
    assert asked == [{"mode": "mask", "method": "solid"}]


def test_options_are_controls_and_a_wrong_one_is_said_at_its_field(studio: Page) -> None:
    drop(studio, ("photo.jpg", photo()))
    studio.get_by_label("Faces", exact=True).check()
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
    studio.get_by_label("Faces", exact=True).check()
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


def test_own_boxes_are_drawn_by_mouse_and_by_keyboard(studio: Page) -> None:
    asked = options_sent(studio)
    drop(studio, ("photo.jpg", photo()))
    studio.get_by_label("Faces", exact=True).check()
    studio.get_by_role("button", name="Draw a box").click()
    view = place(studio.locator(".view"))
    middle = (view["x"] + view["width"] / 2, view["y"] + view["height"] / 2)
    studio.mouse.move(middle[0] - 60, middle[1] - 60)
    studio.mouse.down()
    studio.mouse.move(middle[0] + 40, middle[1] + 40, steps=4)
    studio.mouse.up()
    box = studio.locator(".box.own")
    expect(box).to_have_count(1)

    studio.get_by_role("button", name="Draw a box").press("Enter")
    expect(box).to_have_count(2)
    expect(box.last).to_be_focused()
    at = place(box.last)
    studio.keyboard.press("ArrowRight")
    studio.keyboard.press("Shift+ArrowDown")
    moved = place(box.last)
    assert moved["x"] > at["x"]
    assert moved["height"] > at["height"]
    studio.keyboard.press("Space")
    expect(box.last).to_have_attribute("aria-checked", "false")
    photographed(studio, "boxes")

    on_the_server(studio)
    expect(studio.get_by_role("alert")).to_contain_text("The server does not answer")
    assert [len(one["include"]) for one in asked] == [1]
    left, top, right, bottom = asked[0]["include"][0]
    assert 0 < left < right < 320
    assert 0 < top < bottom < 320


@pulled
def test_faces_are_switched_on_and_off_on_this_device(studio_in_tab: Page) -> None:
    studio = studio_in_tab
    requests = sent(studio)
    drop(studio, ("sample.jpg", SAMPLE.read_bytes()))
    studio.get_by_label("Faces", exact=True).check()
    studio.get_by_role("button", name="Find faces").click()

    box = studio.locator(".box")
    expect(box).to_have_count(2)
    chosen = studio.locator("#panel-choose").get_by_text("1 box of 2 will be hidden")
    for _ in range(10):  # a click is lost where the page draws the boxes again meanwhile
        box.first.click()
        with suppress(AssertionError):
            expect(chosen).to_be_visible(timeout=10_000)
            break
    expect(chosen).to_be_visible()
    photographed(studio, "faces")
    studio.get_by_role("button", name="Hide faces on this device").click()
    expect(result(studio)).to_have_text("Hid 1 face.")
    assert requests == []


def test_marks_are_found_by_the_server_and_an_own_region_is_sent(studio: Page) -> None:
    drop(studio, ("sample.jpg", SAMPLE.read_bytes()))
    button = studio.get_by_role("button", name="Read it on the server")
    studio.get_by_role("button", name="Check marks and signatures").or_(button).click()
    expect(studio.locator("#panel-told")).to_contain_text("gemini sparkle by Google Gemini")
    expect(studio.locator(".box.fixed")).to_have_count(1)

    studio.get_by_label("AI marks", exact=True).check()
    on_the_server(studio)
    expect(result(studio)).to_contain_text("Removed gemini-sparkle")

    studio.get_by_role("button", name="Start over").click()
    asked = options_sent(studio)
    studio.get_by_role("button", name="Draw a region").press("Enter")
    on_the_server(studio)
    expect(studio.get_by_role("alert")).to_be_visible()
    assert len(asked[0]["region"]) == 4


def test_heavy_work_shows_how_far_it_is_and_can_be_canceled(
    studio: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen, run = threading.Event(), invisible.run

    def watched(source, options, progress):
        progress(0.42)
        seen.wait(60)
        return run(source, options, progress)

    monkeypatch.setattr(invisible, "run", watched)
    drop(studio, ("photo.jpg", photo(64)), ("other.jpg", photo(65)))
    studio.get_by_label("Watermarks", exact=True).check()
    on_the_server(studio)
    actions = studio.locator("#panel-actions")
    expect(actions).to_contain_text("Working… 42 %")
    assert actions.locator("progress").get_attribute("value") == "0.42"

    studio.locator(".frame .pick").nth(1).click()
    studio.get_by_label("Watermarks", exact=True).check()
    on_the_server(studio)
    expect(actions).to_contain_text("Waiting in the queue")
    studio.get_by_role("button", name="Cancel").click()
    expect(studio.get_by_role("alert")).to_contain_text("You canceled this")

    seen.set()
    studio.locator(".frame .pick").first.click()
    expect(result(studio)).to_contain_text("Rebuilt the pixels")


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


@pytest.mark.parametrize(
    ("scheme", "width", "height"),
    [("light", 1280, 800), ("dark", 1280, 800), ("light", 390, 844), ("dark", 390, 844)],
)
def test_the_studio_is_accessible(
    page: Page, address: str, scheme: str, width: int, height: int
) -> None:
    page.route("**/tab/files.json", lambda route: route.abort())
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": height})
    page.goto(address)
    photographed(page, f"empty-{scheme}-{width}")
    check(page)

    drop(page, ("sample.jpg", SAMPLE.read_bytes()))
    expect(page.locator("#panel-options select")).not_to_have_count(0)
    expect(page.locator("#panel-told")).not_to_contain_text("on this device…")
    photographed(page, f"told-{scheme}-{width}")
    check(page)

    page.get_by_label("Faces", exact=True).check()
    on_the_server(page)
    expect(result(page)).to_have_text("Hid 2 faces.")
    photographed(page, f"done-{scheme}-{width}")
    check(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def check(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_everything_is_done_with_a_keyboard(studio: Page) -> None:
    def reach(name: str) -> None:
        for _ in range(80):
            studio.keyboard.press("Tab")
            if studio.evaluate(FOCUSED).startswith(name):
                return
        raise AssertionError(f"no way to {name}")

    reach("Try the sample")
    studio.keyboard.press("Enter")
    expect(studio.locator("#panel-told")).not_to_contain_text("on this device…")
    studio.locator("input[name=mode][value=metadata]").wait_for(state="attached")
    reach("metadata")
    studio.keyboard.press("ArrowRight")
    expect(studio.get_by_label("Faces", exact=True)).to_be_checked()
    reach("Hide faces")
    studio.keyboard.press("Enter")
    expect(result(studio)).to_have_text("Hid 2 faces.")
    expect(studio.get_by_role("button", name="Download")).to_be_focused()


def test_an_unknown_page_says_so_in_html(page: Page, address: str) -> None:
    page.goto(f"{address}/nowhere")

    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("link", name="Go to the studio")).to_be_visible()


def test_the_api_page_shows_every_operation(page: Page, address: str) -> None:
    page.goto(f"{address}/docs")

    paths = page.request.get(f"{address}/openapi.json").json()["paths"]
    operations = sum(len(methods) for methods in paths.values())
    expect(page.locator(".opblock")).to_have_count(operations, timeout=20_000)
