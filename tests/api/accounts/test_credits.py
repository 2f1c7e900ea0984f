"""Credits and limits of an account."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

from starlette.testclient import TestClient

from expunge.accounts import ledger
from expunge.accounts.callers import Caller, Tier
from expunge.accounts.ledger import Pool
from expunge.web.app import create_app
from tests.api.accounts.people import browser

if TYPE_CHECKING:
    from expunge.service import Service


class TestCredits:
    def test_every_movement_is_listed_and_they_sum_up(
        self, service: Service, guest: TestClient
    ) -> None:
        account = guest.get("/api/v1/me").json()["user_id"]
        records = service.accounts._records
        for n in range(4):
            records.write(*ledger.grant(account, Pool.SUBSCRIPTION, 250 * n, time.time()))

        seen, cursor = [], None
        while True:
            query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
            page = guest.get("/api/v1/credits/entries", params=query).json()
            seen += page["entries"]
            cursor = page.get("next_cursor")
            if not cursor:
                break

        assert sum(entry["amount"] for entry in seen) == 6.5
        assert guest.get("/api/v1/me").json()["credits"]["total"] == 6.5
        assert seen[-1] | {"id": "", "at": ""} == {
            "id": "",
            "at": "",
            "pool": "permanent",
            "amount": 5,
            "reason": "granted",
            "note": "starter",
        }

    def test_a_pro_account_is_granted_its_month_on_first_use(self, service: Service) -> None:
        account = service.accounts.create(Tier.PRO)
        _, key = service.accounts.create_key(account.id, "")
        client = TestClient(create_app(service), headers={"x-api-key": key})

        for _ in range(2):
            assert client.get("/api/v1/me").json()["credits"]["monthly"] == 100
        [entry] = client.get("/api/v1/credits/entries").json()["entries"]
        assert (entry["reason"], entry["amount"]) == ("granted", 100)

    def test_requests_a_minute_are_limited(self, service: Service) -> None:
        account = service.accounts.create(Tier.FREE)
        _, key = service.accounts.create_key(account.id, "")
        client = TestClient(create_app(service), headers={"x-api-key": key})
        me = client.get("/api/v1/me").json()
        assert me["rate_limit"]["limit"] == 120
        assert me["rate_limit"]["remaining"] < 120


def test_a_tier_changes_for_every_credential_at_once(service: Service, guest: TestClient) -> None:
    key = guest.post("/api/v1/keys", json={}).json()["key"]
    account = guest.get("/api/v1/me").json()["user_id"]

    service.accounts.set_tier(account, Tier.PRO)
    service.credentials._known.clear()

    assert guest.get("/api/v1/me").json()["subscription_tier"] == "pro"
    assert service.credentials.of_key(key).tier is Tier.PRO


class TestPayments:
    def test_without_a_payment_service_nothing_can_be_bought(self, guest: TestClient) -> None:
        for answer in (
            guest.post("/api/v1/billing/checkout"),
            guest.post("/api/v1/billing/webhook", content=json.dumps({})),
        ):
            assert (answer.status_code, answer.json()["code"]) == (501, "billing_disabled")

    def test_without_a_provider_there_is_no_google(self, service: Service) -> None:
        answer = browser(service).get("/api/v1/auth/google")

        assert (answer.status_code, answer.json()["code"]) == (501, "sign_in_disabled")


def test_a_caller_with_an_account_reads_its_records_for_thirty_days() -> None:
    assert Caller("acc_1", Tier.FREE).record_seconds == 30 * 24 * 3600
