"""Who may swap at all: a guest session is an account; a caller without an account is nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.contract.swaps.conftest import URL, problem
from tests.contract.tasks.conftest import BOTH, STARTER
from tests.contract.tasks.test_session import credits_of, guest

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from tests.contract.swaps.conftest import Client
    from tests.contract.tasks.conftest import Stand

pytestmark = pytest.mark.usefixtures("swapper")


@BOTH
def test_a_guest_swaps_with_starter_credits(stand: Stand, client: Client) -> None:
    browser = guest(stand)
    answer = browser.post(URL, json=client.body())
    assert answer.status_code == 201
    stand.work()

    assert browser.get(f"{URL}/{answer.json()['id']}").json()["status"] == "done"
    assert credits_of(browser) == STARTER - 1


@BOTH
def test_a_guest_without_the_csrf_token_swaps_nothing(stand: Stand, client: Client) -> None:
    browser = guest(stand)
    del browser.headers["x-csrf-token"]

    assert browser.post(URL, json=client.body()).status_code == 403
    assert credits_of(browser) == STARTER


@pytest.mark.parametrize("known", [False, True], ids=["nobody", "own browser"])
def test_without_an_account_nothing_is_fetched(stand: Stand, client: Client, known: bool) -> None:
    caller, asked = stand.anyone(), len(client.sites.secure.asked)
    if known:
        caller.headers["x-client-secret"] = _secret_of(caller)
    body = client.body()
    answer = caller.post(URL, json=body)
    problem(answer, 401, "unauthorized")
    job = {"mode": "swap", "image_url": body["target_url"], "source_url": body["source_url"]}
    assert caller.post("/api/v1/jobs", json=job).status_code == 401

    assert len(client.sites.secure.asked) == asked


def _secret_of(caller: TestClient) -> str:
    made: Any = caller.post(
        "/api/v1/uploads", json={"content_type": "image/png", "size": 100, "filename": "a.png"}
    )
    return str(made.headers["x-client-secret"])
