"""Sign-in and the account's page, in a real browser."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page


def test_a_guest_makes_a_key_and_signs_out(page: Page, address: str) -> None:
    page.goto(f"{address}/account")
    expect(page).to_have_url(f"{address}/sign-in")
    page.get_by_role("button", name="Continue as a guest").click()
    expect(page.locator("#said")).to_contain_text("You are a guest")
    expect(page.locator("#quotas")).to_contain_text("100 of 100")

    page.get_by_label("Name").fill("Zapier")
    page.get_by_role("button", name="Create a key").click()
    expect(page.locator("#shown code")).to_have_text(re.compile("^uk_[0-9A-Za-z]{43}$"))
    expect(page.locator("#keys")).to_contain_text("Zapier")
    page.get_by_role("button", name="Disable").click()
    expect(page.locator("#keys")).to_contain_text("disabled")
    page.get_by_role("button", name="Delete").click()
    expect(page.locator("#keys")).not_to_contain_text("Zapier")

    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(f"{address}/")
    page.goto(f"{address}/account")
    expect(page).to_have_url(f"{address}/sign-in")


def test_a_mailed_link_signs_in(page: Page, address: str, data: Path) -> None:
    page.goto(f"{address}/sign-in")
    page.get_by_label("E-mail").fill("jane@example.org")
    page.get_by_role("button", name="Send a sign-in link").click()
    expect(page.locator("#said")).to_contain_text("we have sent a link")
    [mail] = (data / "outbox").iterdir()
    text = message_from_bytes(mail.read_bytes(), policy=policy.default).get_content()

    page.goto(re.search(r"http://\S+", text)[0])

    expect(page).to_have_url(f"{address}/account")
    expect(page.locator("#said")).to_contain_text("You are signed in. Tier: free")


def test_an_image_is_cleaned_in_a_session(page: Page, address: str, tmp_path: Path) -> None:
    from PIL import Image

    image = tmp_path / "photo.jpg"
    Image.new("RGB", (32, 32), "teal").save(image, comment=b"private")
    page.goto(f"{address}/sign-in")
    page.get_by_role("button", name="Continue as a guest").click()
    expect(page.locator("#said")).to_contain_text("You are a guest")

    page.goto(address)
    page.locator("#file").set_input_files(image)
    page.get_by_role("button", name=re.compile("Use the server|^Remove metadata$")).click()

    expect(page.locator("#panel-result")).to_contain_text("No pixel changed")
