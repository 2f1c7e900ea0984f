"""The studio for everyone: axe, keyboard alone, plain pages beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import COLOURS, violations
from tests.browser.conftest import photographed
from tests.browser.studio.actions import SAMPLE, drop, on_the_server, result

if TYPE_CHECKING:
    from playwright.sync_api import Page


FOCUSED = """() => {
    const { innerText, ariaLabel, value } = document.activeElement;
    return (innerText || ariaLabel || value || "").trim();
}"""
"""The words of the element that has the focus."""


def check_both_schemes(page: Page, name: str) -> None:
    """Only colours differ between them."""
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    photographed(page, f"{name}-dark")
    assert violations(page, *COLOURS) == []
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    photographed(page, f"{name}-light")
    assert violations(page) == []


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
def test_the_studio_is_accessible(page: Page, address: str, width: int, height: int) -> None:
    page.route("**/tab/files.json", lambda route: route.abort())
    page.set_viewport_size({"width": width, "height": height})
    page.goto(address)
    check_both_schemes(page, f"empty-{width}")

    drop(page, ("sample.jpg", SAMPLE.read_bytes()))
    expect(page.locator("#panel-options select")).not_to_have_count(0)
    expect(page.locator("#panel-told")).not_to_contain_text("on this device…")
    check_both_schemes(page, f"told-{width}")

    page.get_by_label("Faces, text, codes").check()
    on_the_server(page)
    expect(result(page)).to_have_text("Hid 2 faces.")
    check_both_schemes(page, f"done-{width}")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


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
    expect(studio.get_by_label("Faces, text, codes")).to_be_checked()
    reach("Hide")
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
