"""Credits are bought in packs, where packs are for sale."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from expunge.accounts.callers import Caller, Tier
from expunge.accounts.erasures import GUEST_SECONDS
from expunge.bootstrap import build
from expunge.errors import NotFound
from expunge.settings import Settings
from tests.api.accounts.people import browser
from tests.api.payments.stripe import PAGE, SECRET, FakeStripe, balance, deliver, event, paid, tier

if TYPE_CHECKING:
    from pathlib import Path

    from expunge.service import Service


class TestTopUp:
    def test_a_pack_leads_to_a_page_where_it_is_paid_once(
        self, service: Service, fake: FakeStripe
    ) -> None:
        client = browser(service)
        user = client.post("/api/v1/auth/guest").json()["user_id"]
        packs = client.get("/api/v1/billing/packs").json()["packs"]
        assert packs == [{"id": "price_20", "credits": 20}, {"id": "price_100", "credits": 100}]

        answer = client.post("/api/v1/billing/top-up", json={"pack": "price_100"})

        assert answer.json() == {"url": PAGE}
        [form] = fake.forms
        assert form["mode"] == ["payment"]
        assert form["line_items[0][price]"] == ["price_100"]
        assert form["metadata[account]"] == [user]
        assert form["metadata[credits]"] == ["100"]
        assert form["success_url"] == ["https://testserver/#topped-up"]
        unknown = client.post("/api/v1/billing/top-up", json={"pack": "price_1"})
        assert unknown.status_code == 422

    def test_a_payment_adds_its_credits_once_however_often_it_is_told(
        self, service: Service, account: str
    ) -> None:
        client = browser(service)
        for name, kind in (
            ("evt_1", "checkout.session.completed"),
            ("evt_1", "checkout.session.completed"),
            ("evt_2", "checkout.session.async_payment_succeeded"),
        ):
            assert deliver(client, paid(account, name=name, type=kind)).status_code == 200
        assert balance(service, account) == 20

        deliver(client, paid(account, name="evt_3", id="cs_2"))

        assert balance(service, account) == 40
        entries, _ = service.meter.credits.entries(Caller(account, Tier.FREE), 10, None)
        assert [(entry["amount"], entry["note"]) for _, entry in entries] == [
            (20_000, "top-up"),
            (20_000, "top-up"),
        ]

    def test_what_is_no_payment_adds_nothing(self, service: Service, account: str) -> None:
        client = browser(service)
        for facts in (
            {"payment_status": "unpaid"},
            {"mode": "subscription"},
            {"metadata": {}},
            {"metadata": {"account": "acc_unknown", "credits": "20"}},
            {"type": "checkout.session.expired"},
            {"type": "checkout.session.async_payment_failed"},
        ):
            assert deliver(client, paid(account, **facts)).json() == {"received": True}
        assert balance(service, account) == balance(service, "acc_unknown") == 0

    def test_a_subscription_and_a_pack_do_not_disturb_one_another(
        self, service: Service, account: str
    ) -> None:
        client = browser(service)
        deliver(client, event(account, "active"))
        deliver(client, paid(account, name="evt_2"))

        assert tier(service, account) is Tier.PRO
        assert service.accounts.get(account).billing["customer"] == "cus_1"
        deliver(client, event(account, "canceled", at=200, name="evt_3"))
        assert (tier(service, account), balance(service, account)) == (Tier.FREE, 20)

    @pytest.mark.parametrize("buys", [False, True])
    def test_a_guest_who_has_bought_credits_is_not_erased(self, tmp_path: Path, buys: bool) -> None:
        now = [time.time()]
        settings = Settings(data=tmp_path, stripe_key="sk_test_1", stripe_webhook_secret=SECRET)
        service = build(settings, clock=lambda: now[0])
        guest = service.sign_in.as_guest("203.0.113.5").account.id
        if buys:
            deliver(browser(service), paid(guest))
        now[0] += GUEST_SECONDS + 1
        for _ in range(2):
            service.erasure.sweep()

        if buys:
            assert balance(service, guest) == 25
            assert service.accounts.get(guest).guest
        else:
            with pytest.raises(NotFound):
                service.accounts.get(guest)
        service.close()


@pytest.mark.parametrize(
    ("key", "packs", "price"),
    [
        ("sk_test_1", None, "price_1"),
        ("sk_test_1", {"price_20": 20}, None),
        (None, None, None),
    ],
)
def test_what_is_not_for_sale_is_501_and_the_page_is_told(
    tmp_path: Path, key: str | None, packs: dict[str, int] | None, price: str | None
) -> None:
    settings = Settings(
        data=tmp_path,
        stripe_key=key,
        stripe_webhook_secret=SECRET,
        stripe_price=price,
        stripe_packs=packs,
    )
    service = build(settings)
    client = browser(service)
    client.post("/api/v1/auth/guest")

    told = client.get("/api/v1/config").json()["billing"]
    assert told == {"pro": price is not None, "top_up": packs is not None}
    if not packs:
        assert client.get("/api/v1/billing/packs").status_code == 501
        answer = client.post("/api/v1/billing/top-up", json={"pack": "price_20"})
        assert (answer.status_code, answer.json()["code"]) == (501, "billing_disabled")
    if not price:
        assert client.post("/api/v1/billing/checkout").status_code == 501
    service.close()
