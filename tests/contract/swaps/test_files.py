"""How a swap gets its files: all at once, and an error is about the one that failed."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from tests.contract.swaps.conftest import Client, problem
from tests.contract.tasks.conftest import PNG
from tests.contract.tasks.test_hosted_uploads import uploaded
from tests.websites.site import says

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.contract.tasks.conftest import Stand, Websites
    from tests.websites.site import Asked

pytestmark = pytest.mark.usefixtures("swapper")

FACES = 5
"""More than `MAX_PER_CALLER`, which counts requests."""


def faces_at(sites: Websites, paths: list[str]) -> list[dict[str, object]]:
    urls = map(sites.secure.url, paths)
    return [{"face_index": index, "source_url": url} for index, url in enumerate(urls)]


def test_all_files_come_at_the_same_time(client: Client, sites: Websites) -> None:
    together = threading.Barrier(FACES + 1)

    def page(asked: Asked) -> Iterator[bytes]:
        together.wait(60)
        yield from says(PNG)(asked)

    paths = [f"/together-{number}.png" for number in range(FACES)]
    sites.secure.pages.update(dict.fromkeys([*paths, "/together.png"], page))
    swap = client.create(
        type="multi_face_image",
        source_url=None,
        target_url=sites.secure.url("/together.png"),
        face_swaps=faces_at(sites, paths),
    )

    assert swap["credit_cost"] == FACES


def test_a_file_that_fails_is_named_and_the_slow_ones_are_left(
    client: Client, sites: Websites
) -> None:
    asked_for, left = threading.Event(), threading.Event()

    def slow(asked: Asked) -> Iterator[bytes]:
        asked_for.set()
        yield from (b"HTTP/1.1 200 OK\r\ncontent-length: 9000\r\n\r\n", PNG)
        try:
            while not left.wait(0.05):
                yield b"."
        finally:
            left.set()

    def gone(asked: Asked) -> Iterator[bytes]:
        assert asked_for.wait(60)
        yield from says(status="404 Not Found")(asked)

    sites.secure.pages.update({"/endless.png": slow, "/gone.png": gone})
    answer = client.post(
        type="multi_face_image",
        source_url=None,
        face_swaps=faces_at(sites, ["/endless.png", "/gone.png"]),
    )

    detail = problem(answer, 400, "source_unreachable")["detail"]
    assert detail == "face_swaps/1/source_url: The source answered 404."
    assert left.is_set() or left.wait(60)
    assert client.user.entries()[1:] == []


class TestBesideAFileOfTheStore:
    """Where the server has http, its own store's URLs do, and they are accepted."""

    @pytest.mark.parametrize("field", ["source_url", "target_url"])
    def test_another_url_that_fails_is_named(
        self, stand: Stand, client: Client, sites: Websites, field: str
    ) -> None:
        fields = {"source_url": uploaded(client.user), "target_url": uploaded(client.user)}
        url = sites.secure.url("/nowhere.jpg")
        answer = client.post(**fields | {field: url})

        detail = problem(answer, 400, "source_unreachable")["detail"]
        named = "source_url: " if field == "source_url" else ""
        assert detail == f"{named}The source answered 404."

    @pytest.mark.parametrize("field", ["source_url", "target_url"])
    def test_a_url_of_the_store_without_a_file_is_told_why(
        self, stand: Stand, client: Client, field: str
    ) -> None:
        fields = {"source_url": uploaded(client.user), "target_url": uploaded(client.user)}
        fields[field] = fields[field].replace("signature=", "signature=0")
        (error,) = problem(client.post(**fields), 400, "validation_error")["errors"]

        assert error["pointer"] == f"/{field}"
        assert "use the new source_url" in error["detail"]
