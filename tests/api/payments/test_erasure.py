"""What is paid for ends with the account."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from expunge.accounts.callers import Tier
from tests.api.accounts.people import browser
from tests.api.payments.stripe import FakeStripe, deliver, event, tier

if TYPE_CHECKING:
    from expunge.service import Service


class TestErasure:
    """What is paid for ends with the account."""

    @pytest.mark.parametrize("lost", [False, True])
    def test_an_erased_account_pays_no_more(
        self, service: Service, fake: FakeStripe, account: str, lost: bool
    ) -> None:
        client = browser(service)
        _, key = service.accounts.create_key(account, "")
        deliver(client, event(account, "active"))
        fake.lost = lost

        answer = client.delete("/api/v1/account", headers={"x-api-key": key})

        assert answer.status_code == 204
        assert fake.forms == [{"path": ["/v1/subscriptions/sub_1"], "method": ["DELETE"]}]
        late = event(account, "canceled", at=200, name="evt_2")
        assert deliver(client, late).json() == {"received": True}

    def test_where_the_payment_service_does_not_answer_nothing_is_erased(
        self, service: Service, fake: FakeStripe, account: str
    ) -> None:
        client = browser(service)
        _, key = service.accounts.create_key(account, "")
        deliver(client, event(account, "active"))
        fake.silent = True

        answer = client.delete("/api/v1/account", headers={"x-api-key": key})

        assert (answer.status_code, answer.json()["code"]) == (503, "service_unavailable")
        assert tier(service, account) is Tier.PRO

    def test_a_free_account_asks_nobody(
        self, service: Service, fake: FakeStripe, account: str
    ) -> None:
        _, key = service.accounts.create_key(account, "")

        answer = browser(service).delete("/api/v1/account", headers={"x-api-key": key})

        assert (answer.status_code, fake.forms) == (204, [])
