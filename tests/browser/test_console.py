"""The administrator's console, driven in a browser."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from expunge import models
from expunge.bootstrap import build
from expunge.operations import faces
from expunge.settings import Settings
from tests.api.faces.conftest import ADMIN, JPEG, PASSWORD, PNG, basic
from tests.browser.accessibility import violations
from tests.browser.conftest import photographed, served
from tests.unit.faces.making import Squares

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from expunge.service import Service

ADMINISTRATOR = {"authorization": basic("admin", PASSWORD)}
LOOKS: tuple[tuple[Any, int, int], ...] = (("light", 1280, 900), ("dark", 390, 844))
VIEWS = ("overview", "images", "jobs", "queues", "keys", "test")


@pytest.fixture(scope="module", autouse=True)
def detector() -> Iterator[None]:
    """A detector that needs no weights: it finds the squares of the samples."""
    squares = Squares()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(faces, "loaded", lambda name, path: squares)
        patch.setattr(faces, "_weights", lambda name: Path("weights"))
        patch.setattr(models, "installed", lambda name, folder=None: Path("weights"))
        yield


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    settings = Settings(
        data=tmp_path_factory.mktemp("console"),
        admin_password=PASSWORD,
        faces_storage=True,
        faces_key_required=False,
    )
    service = build(settings)
    yield service
    service.close()


@pytest.fixture(scope="module")
def address(service: Service) -> Iterator[str]:
    with served(service) as address:
        yield address


@pytest.fixture(scope="module")
def session(chromium: Browser, address: str) -> Iterator[list[Any]]:
    """The cookies of a signed-in administrator: logins are limited to ten a minute."""
    context = chromium.new_context()
    answer = context.request.post(
        f"{address}{ADMIN}/auth/login", data={"username": "admin", "password": PASSWORD}
    )
    assert answer.status == 204
    yield context.cookies()
    context.close()


@pytest.fixture
def console(page: Page, address: str, session: list[Any]) -> Page:
    page.context.add_cookies(session)
    page.goto(f"{address}/console")
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    return page


def mask(page: Page, address: str, data: bytes = PNG, **query: str) -> dict[str, str]:
    """Mask an image through the public endpoint; returns the ids of what was stored."""
    answer = page.request.post(
        f"{address}/api/v1/mask",
        params=query,
        multipart={"image": {"name": "photo.png", "mimeType": "image/png", "buffer": data}},
    )
    assert answer.status == 200, answer.text()
    return {"image": answer.headers["x-image-id"], "job": answer.headers["x-job-id"]}


def view(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Console").get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()


def test_the_administrator_signs_in_and_out(page: Page, address: str) -> None:
    page.goto(f"{address}/console")
    page.get_by_label("Password").fill("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").first).to_contain_text("user name or the password is wrong")

    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    assert page.get_by_label("Password").input_value() == ""
    page.reload()
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()

    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("Password")).to_be_visible()
    expect(page.locator("#view")).to_be_empty()
    assert page.request.get(f"{address}{ADMIN}/auth/session").status == 401


def test_the_overview_plots_what_was_sent(console: Page, address: str) -> None:
    mask(console, address, method="pixelate")
    console.get_by_role("button", name="Refresh").click()
    expect(console.locator(".totals")).to_contain_text("pixelate")
    expect(console.locator(".plot canvas")).to_have_count(2)
    console.get_by_text("As a table").first.click()
    expect(console.get_by_role("group", name="Images by hour")).to_be_visible()
    expect(console.locator(".alarms li")).to_have_count(6)


def test_an_image_is_opened_and_deleted_after_a_question(console: Page, address: str) -> None:
    stored = mask(console, address)
    view(console, "Images")
    before = console.locator(".tile").count()
    console.locator(".tile .open").first.click()
    dialog = console.get_by_role("dialog", name="Image", exact=True)
    expect(dialog.locator(".picture rect")).to_have_count(2)
    expect(dialog).to_contain_text(stored["image"])
    expect(dialog).to_contain_text(stored["job"])
    with console.expect_download() as download:
        dialog.get_by_role("link", name="Download the original").click()
    assert Path(download.value.path()).read_bytes() == PNG

    dialog.get_by_role("button", name="Delete").click()
    question = console.get_by_role("dialog", name="Delete this image?")
    question.get_by_role("button", name="Keep it").click()
    expect(console.locator(".tile")).to_have_count(before)
    dialog.get_by_role("button", name="Delete").click()
    question.get_by_role("button", name="Delete").click()
    expect(console.locator(".toast")).to_have_text("The image is deleted.")
    expect(console.locator(".tile")).to_have_count(before - 1)
    url = f"{address}{ADMIN}/images/{stored['image']}"
    assert console.request.get(url, headers=ADMINISTRATOR).status == 404


def test_jobs_are_filtered_and_the_address_keeps_the_filter(console: Page, address: str) -> None:
    mask(console, address, method="solid")
    mask(console, address, method="pixelate")
    view(console, "Jobs")
    console.get_by_label("Method").select_option("solid")
    rows = console.locator("tbody tr")
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text("solid")
    assert console.url.endswith("#jobs?method=solid")
    console.reload()
    expect(rows).to_have_count(1)
    expect(console.get_by_label("Method")).to_have_value("solid")
    console.get_by_label("Type").select_option("detect")
    expect(console.locator("#view")).to_contain_text("No job matches.")
    console.go_back()
    expect(rows).to_have_count(1)


def test_dead_letters_are_told_and_sent_again(console: Page, service: Service) -> None:
    inbox = service.inbox
    assert inbox is not None
    service.queues["jobs"].send({"owner": "job_1", "job": "job_1"})
    while (delivery := inbox.receive(60)) is not None:
        inbox.release(delivery)

    console.get_by_role("button", name="Refresh").click()
    expect(console.locator(".alarm.raised")).to_contain_text("Dead letters")
    view(console, "Queues")
    expect(console.get_by_role("group", name="Dead letters")).to_contain_text("no record")
    console.get_by_role("button", name="Send 1 message again").click()
    console.get_by_role("button", name="Send them").click()
    expect(console.locator("#view")).to_contain_text("There are none.")
    expect(console.locator("#view")).to_contain_text("The dead-letter queue is empty.")
    delivery = inbox.receive(60)
    assert delivery is not None
    inbox.ack(delivery)


def test_a_key_is_created_renamed_disabled_and_deleted(console: Page, address: str) -> None:
    view(console, "API keys")
    console.get_by_role("button", name="Create a key").click()
    console.get_by_label("Name", exact=True).fill("Zapier")
    console.keyboard.press("Enter")
    shown = console.locator("#new-key")
    expect(shown).to_have_text(re.compile("^uk_[0-9A-Za-z]{43}$"))
    key = shown.inner_text()
    image = {"name": "photo.png", "mimeType": "image/png", "buffer": PNG}

    def detect() -> int:
        answer = console.request.post(
            f"{address}/api/v1/detect", headers={"x-api-key": key}, multipart={"image": image}
        )
        return answer.status

    assert detect() == 200
    console.get_by_role("button", name="Done").click()
    console.get_by_role("button", name="Rename Zapier").click()
    console.get_by_label("Name", exact=True).fill("Make")
    console.keyboard.press("Enter")
    console.get_by_role("button", name="Disable Make").click()
    expect(console.locator("tbody")).to_contain_text("disabled")
    assert detect() == 401
    console.get_by_role("button", name="Delete Make").click()
    console.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(console.locator("#view")).to_contain_text("There is no key yet.")


def test_the_mask_test_runs_with_the_chosen_parameters(console: Page) -> None:
    view(console, "Mask test")
    console.get_by_label("method", exact=True).select_option("pixelate")
    console.get_by_label("format", exact=True).select_option("webp")
    console.set_input_files(
        "#image", {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": JPEG}
    )
    console.get_by_role("button", name="Mask the faces").click()
    tried = console.locator("#tried")
    expect(tried).to_contain_text("2 masked with pixelate")
    expect(tried.locator(".picture rect")).to_have_count(2)
    assert tried.get_by_alt_text("The result").evaluate("image => image.decode().then(() => 1)")
    expect(tried.get_by_role("group", name="Figures")).to_contain_text("total_ms")

    console.set_input_files(
        "#image", {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": b"no image"}
    )
    console.get_by_role("button", name="Mask the faces").click()
    expect(tried.get_by_role("alert")).to_be_visible()
    expect(console.get_by_role("button", name="Mask the faces")).to_be_enabled()


def test_a_session_that_has_ended_asks_for_the_password(console: Page) -> None:
    console.context.clear_cookies()
    console.get_by_role("navigation", name="Console").get_by_role("link", name="Jobs").click()
    expect(console.get_by_label("Password")).to_be_visible()


def test_without_storage_the_console_says_how_to_switch_it_on(page: Page, tmp_path: Path) -> None:
    service = build(Settings(data=tmp_path, admin_password=PASSWORD))
    with served(service) as address:
        page.goto(f"{address}/console#images")
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.locator("#view")).to_contain_text("EXPUNGE_FACES_STORAGE=true")
        view(page, "Overview")
        expect(page.locator("#view")).to_contain_text("EXPUNGE_FACES_STORAGE=true")
        expect(page.locator(".alarms li")).to_have_count(6)
    service.close()


def test_every_view_is_accessible_and_fits(console: Page, address: str) -> None:
    mask(console, address)
    for name in VIEWS:
        console.goto(f"{address}/console#{name}")
        link = console.locator(f'#views a[href="#{name}"]')
        expect(link).to_have_attribute("aria-current", "page")
        expect(console.locator("#view[aria-busy=false] h1")).to_have_text(link.inner_text())
        for scheme, width, height in LOOKS:
            console.emulate_media(color_scheme=scheme)
            console.set_viewport_size({"width": width, "height": height})
            photographed(console, f"console-{name}-{scheme}-{width}")
            assert violations(console) == [], (name, scheme, width)
            assert console.evaluate("document.documentElement.scrollWidth <= innerWidth"), name


def test_the_console_is_used_with_a_keyboard(console: Page, address: str) -> None:
    mask(console, address)
    view(console, "Images")
    console.locator(".tile .open").first.focus()
    console.keyboard.press("Enter")
    dialog = console.get_by_role("dialog", name="Image", exact=True)
    expect(dialog).to_be_visible()
    assert dialog.evaluate("dialog => document.activeElement.textContent") != "Delete"
    console.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(console.locator(".tile .open").first).to_be_focused()
