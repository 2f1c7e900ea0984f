"""Boxes: drawn, found by the tab, found by the server."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np
from playwright.sync_api import expect

from tests.browser.conftest import photographed
from tests.browser.photo import photo
from tests.browser.pulled import pulled
from tests.browser.studio.actions import (
    SAMPLE,
    check,
    drop,
    on_the_server,
    options_sent,
    place,
    result,
    sent,
)
from tests.samples.identifying import Placement, ean_13, laid, qr
from tests.samples.overlays import file_of

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page


def test_own_boxes_are_drawn_by_mouse_and_by_keyboard(studio: Page) -> None:
    asked = options_sent(studio)
    drop(studio, ("photo.jpg", photo()))
    studio.get_by_label("Faces, text, codes").check()
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
    assert [tick(box.first, side) for side in (60, 40, 20)] == ["20px", "12px", "none"]

    on_the_server(studio)
    expect(studio.get_by_role("alert")).to_contain_text("The server does not answer")
    assert [len(one["include"]) for one in asked] == [1]
    left, top, right, bottom = asked[0]["include"][0]
    assert 0 < left < right < 320
    assert 0 < top < bottom < 320


def tick(box: Locator, side: int) -> str:
    """The width of the tick of a box of this side in pixels; «none» without one."""
    return str(
        box.evaluate(
            """(box, side) => {
                Object.assign(box.style, { width: `${side}px`, height: `${side}px` });
                const { display, width } = getComputedStyle(box, "::after");
                return display === "none" ? display : width;
            }""",
            side,
        )
    )


@pulled
def test_faces_are_switched_on_and_off_on_this_device(studio_in_tab: Page) -> None:
    studio = studio_in_tab
    requests = sent(studio)
    drop(studio, ("sample.jpg", SAMPLE.read_bytes()))
    expect(studio.locator("#panel-told")).not_to_contain_text("on this device…")
    studio.get_by_label("Faces, text, codes").check()
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
    studio.get_by_role("button", name="Hide on this device").click()
    expect(result(studio)).to_have_text("Hid 1 face.")
    assert requests == []


def test_boxes_of_each_kind_are_found_by_the_server_and_have_switches(studio: Page) -> None:
    drop(studio, ("ticket.png", ticket()))
    studio.get_by_label("Faces, text, codes").check()
    kinds = studio.locator(".kinds")
    kinds.get_by_label("QR and bar codes").check()
    kinds.get_by_label("Faces").uncheck()
    studio.get_by_role("button", name="Find them on the server").click()

    codes = studio.locator('.box[data-kind="codes"]')
    expect(codes).to_have_count(2)
    expect(kinds).to_contain_text("2 found")
    photographed(studio, "kinds")
    shown = kinds.get_by_role("button", name="Show boxes of qr and bar codes")
    shown.click()
    expect(shown).to_have_attribute("aria-pressed", "false")
    expect(codes.first).to_be_hidden()
    shown.click()
    expect(codes.first).to_be_visible()
    check(studio)

    studio.get_by_role("checkbox", name="Code 2").last.uncheck()
    expect(studio.locator("#panel-choose")).to_contain_text("1 box of 2 will be hidden")
    asked = options_sent(studio)
    on_the_server(studio)
    expect(studio.get_by_role("alert")).to_contain_text("The server does not answer")
    assert asked[0]["targets"] == ["codes"]
    assert len(asked[0]["include"]) == 1


def ticket() -> bytes:
    """A picture with two codes."""
    canvas = np.full((360, 640, 3), 225, np.uint8)
    for picture, centre in (
        (qr("ticket 4711", 5), (130, 180)),
        (ean_13("400638133393", 3), (450, 180)),
    ):
        canvas, _, _ = laid(canvas, picture, Placement(centre))
    return file_of(canvas)


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
