"""The API reference and the guides, in a browser."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.api.faces.conftest import PNG
from tests.browser.accessibility import violations
from tests.browser.conftest import photographed

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

LOOKS: tuple[tuple[Any, int, int], ...] = (("light", 1280, 900), ("dark", 390, 844))
OPENED = ("createJob", "changeApiKey")


def operation(page: Page, name: str) -> Locator:
    """An operation of the reference, opened."""
    found = page.locator(f"[id$='-{name}'].opblock")
    found.locator(".opblock-summary-control").click()
    expect(found.get_by_role("button", name="Execute")).to_be_visible()
    return found


def executed(operation: Locator) -> tuple[str, dict[str, Any]]:
    """Press Execute: the status and the JSON of the answer."""
    operation.get_by_role("button", name="Execute").click()
    row = operation.locator(".live-responses-table .response")
    expect(row).to_have_count(1)
    body = row.locator(".highlight-code pre").first.inner_text()
    return row.locator(".response-col_status").inner_text(), json.loads(body)


@pytest.fixture
def docs(page: Page, address: str) -> Page:
    page.goto(f"{address}/docs")
    return page


def test_a_job_is_made_at_the_first_click(docs: Page) -> None:
    create = operation(docs, "createJob")
    chosen = create.get_by_label("Request content type")
    expect(chosen).to_have_value("multipart/form-data")
    image = {"name": "photo.png", "mimeType": "image/png", "buffer": PNG}
    create.get_by_label("image", exact=True).set_input_files(image)

    first = executed(create)
    create.get_by_role("button", name="Clear").click()
    expect(create.locator(".live-responses-table")).to_have_count(0)
    chosen.select_option("application/json")
    second = executed(create)

    for status, answer in (first, second):
        assert status == "200", answer
        assert answer["status"] == "succeeded"
    assert first[1]["id"] != second[1]["id"]


def test_a_session_may_change_things_from_the_reference(docs: Page, address: str) -> None:
    assert docs.request.post(f"{address}/api/v1/auth/guest").ok

    status, answer = executed(operation(docs, "createKey"))

    assert status == "201", answer
    assert answer["key"].startswith("uk_")


@pytest.mark.parametrize("path", ["docs", "docs/guide/how-to/aws"])
def test_the_reference_and_the_guides_are_accessible_and_fit(
    page: Page, address: str, path: str
) -> None:
    page.goto(f"{address}/{path}")
    for name in OPENED if path == "docs" else ():
        operation(page, name)
    for scheme, width, height in LOOKS:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": height})
        photographed(page, f"{path.replace('/', '-')}-{scheme}-{width}")
        assert violations(page) == [], (path, scheme, width)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_one_navigation_leads_through_all_pages(docs: Page) -> None:
    places = docs.get_by_role("navigation", name="Pages")
    for name, title in (("Guides", "Documentation"), ("Problems", "Problems"), ("API", "API ref")):
        places.get_by_role("link", name=name).click()
        expect(docs.get_by_role("heading", level=1)).to_contain_text(title)
        expect(places.get_by_role("link", name=name)).to_have_attribute("aria-current", "page")
    places.get_by_role("link", name="Studio").click()
    expect(places.get_by_role("link", name="Studio")).to_have_attribute("aria-current", "page")
