"""Subscriptions begin and end by signed events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expunge.accounts.callers import Tier
from expunge.bootstrap import build
from expunge.settings import Settings
from tests.api.accounts.people import browser
from tests.api.payments.stripe import PAGE, SECRET, FakeStripe, deliver, event, tier

if TYPE_CHECKING:
    from pathlib import Path

    from expunge.service import Service


def test_checkout_leads_to_a_page_for_this_account(service: Service, fake: FakeStripe) -> None:
    client = browser(service)
    user = client.post("/api/v1/auth/guest").json()["user_id"]

    answer = client.post("/api/v1/billing/checkout")

    assert answer.json() == {"url": PAGE}
    [form] = fake.forms
    assert form["path"] == ["/v1/checkout/sessions"]
    assert form["mode"] == ["subscription"]
    assert form["line_items[0][price]"] == ["price_1"]
    assert form["subscription_data[metadata][account]"] == [user]
    assert form["success_url"] == ["https://testserver/account#welcome"]


def test_a_subscription_makes_pro_and_its_end_makes_free(service: Service, account: str) -> None:
    client = browser(service)
    _, key = service.accounts.create_key(account, "")
    assert deliver(client, event(account, "active")).json() == {"received": True}
    assert tier(service, account) is Tier.PRO
    assert service.credentials.of_key(key).tier is Tier.PRO

    deliver(client, event(account, "canceled", at=200, name="evt_2"))

    assert tier(service, account) is Tier.FREE


def test_an_event_that_comes_again_changes_nothing(service: Service, account: str) -> None:
    client = browser(service)
    body = event(account, "active")
    deliver(client, body)
    service.accounts.set_tier(account, Tier.FREE)  # an operator's word

    assert deliver(client, body).status_code == 200
    assert tier(service, account) is Tier.FREE


def test_events_out_of_order_end_in_the_last_state(service: Service, account: str) -> None:
    client = browser(service)
    deliver(client, event(account, "canceled", at=200, name="evt_2"))
    deliver(client, event(account, "active", at=100, name="evt_1"))

    assert tier(service, account) is Tier.FREE


def test_the_end_of_an_older_subscription_does_not_end_the_one_in_force(
    service: Service, account: str
) -> None:
    client = browser(service)
    deliver(client, event(account, "active", subscription="sub_2", at=300))
    deliver(client, event(account, "canceled", subscription="sub_1", at=400, name="evt_2"))

    assert tier(service, account) is Tier.PRO


def test_a_payment_service_that_refuses_is_a_503(tmp_path: Path, fake: FakeStripe) -> None:
    service = build(
        Settings(
            data=tmp_path,
            stripe_key="sk_wrong",
            stripe_webhook_secret=SECRET,
            stripe_price="price_1",
            stripe_api_url=f"http://127.0.0.1:{fake.server_port}",
        )
    )
    client = browser(service)
    client.post("/api/v1/auth/guest")

    assert client.post("/api/v1/billing/checkout").status_code == 503
    service.close()
