"""Pages that embed pictures by way of ``/clean``, in a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from expunge.bootstrap import build
from expunge.net.fetcher import Fetcher
from expunge.net.guard import Guard
from expunge.settings import Settings
from tests.browser.conftest import served
from tests.browser.photo import photo
from tests.websites.authority import authority
from tests.websites.site import Site, says

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page, Response

SIZES = "[...document.images].map(i => [i.complete, i.naturalWidth, i.naturalHeight])"


@pytest.fixture
def source() -> Iterator[Site]:
    with Site({"/photo.jpg": says(photo()), "/page.html": says(b"<p>Sign in")}) as site:
        yield site


@pytest.fixture
def address(tmp_path: Path, source: Site) -> Iterator[str]:
    guard = Guard(lambda *_: ["127.0.0.1"], also_public=[source.endpoint])
    fetcher = Fetcher(guard, tls=authority().trust)
    service = build(Settings(data=tmp_path / "data", quotas="off"), fetcher=fetcher)
    with served(service) as address:
        yield address
    service.close()


def embeds(address: str, *images: str, more: str = "") -> str:
    tags = (
        f'<img src="{address}/api/v1/clean?mode=metadata&image={quote(image, safe="")}{more}">'
        for image in images
    )
    return "<!doctype html>" + "".join(tags)


def show(page: Page, html: str) -> list[Response]:
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108  must be a function
    page.set_content(html, wait_until="load")
    return answers


def test_a_page_shows_what_was_cleaned_and_says_what_could_not_be(
    page: Page, address: str, source: Site
) -> None:
    images = [
        source.url("/photo.jpg"),
        source.url("/none.jpg"),
        source.url("/page.html"),
        "https://127.0.0.1/photo.jpg",
    ]
    answers = show(page, embeds(address, *images))

    assert page.evaluate(SIZES) == [[True, 320, 320], *[[True, 640, 360]] * 3]
    assert sorted(answer.status for answer in answers) == [200, 400, 400, 415]


def test_a_browser_is_given_the_format_it_takes(page: Page, address: str, source: Site) -> None:
    (answer,) = show(page, embeds(address, source.url("/photo.jpg"), more="&format=auto"))

    assert answer.headers["content-type"] in ("image/avif", "image/webp")
    assert page.evaluate(SIZES) == [[True, 320, 320]]


def test_a_page_with_one_picture_many_times_fetches_it_once(
    page: Page, address: str, source: Site
) -> None:
    image = source.url("/photo.jpg")
    tags = "".join(embeds(address, image, more=f"&download={n}") for n in range(12))
    show(page, tags)

    assert page.evaluate(SIZES) == [[True, 320, 320]] * 12
    assert source.hits("/photo.jpg") == 1
