"""The studio asks what a job is for, gives the receipt, and explains the choice of a scope."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from expunge.bootstrap import build
from expunge.receipts.keys import KeySet
from expunge.receipts.verifying import read
from expunge.settings import Settings
from tests.browser.accessibility import violations
from tests.browser.conftest import photographed, served
from tests.browser.photo import photo

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page


@pytest.fixture(scope="module")
def address(data: Path) -> Iterator[str]:
    """A server whose operator asks for a purpose and switched the scope `all` off."""
    settings = Settings(data=data, quotas="off", purpose_required=True, scopes=("ai",))
    service = build(settings)
    with served(service) as address:
        yield address
    service.close()


def opened(page: Page, address: str) -> None:
    page.goto(address)
    file = {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": photo()}
    page.locator("#file").set_input_files(file)
    expect(page.locator("#option-scope")).to_be_visible()


def test_only_scopes_and_modes_that_are_on_are_offered(page: Page, address: str) -> None:
    opened(page, address)
    assert page.locator("#option-scope option").all_inner_texts() == ["ai"]
    assert page.locator("#option-scope").input_value() == "ai"
    modes = page.locator(".modes input").evaluate_all("all => all.map(one => one.value)")
    assert modes == ["metadata", "mask", "visible"]
    page.locator("label.mode", has_text="Faces").click()
    expect(page.locator("#option-strip_metadata")).not_to_be_checked()


def test_the_choice_of_a_scope_leads_to_the_law(page: Page, address: str) -> None:
    opened(page, address)
    link = page.locator("#panel-options a", has_text="What to consider")
    assert link.get_attribute("href") == "/legal"


def test_a_purpose_is_asked_for_and_the_receipt_can_be_saved(page: Page, address: str) -> None:
    opened(page, address)
    page.locator("#panel-options summary", has_text="More options").click()
    page.locator("#option-receipt").check()
    start = page.locator("#panel-actions .primary")
    expect(start).to_have_text("Remove metadata")
    expect(page.locator("#panel-actions")).to_contain_text("Only the server can sign a receipt.")

    start.click()
    expect(page.locator("#purpose")).to_be_focused()
    page.locator("#purpose").fill("Größe, für die Zeitung")
    with page.expect_response("**/api/v1/jobs") as answered:
        start.click()
    assert answered.value.json()["purpose"] == "Größe, für die Zeitung"
    with page.expect_download() as saved:
        page.locator("button", has_text="Download the receipt").click()

    assert saved.value.suggested_filename == "photo-clean.jpg.receipt.jws"
    keys = page.request.get(f"{address}/.well-known/expunge-receipt-keys").text()
    statement = read(saved.value.path().read_text().strip(), KeySet.parse(keys))
    assert statement.options["scope"] == "ai"
    photographed(page, "receipt")
    assert violations(page) == []


@pytest.mark.parametrize("path", ["/legal", "/terms", "/privacy", "/"])
def test_the_notices_fit_every_screen(page: Page, address: str, path: str) -> None:
    page.goto(address + path)
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        photographed(page, f"notice{path.replace('/', '-')}-{width}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
        expect(page.locator("footer.foot a")).to_have_count(3)
        assert violations(page) == [], width
