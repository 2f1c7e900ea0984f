"""Large, broken, refused and lost: what the studio then says and does."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from expunge.operations import invisible
from tests.browser.photo import photo
from tests.browser.studio.actions import drop, on_the_server, result, sent

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route


HELD = """() => {
    const send = XMLHttpRequest.prototype.send;
    XMLHttpRequest.prototype.send = function (body) { window.go = () => send.call(this, body); };
}"""
"""Holds a request back until ``go`` is called."""


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
