"""The message to ``callback_url``: the task as status shows it, signed for the account."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from tests.contract.tasks.conftest import BOTH
from tests.websites.site import says

if TYPE_CHECKING:
    from tests.contract.tasks.conftest import Stand, User, Websites

SECRET = "/api/v1/hooks/secret"


def told(sites: Websites, user: User, task_id: str) -> Any:
    """The request that the receiver got about a task."""
    (asked,) = [one for one in sites.receiver.asked if task_id.encode() in one.body]
    return asked


def unsigned(urls: list[str]) -> list[str]:
    return [url.partition("?")[0] for url in urls]


@BOTH
def test_an_http_receiver_is_told_the_task_as_status_shows_it(
    stand: Stand, user: User, image: str, sites: Websites
) -> None:
    task_id = user.create(image, callback_url=sites.receiver.url("/"))
    stand.work()

    asked = told(sites, user, task_id)
    secret = user.client.get(SECRET).json()["secret"]
    message = Webhook(secret).verify(asked.body, asked.headers)
    shown = user.status(task_id)
    assert unsigned(message.pop("response")) == unsigned(shown.pop("response"))
    assert message == shown
    assert message["status"] == "SUCCESS"


def test_a_receiver_whose_name_leads_inside_is_refused_before_anything_is_fetched(
    user: User, image: str, sites: Websites
) -> None:
    before = len(sites.secure.asked)
    answer = user.generate(image, callback_url="http://inside.example/")

    assert answer.status_code == 400
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/callback_url"]
    assert len(sites.secure.asked) == before


def test_the_link_in_a_message_leads_to_the_result(
    stand: Stand, user: User, image: str, sites: Websites
) -> None:
    task_id = user.create(image, callback_url=sites.receiver.url("/"))
    stand.work()

    (url,) = json.loads(told(sites, user, task_id).body)["response"]
    assert stand.fetch(url).startswith(b"\x89PNG")


def test_the_secret_is_one_for_the_account_until_it_is_replaced(
    stand: Stand, user: User, image: str, sites: Websites
) -> None:
    first = user.client.get(SECRET).json()
    assert user.client.get(SECRET).json() == first
    assert stand.user(account=user.id).client.get(SECRET).json() == first
    assert stand.user().client.get(SECRET).json()["secret"] != first["secret"]

    second = user.client.post(SECRET).json()
    assert user.client.get(SECRET).json() == second != first
    task_id = user.create(image, callback_url=sites.receiver.url("/"))
    stand.work()

    asked = told(sites, user, task_id)
    for secret in (first["secret"], second["secret"]):
        assert Webhook(secret).verify(asked.body, asked.headers)
    other = stand.user().client.get(SECRET).json()["secret"]
    with pytest.raises(WebhookVerificationError):
        Webhook(other).verify(asked.body, asked.headers)


def test_a_subscriber_is_still_told_the_job(local: Stand, image: str, sites: Websites) -> None:
    user = local.user()
    sites.secure.pages["/hook"] = says(b"", "204 No Content")
    body = {"url": sites.secure.url("/hook"), "events": ["job.succeeded"]}
    assert user.client.post("/api/v1/hooks", json=body).status_code == 201
    task_id = user.create(image)
    local.work()

    (asked,) = [one for one in sites.secure.asked if task_id.encode() in one.body]
    assert json.loads(asked.body)["id"] == task_id


def test_no_other_surface_posts_in_clear(local: Stand, sites: Websites, image: str) -> None:
    url = sites.receiver.url("/")
    client = local.user().client
    job = {"image_url": image, "mode": "metadata", "webhook_url": url}

    assert client.post("/api/v1/jobs", json=job).status_code == 422
    assert client.post("/api/v1/hooks", json={"url": url}).status_code == 422
    in_clear = {"image_url": sites.plain.url("/source.png"), "mode": "metadata"}
    assert client.post("/api/v1/jobs", json=in_clear).json()["code"] == "source_unreachable"


def test_the_secret_needs_an_account(local: Stand) -> None:
    assert local.anyone().get(SECRET).status_code == 401
    assert local.anyone().post(SECRET).status_code == 401
