"""What a guest has bought comes along when the guest signs in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from expunge.accounts.callers import Tier
from expunge.accounts.identities import identity_key, mailbox_name
from expunge.stores.ports import Put
from tests.api.accounts.people import browser, mailed
from tests.api.payments.stripe import balance, deliver, event, paid, tier

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from expunge.service import Service


class TestGuestWhoSignsInElsewhere:
    """To a mailbox that has an account already."""

    @pytest.fixture
    def signed_in(self, service: Service, tmp_path: Path, account: str) -> Callable[[str], None]:
        """Signs a guest's browser in to an account that exists."""
        mailbox = identity_key(mailbox_name("known@example.com"))
        service.accounts.change(account, lambda known: known, Put(mailbox, {"account": account}))

        def sign_in(guest: str) -> None:
            browser_secret = service.sign_in.send_link(
                "known@example.com", "203.0.113.5", "https://testserver"
            )
            token = mailed(tmp_path)[-1].partition("token=")[2]
            entered = service.sign_in.follow_link(token, browser_secret, guest)
            assert entered.account.id == account

        return sign_in

    def test_bought_credits_come_along_and_starter_credits_do_not(
        self, service: Service, account: str, signed_in: Callable[[str], None]
    ) -> None:
        guest = service.sign_in.as_guest("203.0.113.5").account.id
        deliver(browser(service), paid(guest))
        assert balance(service, guest) == 25
        before = balance(service, account)

        signed_in(guest)
        signed_in(guest)

        assert balance(service, account) == before + 20
        assert balance(service, guest) == 5
        assert service.accounts.get(guest).digests == ()

    def test_a_payment_that_arrives_later_goes_to_the_account(
        self, service: Service, account: str, signed_in: Callable[[str], None]
    ) -> None:
        guest = service.sign_in.as_guest("203.0.113.5").account.id
        before = balance(service, account)
        signed_in(guest)

        for _ in range(2):
            deliver(browser(service), paid(guest))

        assert balance(service, account) == before + 20

    def test_a_subscription_comes_along(
        self, service: Service, account: str, signed_in: Callable[[str], None]
    ) -> None:
        guest = service.sign_in.as_guest("203.0.113.5").account.id
        client = browser(service)
        deliver(client, event(guest, "active"))
        signed_in(guest)

        assert (tier(service, account), tier(service, guest)) == (Tier.PRO, Tier.FREE)
        assert service.accounts.get(account).billing["subscription"] == "sub_1"
        deliver(client, event(guest, "canceled", at=200, name="evt_2"))
        assert tier(service, account) is Tier.FREE
