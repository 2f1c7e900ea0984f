"""A URL of this service's own store is read without dialling, wherever a URL is taken.

No connection could reach it: the guard refuses loopback, and names without a dot.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest

from tests.contract.tasks.conftest import BOTH, JPEG, PNG
from tests.websites.site import says

if TYPE_CHECKING:
    from tests.contract.tasks.conftest import Stand, User, Websites


def requested(user: User, data: bytes = PNG) -> dict[str, Any]:
    """An upload whose file was not sent yet."""
    facts = {"filename": "a.png", "content_type": "image/png", "size": len(data)}
    answer = user.client.post("/api/v1/uploads", json=facts)
    assert answer.status_code == 200, answer.text
    made: dict[str, Any] = answer.json()
    return made


def send(user: User, upload: dict[str, Any], data: bytes = PNG) -> None:
    url, headers = upload["upload_url"], upload["headers"]
    if url.startswith("http://testserver/"):
        assert user.client.put(url, content=data, headers=headers).status_code == 200
    else:
        with urlopen(Request(url, data, headers, method="PUT")) as answer:
            assert answer.status == 200


def uploaded(user: User, data: bytes = PNG) -> str:
    upload = requested(user, data)
    send(user, upload, data)
    return str(upload["source_url"])


def test_a_source_url_can_be_read(stand: Stand, user: User) -> None:
    assert stand.fetch(uploaded(user)) == PNG


@BOTH
def test_a_task_is_created_from_an_upload(stand: Stand, user: User) -> None:
    task_id = user.create(uploaded(user))
    stand.work()

    assert user.status(task_id)["status"] == "SUCCESS"


def test_a_job_and_clean_take_it_too(stand: Stand, user: User) -> None:
    url = uploaded(user)
    job = user.client.post("/api/v1/jobs", json={"image_url": url, "mode": "metadata"})
    cleaned = stand.anyone().get("/api/v1/clean", params={"image": url, "mode": "metadata"})

    assert job.json()["status"] == "succeeded"
    assert (cleaned.status_code, cleaned.headers["content-type"]) == (200, "image/png")


def test_a_result_is_a_source_as_well(stand: Stand, user: User, image: str) -> None:
    task_id = user.create(image)
    stand.work()
    (url,) = user.status(task_id)["response"]

    assert user.generate(url).status_code == 200


def test_a_file_that_was_not_sent_is_a_clear_problem(user: User) -> None:
    answer = user.generate(requested(user)["source_url"])

    assert answer.status_code == 400
    assert "PUT the file to upload_url first" in answer.json()["detail"]


def test_a_url_is_over_after_fifteen_minutes(local: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    user = local.user()
    url = uploaded(user)
    signer = local.service.signed_objects._signer  # the store has a clock of its own
    monkeypatch.setattr(signer, "_clock", lambda: local.clock() + 901)
    answer = user.generate(url)

    assert answer.status_code == 400
    assert "has expired" in answer.json()["detail"]
    assert answer.json()["type"].endswith("/source_unreachable")


@pytest.mark.parametrize("where", ["image", "image_url", "clean"])
def test_a_forged_url_is_a_clear_problem(user: User, where: str) -> None:
    url = uploaded(user).replace("/up_", "/up_X")
    if where == "image":
        answer = user.generate(url)
        detail = answer.json()["detail"]
    elif where == "image_url":
        answer = user.client.post("/api/v1/jobs", json={"image_url": url, "mode": "metadata"})
        detail = answer.json()["detail"]
    else:
        answer = user.client.get("/api/v1/clean", params={"image": url, "mode": "metadata"})
        assert answer.headers["x-error-type"] == "source_unreachable"
        detail = "own store"

    assert answer.status_code == 400
    assert "own store" in detail


def test_a_foreign_url_that_looks_alike_is_dialled(local: Stand, sites: Websites) -> None:
    user = local.user()
    parts = urlsplit(uploaded(user))
    sites.secure.pages[parts.path] = says(JPEG)
    foreign = sites.secure.url(f"{parts.path}?{parts.query}")

    user.create(foreign)

    assert sites.secure.hits(parts.path) == 1


def test_an_unsigned_path_of_this_service_stays_a_loop(local: Stand) -> None:
    answer = local.user().generate("http://testserver/static/icon.svg")

    assert answer.status_code == 400
    assert answer.json()["type"].rsplit("/", 1)[-1] in ("loop_detected", "source_unreachable")


def test_a_redirect_to_the_own_store_is_not_followed(local: Stand, sites: Websites) -> None:
    user = local.user()
    location = uploaded(user)
    sites.secure.pages["/moved"] = says(status="302 Found", location=location)

    answer = user.generate(sites.secure.url("/moved"))

    assert answer.status_code == 400
