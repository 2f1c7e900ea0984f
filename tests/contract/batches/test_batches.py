"""Batches over HTTP on both adapter sets: one charge, one state, one ZIP, one message."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from standardwebhooks import Webhook

from expunge.batches import register
from tests.contract.tasks.conftest import BOTH, JPEG, PNG, Stand, User

if TYPE_CHECKING:
    from starlette.testclient import TestClient

BATCHES = "/api/v1/batches"


def made(client: TestClient, document: dict[str, Any], **headers: str) -> dict[str, Any]:
    answer = client.post(BATCHES, json=document, headers=headers)
    assert answer.status_code == 202, answer.text
    assert answer.headers["location"] == f"{BATCHES}/{answer.json()['id']}"
    batch: dict[str, Any] = answer.json()
    return batch


def state(client: TestClient, batch: dict[str, Any]) -> dict[str, Any]:
    answer = client.get(f"{BATCHES}/{batch['id']}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def used(user: User, policy: str) -> int:
    limits = user.client.get("/api/v1/me").json()["quotas"]
    (found,) = [limit for limit in limits if limit["policy"] == policy]
    return int(found["limit"]) - int(found["remaining"])


def uploaded(client: TestClient, data: bytes, name: str) -> str:
    size = {"filename": name, "content_type": "image/png", "size": len(data)}
    signed = client.post("/api/v1/uploads", json=size).json()
    if signed["upload_url"].startswith("http://testserver"):
        put = client.put(signed["upload_url"], content=data, headers=signed["headers"])
        assert put.status_code in (200, 201, 204), put.text
    else:
        from urllib.request import Request, urlopen

        body = Request(
            signed["upload_url"], data, signed["headers"] | {"content-type": "image/png"}
        )
        body.get_method = lambda: "PUT"  # type: ignore[method-assign]
        with urlopen(body):
            pass
    return str(signed["object_key"])


@BOTH
def test_a_batch_is_charged_at_once_and_ends_with_results_problems_a_zip_and_a_message(
    stand: Stand, user: User
) -> None:
    key = uploaded(user.client, PNG, "cat/../photo.png")
    batch = made(
        user.client,
        {
            "mode": "metadata",
            "items": [
                {"image_url": stand.sites.secure.url("/source.png")},
                {"image_url": stand.sites.secure.url("/broken.jpg")},
                {"object_key": key},
                {"image_url": stand.sites.secure.url("/source.jpg"), "mode": "detect"},
                {"image_url": stand.sites.secure.url("/source.png")},
            ],
            "zip": True,
            "webhook_url": stand.sites.secure.url("/source.png"),
        },
    )
    assert (batch["status"], batch["total"]) == ("processing", 5)
    assert batch["counts"]["queued"] == 5
    assert batch["webhook_secret"].startswith("whsec_")
    assert used(user, "light-hour") == 4
    assert used(user, "detect-hour") == 1

    stand.work()
    ended = state(user.client, batch)

    assert ended["status"] == "finished"
    assert "webhook_secret" not in ended
    assert ended["counts"] == {
        "queued": 0,
        "processing": 0,
        "succeeded": 4,
        "failed": 1,
        "canceled": 0,
    }
    assert used(user, "light-hour") == 3, "the failed item is given back"
    statuses = [item["status"] for item in ended["items"]]
    assert statuses == ["succeeded", "failed", "succeeded", "succeeded", "succeeded"]
    assert ended["items"][1]["error_code"] == "malformed_image"
    assert "result_url" not in ended["items"][3], "a report has no image"
    assert stand.fetch(ended["items"][0]["result_url"])[:4] == PNG[:4]
    report = user.client.get(f"/api/v1/jobs/{ended['items'][3]['job_id']}").json()["report"]
    assert report
    archive = zipfile.ZipFile(io.BytesIO(stand.fetch(ended["zip_url"])))
    assert archive.testzip() is None
    names = ["source.png", "cat_.._photo.png", "source (2).png"]
    assert archive.namelist() == [*names, "results.json"]
    listed = json.loads(archive.read("results.json"))
    files = [one.get("file") for one in listed]
    assert files == [names[0], None, names[1], None, names[2]]
    (told,) = [one for one in stand.sites.secure.asked if batch["id"].encode() in one.body]
    assert told.headers["webhook-event"] == "batch.finished"
    message = Webhook(batch["webhook_secret"]).verify(told.body, told.headers)
    assert (message["id"], message["counts"]) == (batch["id"], ended["counts"])
    assert stand.fetch(message["zip_url"])[:2] == b"PK"
    listing = user.client.get(BATCHES).json()["batches"]
    assert [one["id"] for one in listing] == [batch["id"]]


@BOTH
def test_files_of_a_form_become_jobs_under_their_names(stand: Stand, user: User) -> None:
    files = [("image", ("a.png", PNG)), ("image", ("b.jpg", JPEG)), ("image", ("a.png", PNG))]
    answer = user.client.post(BATCHES, files=files, data={"mode": "metadata", "zip": "true"})
    assert answer.status_code == 202, answer.text
    stand.work()

    ended = state(user.client, answer.json())
    assert [item["name"] for item in ended["items"]] == ["a.png", "b.jpg", "a.png"]
    archive = zipfile.ZipFile(io.BytesIO(stand.fetch(ended["zip_url"])))
    assert archive.namelist() == ["a.png", "b.jpg", "a (2).png", "results.json"]


@BOTH
def test_a_batch_over_the_quota_is_refused_whole_and_costs_nothing(
    stand: Stand, user: User
) -> None:
    items = [{"image_url": stand.sites.secure.url("/source.png")}] * 8
    first = made(user.client, {"mode": "invisible", "items": items})

    refused = user.client.post(BATCHES, json={"mode": "invisible", "items": items[:5]})

    assert (refused.status_code, refused.json()["code"]) == (429, "quota_exceeded")
    detail = refused.json()["detail"]
    assert "needs 5 heavy jobs, and 4 of 12 heavy jobs of this day are left" in detail
    assert int(refused.headers["retry-after"]) > 0
    assert used(user, "heavy-day") == 8
    second = made(user.client, {"mode": "invisible", "items": items[:4]})
    assert used(user, "heavy-day") == used(user, "heavy-hour") == 12
    for batch in (first, second):
        user.client.delete(f"{BATCHES}/{batch['id']}")
    stand.work()
    assert used(user, "heavy-day") == used(user, "heavy-hour") == 0


@BOTH
def test_a_cancelled_batch_gives_back_all_that_has_not_run(stand: Stand, user: User) -> None:
    items = [{"image_url": stand.sites.secure.url("/source.png")}] * 3
    batch = made(user.client, {"mode": "metadata", "items": items, "zip": True})

    answer = user.client.delete(f"{BATCHES}/{batch['id']}")
    assert answer.json()["status"] == "canceling"
    stand.work()

    ended = state(user.client, batch)
    assert ended["status"] == "canceled"
    assert ended["counts"]["canceled"] == 3
    assert "zip_url" not in ended
    assert used(user, "light-hour") == 0


@BOTH
def test_a_deleted_batch_is_gone_at_once_and_its_jobs_and_objects_soon(
    stand: Stand, user: User
) -> None:
    files = [("image", ("a.png", PNG))] * 2
    answer = user.client.post(BATCHES, files=files, data={"mode": "metadata", "zip": "true"})
    stand.work()
    ended = state(user.client, answer.json())

    user.client.delete(f"{BATCHES}/{ended['id']}")
    assert user.client.get(f"{BATCHES}/{ended['id']}").json()["code"] == "batch_not_found"
    assert user.client.get(BATCHES).json()["batches"] == []
    stand.work()

    for item in ended["items"]:
        assert user.client.get(f"/api/v1/jobs/{item['job_id']}").status_code == 404
        key = item["result_url"].partition("?")[0].partition("/out/")[2]
        assert stand.service.jobs._objects.head(f"out/{key}") is None
    key = ended["zip_url"].partition("?")[0].partition("/out/")[2]
    assert stand.service.jobs._objects.head(f"out/{key}") is None
    records = stand.service.batches._register._records
    assert not records.query(f"batch#{ended['id']}").entries
    assert not any(records.query(shard).entries for shard in register.SHARDS.all())


@BOTH
def test_the_same_key_makes_one_batch(stand: Stand, user: User) -> None:
    document = {
        "mode": "metadata",
        "items": [{"image_url": stand.sites.secure.url("/source.png")}],
    }
    first = made(user.client, document, **{"Idempotency-Key": "one"})
    again = user.client.post(BATCHES, json=document, headers={"Idempotency-Key": "one"})
    assert again.json()["id"] == first["id"]
    assert again.headers["idempotent-replayed"] == "true"
    assert used(user, "light-hour") == 1
    other = document | {"zip": True}
    refused = user.client.post(BATCHES, json=other, headers={"Idempotency-Key": "one"})
    assert refused.json()["code"] == "idempotency_mismatch"
    as_job = user.client.post(
        "/api/v1/jobs",
        json={"mode": "metadata"} | document["items"][0],
        headers={"Idempotency-Key": "one"},
    )
    assert as_job.json()["code"] == "idempotency_mismatch"


def test_an_anonymous_batch_is_read_by_its_id_and_changed_by_its_browser(stand: Stand) -> None:
    client = stand.anyone()
    answer = client.post(BATCHES, files=[("image", ("a.png", PNG))], data={"mode": "metadata"})
    batch, secret = answer.json(), answer.headers["x-client-secret"]
    client.cookies.clear()
    stand.work()

    stranger = stand.anyone()
    assert state(stranger, batch)["status"] == "finished"
    assert stranger.delete(f"{BATCHES}/{batch['id']}").json()["code"] == "client_secret_required"
    assert stranger.get(BATCHES).json()["code"] == "client_secret_required"
    own = {"X-Client-Secret": secret}
    listed = client.get(BATCHES, headers=own).json()["batches"]
    assert [one["id"] for one in listed] == [batch["id"]]
    assert client.delete(f"{BATCHES}/{batch['id']}", headers=own).status_code == 200
    assert state_code(stranger, batch) == 404


def state_code(client: TestClient, batch: dict[str, Any]) -> int:
    return int(client.get(f"{BATCHES}/{batch['id']}").status_code)


def test_another_account_sees_and_changes_nothing(stand: Stand, user: User) -> None:
    items = [{"image_url": stand.sites.secure.url("/source.png")}]
    batch = made(user.client, {"mode": "metadata", "items": items})
    other = stand.user()
    assert state_code(other.client, batch) == 404
    assert other.client.delete(f"{BATCHES}/{batch['id']}").status_code == 404
    stand.work()
    assert state(user.client, batch)["status"] == "finished"


PNG_ITEM = {"image_url": "https://pictures.example/a.png"}


@pytest.mark.parametrize(
    ("document", "pointers"),
    [
        ({"mode": "metadata", "items": []}, ["/items"]),
        ({"mode": "metadata", "items": [PNG_ITEM] * 101}, ["/items"]),
        ({"items": [PNG_ITEM, PNG_ITEM | {"mode": "detect"}]}, ["/items/0/mode"]),
        ({"mode": "nonsense", "items": [PNG_ITEM] * 3}, ["/mode"]),
        ({"mode": "metadata", "items": [{}, PNG_ITEM]}, ["/items/0"]),
        (
            {"mode": "metadata", "items": [PNG_ITEM, {"image_url": "ftp://a.example/b"}]},
            ["/items/1/image_url"],
        ),
        (
            {"mode": "metadata", "items": [PNG_ITEM], "options": {"scope": "some"}},
            ["/options/scope"],
        ),
        (
            {"items": [PNG_ITEM | {"mode": "metadata", "options": {"scop": "ai"}}] * 2},
            ["/items/0/options/scop", "/items/1/options/scop"],
        ),
        ({"mode": "metadata", "items": [PNG_ITEM | {"url": "x"}]}, ["/items/0/url"]),
        ({"mode": "metadata", "items": [PNG_ITEM], "webhook_url": "x"}, ["/webhook_url"]),
        (
            {"mode": "metadata", "items": [PNG_ITEM], "webhook_url": "https://inside.example/"},
            ["/webhook_url"],
        ),
    ],
)
def test_a_wrong_item_is_named(
    stand: Stand, user: User, document: dict[str, Any], pointers: list[str]
) -> None:
    answer = user.client.post(BATCHES, json=document)
    assert answer.status_code == 422, answer.text
    assert [error["pointer"] for error in answer.json()["errors"]] == pointers
    assert used(user, "light-hour") == 0


def test_a_file_that_is_no_image_is_named(stand: Stand, user: User) -> None:
    files = [("image", ("a.png", PNG)), ("image", ("b.txt", b"words"))]
    answer = user.client.post(BATCHES, files=files, data={"mode": "metadata"})
    assert answer.status_code == 415
    assert "/image/1" in answer.json()["detail"]
    unknown = {"mode": "metadata", "items": [{"object_key": "in/2026-05-24/up_0.png"}]}
    answer = user.client.post(BATCHES, json=unknown)
    assert (answer.status_code, answer.json()["code"]) == (404, "upload_not_found")
    assert "/items/0" in answer.json()["detail"]


def test_a_hundred_items_are_one_batch_and_all_are_given_back(stand: Stand, user: User) -> None:
    items = [{"image_url": f"https://pictures.example/{number}.png"} for number in range(100)]
    batch = made(user.client, {"mode": "metadata", "items": items})
    assert used(user, "light-hour") == 100
    user.client.delete(f"{BATCHES}/{batch['id']}")
    stand.work()
    ended = state(user.client, batch)
    assert (ended["status"], ended["counts"]["canceled"]) == ("canceled", 100)
    assert len({item["job_id"] for item in ended["items"]}) == 100
    assert used(user, "light-hour") == 0


def test_a_job_that_is_deleted_alone_leaves_its_batch_without_its_result(
    stand: Stand, user: User
) -> None:
    files = [("image", ("a.png", PNG)), ("image", ("b.png", PNG))]
    answer = user.client.post(BATCHES, files=files, data={"mode": "metadata"})
    stand.work()
    first, second = state(user.client, answer.json())["items"]
    assert user.client.delete(f"/api/v1/jobs/{first['job_id']}").status_code == 200

    ended = state(user.client, answer.json())
    assert ended["counts"]["succeeded"] == 2
    assert "result_url" not in ended["items"][0]
    assert (
        ended["items"][1]["result_url"].partition("?")[0] == second["result_url"].partition("?")[0]
    )


def test_results_and_the_zip_expire_and_the_batch_stays(stand: Stand) -> None:
    user = stand.user()
    files = [("image", ("a.png", PNG))]
    answer = user.client.post(BATCHES, files=files, data={"mode": "metadata", "zip": "1"})
    stand.work()
    assert "zip_url" in state(user.client, answer.json())
    stand.clock.ahead += 24 * 3600
    try:
        ended = state(user.client, answer.json())
    finally:
        stand.clock.ahead -= 24 * 3600
    assert ended["status"] == "finished"
    assert "zip_url" not in ended
    assert "result_url" not in ended["items"][0]


def test_a_subscription_hears_of_every_batch_of_its_account(stand: Stand, user: User) -> None:
    url = stand.sites.secure.url("/source.jpg")
    hook = user.client.post("/api/v1/hooks", json={"url": url, "events": ["batch.finished"]}).json()
    answer = user.client.post(BATCHES, files=[("image", ("a.png", PNG))], data={"mode": "detect"})
    stand.work()

    batch = answer.json()["id"].encode()
    (told,) = [one for one in stand.sites.secure.asked if batch in one.body]
    message = Webhook(hook["secret"]).verify(told.body, told.headers)
    assert message["status"] == "finished"
    assert "items" not in message
    listed = user.client.get(f"/api/v1/hooks/{hook['id']}/deliveries").json()["deliveries"]
    assert [one["event"] for one in listed] == ["batch.finished"]
