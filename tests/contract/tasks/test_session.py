"""The page's way: a guest session with starter credits, a key, and the same routes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.contract.tasks.conftest import BOTH, STARTER, Stand, User

if TYPE_CHECKING:
    from starlette.testclient import TestClient


def guest(stand: Stand) -> TestClient:
    """A browser with a guest session; it shows the CSRF token, as the pages do."""
    client = stand.anyone()
    assert client.post("/api/v1/auth/guest").status_code == 201
    client.headers["x-csrf-token"] = client.cookies["expunge_csrf"]
    return client


def credits_of(client: TestClient) -> Any:
    return client.get("/api/v1/me").json()["credits"]["total"]


def test_a_guest_runs_a_task_with_starter_credits(stand: Stand, image: str) -> None:
    client = guest(stand)
    assert credits_of(client) == STARTER
    task_id = client.post("/api/generate", json={"image": image}).json()["data"]["task_id"]
    stand.work()

    task = client.get("/api/status", params={"task_id": task_id}).json()["data"]
    assert (task["status"], task["consumed_credits"]) == ("SUCCESS", 0.5)
    assert credits_of(client) == STARTER - 0.5


def test_starter_credits_come_once(local: Stand) -> None:
    client = guest(local)
    assert client.post("/api/v1/auth/guest").status_code == 201

    assert credits_of(client) == STARTER


def test_a_session_lists_the_whole_account_and_a_key_its_own(stand: Stand, image: str) -> None:
    client = guest(stand)
    made = client.post("/api/v1/keys/first").json()
    by_key = stand.anyone()
    by_key.headers["authorization"] = f"Bearer {made['key']}"
    ids = [
        one.post("/api/generate", json={"image": image}).json()["data"]["task_id"]
        for one in (client, by_key)
    ]

    def listed(one: TestClient, **query: Any) -> list[str]:
        data = one.get("/api/list", params=query).json()["data"]
        assert data["pagination"]["total"] == len(data["logs"])
        return [log["task_id"] for log in data["logs"]]

    assert listed(client) == ids[::-1]
    assert listed(by_key) == [ids[1]]
    assert listed(client, task_id=ids[0]) == [ids[0]]
    assert listed(by_key, task_id=ids[0]) == []
    # What the page made can be looked at again with the account's key.
    assert by_key.get("/api/status", params={"task_id": ids[0]}).status_code == 200


@pytest.mark.parametrize("token", [None, "wrong"])
def test_a_session_needs_the_csrf_token(local: Stand, image: str, token: str | None) -> None:
    client = guest(local)
    del client.headers["x-csrf-token"]
    headers = {"x-csrf-token": token} if token else {}
    answer = client.post("/api/generate", json={"image": image}, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (403, 403)
    assert answer.json()["type"].endswith("/csrf_failed")
    assert client.get("/api/list").json()["data"]["pagination"]["total"] == 0


class TestFirstKey:
    def test_it_is_shown_once_and_works(self, stand: Stand) -> None:
        client = guest(stand)
        first, second = (client.post("/api/v1/keys/first") for _ in range(2))

        assert (first.status_code, second.status_code) == (201, 200)
        assert second.json() == {n: v for n, v in first.json().items() if n != "key"}
        headers = {"authorization": f"Bearer {first.json()['key']}"}
        assert stand.anyone().get("/api/list", headers=headers).status_code == 200

    def test_an_account_with_a_key_gets_none(self, local: Stand) -> None:
        user: User = local.user()
        answer = user.client.post("/api/v1/keys/first")

        assert (answer.status_code, answer.json()["id"]) == (200, user.key_id)
        assert "key" not in answer.json()

    def test_it_needs_an_account(self, local: Stand) -> None:
        assert local.anyone().post("/api/v1/keys/first").status_code == 401


@BOTH
def test_a_deleted_task_leaves_list_and_status(stand: Stand, user: User, image: str) -> None:
    kept, gone = user.create(image), user.create(image)
    stand.work()
    assert user.client.delete(f"/api/v1/jobs/{gone}").status_code == 200

    assert [log["task_id"] for log in user.list()["logs"]] == [kept]
    assert user.list()["pagination"]["total"] == 1
    assert user.client.get("/api/status", params={"task_id": gone}).status_code == 404


def test_pages_of_a_key_hold_each_task_once(stand: Stand, user: User, image: str) -> None:
    ids = [user.create(image) for _ in range(3)]
    pages = [user.list(page=page, limit=2) for page in (1, 2, 3)]

    assert [[log["task_id"] for log in page["logs"]] for page in pages] == [
        [ids[2], ids[1]],
        [ids[0]],
        [],
    ]
    assert [page["pagination"] for page in pages] == [
        {"page": page, "pageSize": 2, "total": 3} for page in (1, 2, 3)
    ]
