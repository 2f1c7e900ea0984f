"""``GET /clean``: a URL in, a cleaned image out, each cleaned once."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from starlette.testclient import TestClient

import expunge
from expunge.stores.local.objects import FileObjects
from expunge.stores.local.records import SqliteRecords
from tests.api.conftest import client_at
from tests.websites.site import Asked, Site, says

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from expunge.service import Service
from tests.api.clean.conftest import CLEAN, ask, built, refused


def test_an_address_becomes_a_clean_picture(client: TestClient, site: Site, photo: bytes) -> None:
    answer = ask(client, site)

    clean = expunge.run("metadata", photo).image
    assert answer.status_code == 200
    assert answer.content == clean
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["content-length"] == str(len(clean))
    assert answer.headers["cache-control"] == "public, max-age=86400"
    assert answer.headers["etag"].startswith('"')
    assert "vary" not in answer.headers
    assert "content-disposition" not in answer.headers


def test_the_tag_is_of_the_bytes(client: TestClient, site: Site) -> None:
    first, twin = ask(client, site), ask(client, site, "/twin.jpg")

    assert first.headers["etag"] == twin.headers["etag"]
    assert first.content == twin.content


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', "*"])
def test_who_has_the_picture_is_told_so_without_a_second_run(
    client: TestClient, site: Site, runs: list[float], form: str
) -> None:
    etag = ask(client, site).headers["etag"]
    answer = ask(client, site, headers={"if-none-match": form.format(etag)})

    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["etag"] == etag
    assert answer.headers["cache-control"] == "public, max-age=86400"
    assert len(runs) == site.hits("/photo.jpg") == 1


def test_another_tag_gets_the_picture(client: TestClient, site: Site) -> None:
    assert ask(client, site, headers={"if-none-match": '"other"'}).status_code == 200


def test_head_says_what_get_would(client: TestClient, site: Site) -> None:
    head, get = ask(client, site, method="HEAD"), ask(client, site)

    assert (head.status_code, head.content) == (200, b"")
    for name in ("content-length", "content-type", "etag", "cache-control"):
        assert head.headers[name] == get.headers[name]
    head = ask(client, site, "/none.jpg", method="HEAD")
    assert (head.status_code, head.headers["x-error-type"]) == (400, "source_unreachable")


@pytest.mark.parametrize(
    ("asked", "saved"),
    [("holiday.png", "holiday.jpg"), ("../../etc/passwd", "passwd.jpg"), ("", "picture.jpg")],
)
def test_a_picture_is_saved_on_demand(
    client: TestClient, site: Site, asked: str, saved: str
) -> None:
    answer = ask(client, site, download=asked)

    assert answer.headers["content-disposition"] == f'attachment; filename="{saved}"'


def test_options_of_the_mode_are_parameters(client: TestClient, site: Site) -> None:
    plain = ask(client, site)
    kept = ask(client, site, keep="exif,comments")
    twice = client.get(
        CLEAN,
        params=[
            ("image", site.url("/photo.jpg")),
            ("mode", "metadata"),
            ("keep", "comments"),
            ("keep", "exif"),
        ],
    )

    assert len(kept.content) > len(plain.content)
    assert twice.content == kept.content


def test_the_first_request_stores_its_result_once_and_reads_it_never(
    client: TestClient, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []

    def count(port: type, name: str) -> None:
        real = getattr(port, name)

        def counted(self: object, *args: object, **more: object) -> object:
            calls.append(f"{port.__name__}.{name}")
            return real(self, *args, **more)

        monkeypatch.setattr(port, name, counted)

    for port, name in (
        (FileObjects, "put"),
        (FileObjects, "get"),
        (SqliteRecords, "write"),
    ):
        count(port, name)
    assert ask(client, site).status_code == 200
    assert calls.count("FileObjects.put") == 1
    assert calls.count("FileObjects.get") == 0
    assert calls.count("SqliteRecords.write") == 3  # claim, ended job, result with its URL


def test_a_repeated_embed_costs_neither_fetch_nor_run(
    client: TestClient, site: Site, runs: list[float]
) -> None:
    bodies = {ask(client, site).content for _ in range(3)}

    assert len(bodies) == len(runs) == site.hits("/photo.jpg") == 1


def test_many_who_ask_at_once_are_answered_by_one_run(
    client: TestClient, site: Site, runs: list[float]
) -> None:
    client.get("/health")  # the framework builds its routes at the first request

    def one(number: int) -> int:
        elsewhere = TestClient(client.app, client=(f"203.0.113.{number}", 50_000))
        return ask(elsewhere, site).status_code

    with ThreadPoolExecutor(20) as pool:
        assert set(pool.map(one, range(20))) == {200}
    assert len(runs) == site.hits("/photo.jpg") == 1


def test_the_same_picture_at_two_addresses_is_cleaned_once(
    client: TestClient, site: Site, runs: list[float]
) -> None:
    ask(client, site)
    ask(client, site, "/twin.jpg")

    assert len(runs) == 1


def test_two_processes_share_one_run(site: Site, tmp_path: Path, runs: list[float]) -> None:
    services = [built(site, tmp_path / "data") for _ in range(2)]
    clients = [client_at(service, "203.0.113.5") for service in services]
    for client in clients:
        client.get("/health")
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda client: ask(client, site), clients))
    for service in services:
        service.close()

    assert [answer.status_code for answer in answers] == [200, 200]
    assert len(runs) == 1


def test_a_source_is_looked_at_again_after_a_while(
    client: TestClient, service: Service, site: Site, photo: bytes, runs: list[float]
) -> None:
    def page(asked: Asked) -> Iterator[bytes]:
        same = asked.headers.get("if-none-match") == '"v1"'
        return (says(status="304 Not Modified") if same else says(photo, etag='"v1"'))(asked)

    site.pages["/photo.jpg"] = page
    first = ask(client, site)
    _pass_time(service, 301)
    again = ask(client, site)
    site.pages["/photo.jpg"] = says(b"\xff\xd8" + photo[2:], etag='"v2"')
    within = ask(client, site)

    assert first.content == again.content == within.content
    assert site.hits("/photo.jpg") == 2, "the second look was a conditional request"
    assert len(runs) == 1


def test_a_source_that_changed_is_cleaned_anew(
    client: TestClient, service: Service, site: Site
) -> None:
    ask(client, site)
    file = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(file, "PNG")
    site.pages["/photo.jpg"] = says(file.getvalue())
    _pass_time(service, 301)

    assert ask(client, site).headers["content-type"] == "image/png"


def test_a_result_that_the_store_has_lost_is_made_anew(
    client: TestClient, service: Service, site: Site
) -> None:
    ask(client, site)
    found = service.cleaner.stored(_embed(site))
    service.cleaner._objects.delete(found.result.object_key)

    refused(ask(client, site), 503, "service_unavailable")
    assert ask(client, site).status_code == 200


def _embed(site: Site):
    from expunge.clean.request import CleanRequest

    return CleanRequest.of([("image", site.url("/photo.jpg")), ("mode", "metadata")])


def _pass_time(service: Service, seconds: float) -> None:
    cleaner = service.cleaner
    for part in (cleaner, cleaner._results):
        clock = part._clock
        part._clock = lambda clock=clock: clock() + seconds
