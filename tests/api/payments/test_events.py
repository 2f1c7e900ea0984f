"""Events that Stripe did not sign, that are misshapen or that concern nobody here."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from expunge.accounts.callers import Tier
from tests.api.accounts.people import browser
from tests.api.payments.stripe import balance, deliver, event, paid, signature, tier

if TYPE_CHECKING:
    from expunge.service import Service


@pytest.mark.parametrize(
    "forgery", ["no signature", "another secret", "changed", "old", "not ASCII"]
)
def test_an_event_that_stripe_did_not_sign_is_refused(
    service: Service, account: str, forgery: str
) -> None:
    client, body = browser(service), event(account, "active")
    if forgery == "no signature":
        answer = client.post("/api/v1/billing/webhook", content=body)
    elif forgery == "another secret":
        answer = deliver(client, body, "whsec_other")
    elif forgery == "not ASCII":
        headers = {"stripe-signature": f"t={int(time.time())},v1=é".encode()}
        answer = client.post("/api/v1/billing/webhook", content=body, headers=headers)
    elif forgery == "old":
        answer = deliver(client, body, timestamp=1_000_000)
    else:
        changed = body.replace("evt_1", "evt_9")
        headers = {"stripe-signature": signature(body)}
        answer = client.post("/api/v1/billing/webhook", content=changed, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")
    assert tier(service, account) is Tier.FREE


@pytest.mark.parametrize(
    "body",
    [
        event("acc_unknown", "active"),
        event("", "active"),
        event("acc_unknown", "incomplete"),
        json.dumps(
            {
                "id": "evt_3",
                "object": "event",
                "created": 1,
                "type": "invoice.paid",
                "api_version": "2025-01-01",
                "data": {"object": {"object": "invoice"}},
            }
        ),
    ],
)
def test_events_that_concern_nobody_here_are_taken_in(service: Service, body: str) -> None:
    assert deliver(browser(service), body).json() == {"received": True}


MISSHAPEN = {
    "no object": {"data": {}},
    "an object that is a text": {"data": {"object": "cs_1"}},
    "no data": {"data": None},
    "metadata that is a list": {"data": {"object": {"id": "cs_1", "metadata": ["account"]}}},
    "metadata of numbers": {"data": {"object": {"id": "cs_1", "metadata": {"account": 5}}}},
    "no id of the object": {"data": {"object": {"mode": "payment"}}},
    "no customer": {
        "type": "customer.subscription.updated",
        "data": {"object": {"id": "sub_1", "status": "active", "metadata": {"account": "acc_1"}}},
    },
    "no status": {
        "type": "customer.subscription.updated",
        "data": {"object": {"id": "sub_1", "customer": "cus_1", "metadata": {"account": "a"}}},
    },
    "a time that is a text": {
        "type": "customer.subscription.updated",
        "created": "yesterday",
        "data": {
            "object": {
                "id": "sub_1",
                "customer": "cus_1",
                "status": "active",
                "metadata": {"account": "acc_1"},
            }
        },
    },
}
"""Events that Stripe's secret signs, but which are not as Stripe documents them."""


@pytest.mark.parametrize("wrong", MISSHAPEN.values(), ids=MISSHAPEN)
def test_a_signed_event_that_is_misshapen_is_refused_in_words(
    service: Service, wrong: dict[str, Any]
) -> None:
    told = json.loads(paid("acc_1")) | wrong
    answer = deliver(browser(service), json.dumps(told))

    assert answer.status_code == 400, answer.text
    assert answer.json()["code"] == "invalid_request"


def test_an_event_of_another_kind_may_have_any_shape(service: Service) -> None:
    for told in ({"type": "charge.refunded"}, {"data": {"object": {"id": "x"}}, "type": None}):
        answer = deliver(browser(service), json.dumps(json.loads(paid("acc_1")) | told))
        assert answer.json() == {"received": True}


@pytest.mark.parametrize("body", ["[]", "5", '"x"', "null", "{}", "[" * 100_000])
def test_a_signed_body_that_is_no_event_is_refused_or_ignored(service: Service, body: str) -> None:
    assert deliver(browser(service), body).status_code in (200, 400)


@pytest.mark.parametrize("number", ["9" * 400, "٣", "-5", "1.5", ""])
def test_credits_that_no_pack_has_are_not_added(
    service: Service, account: str, number: str
) -> None:
    facts = {"metadata": {"account": account, "credits": number}}
    assert deliver(browser(service), paid(account, **facts)).status_code == 200
    assert balance(service, account) == 0
