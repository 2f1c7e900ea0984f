"""The flow of the reference's page, step by step: a private preview, then a guest's cloud run."""

from __future__ import annotations

import re
import threading
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from expunge.bootstrap import build
from expunge.embedded import worker
from expunge.settings import Settings
from tests.browser.conftest import photographed, served
from tests.browser.studio.actions import check, result

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page


@pytest.fixture(scope="module")
def address(data: Path) -> Iterator[str]:
    service = build(Settings(data=data))
    stop = threading.Event()
    working = threading.Thread(target=worker.drain, args=(service, service.inbox, stop))
    working.start()
    with served(service) as address:
        yield address
    stop.set()
    working.join()
    service.close()


@pytest.fixture
def studio(page: Page, address: str) -> Page:
    page.route("**/tab/files.json", lambda route: route.abort())
    page.goto(address)
    page.get_by_role("button", name="Try the sample").click()
    page.get_by_label("Faces, text, codes").check()
    return page


def test_a_guest_blurs_in_the_cloud(studio: Page, address: str) -> None:
    steps: list[str] = []

    def note(request) -> None:
        path = re.sub(r"/(in|out)/.*|\?.*", "", urlsplit(request.url).path)
        if path.startswith(
            ("/api/v1/auth", "/api/v1/keys", "/api/v1/uploads", "/api/generate", "/objects")
        ):
            steps.append(f"{request.method} {path}")

    # Nothing of a workspace before it is worth one.
    expect(studio.locator("#credits")).to_be_hidden()
    offer = studio.locator("#panel-cloud")
    expect(offer).to_contain_text("0.5 credits a run")
    expect(offer).to_contain_text("a guest workspace with 5 free credits. No sign-up.")
    studio.on("request", note)

    # Guest session, starter credits, key, upload, task, result.
    offer.get_by_role("button", name="Blur in the cloud").click()
    expect(result(studio)).to_have_text("Faces are blurred. This took 0.5 credits.")
    expect(studio.locator("#credits")).to_have_text("4.5 credits")
    assert steps[:5] == [
        "POST /api/v1/auth/guest",
        "POST /api/v1/keys/first",
        "POST /api/v1/uploads",
        "PUT /objects",
        "POST /api/generate",
    ]
    photographed(studio, "cloud-result")

    # The workspace: the key once, history, entries, limits in words.
    studio.get_by_role("button", name="Workspace").click()
    drawer = studio.get_by_role("dialog", name="Your workspace")
    expect(drawer).to_contain_text("You are a guest")
    expect(drawer).to_contain_text("Cloud blur done")
    expect(drawer).to_contain_text("100 of 100 images")
    expect(drawer.get_by_role("button", name=re.compile("Top up"))).to_have_count(0)
    key = drawer.locator(".note pre code").inner_text()
    assert re.fullmatch(r"uk_[0-9A-Za-z]{43}", key)
    drawer.get_by_text("Entries").click()
    expect(drawer).to_contain_text("Received (starter)")
    photographed(studio, "workspace")
    check(studio)

    # The same task by the API, with that key.
    task = drawer.locator("section", has_text="History").locator("code").first.inner_text()
    told = studio.request.get(
        f"{address}/api/status?task_id={task}", headers={"Authorization": f"Bearer {key}"}
    ).json()
    assert told["data"]["status"] == "SUCCESS"
    assert told["data"]["consumed_credits"] == 0.5

    # Keys: rename, then delete after a question.
    keys = drawer.locator("section", has=studio.get_by_role("heading", name="API keys"))
    keys.get_by_role("button", name="Rename").click()
    studio.get_by_role("textbox", name="Name").fill("Zapier")
    studio.get_by_role("button", name="Save").click()
    expect(drawer).to_contain_text("Zapier")
    keys.get_by_role("button", name="Disable").click()
    expect(drawer).to_contain_text("disabled")
    keys.get_by_role("button", name="Delete").click()
    studio.get_by_role("dialog", name="Delete «Zapier»?").get_by_role(
        "button", name="Delete"
    ).click()
    expect(drawer).to_contain_text("No key yet.")

    # The history: what was made can be deleted.
    history = drawer.locator("section", has=studio.get_by_role("heading", name="History"))
    history.get_by_role("button", name="Delete").click()
    studio.get_by_role("dialog", name="Delete this?").get_by_role("button", name="Delete").click()
    expect(history).to_contain_text("Nothing has been sent to the server yet.")


def test_too_few_credits_are_said_before_anything_is_sent(studio: Page) -> None:
    studio.context.request.post(f"{studio.url}api/v1/auth/guest", data={})
    studio.route(
        "**/api/v1/me",
        lambda route: route.fulfill(json=route.fetch().json() | {"credits": {"total": 0}}),
    )
    sent: list[str] = []
    studio.on("request", lambda one: sent.append(urlsplit(one.url).path))

    studio.get_by_role("button", name="Blur in the cloud").click()

    told = studio.locator("#panel-result [role=alert]")
    expect(told).to_contain_text("This needs 0.5 credits, and you have 0.")
    expect(told).to_contain_text("Hiding faces on this device is free.")
    assert "/api/v1/uploads" not in sent
