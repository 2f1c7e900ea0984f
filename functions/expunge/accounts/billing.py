"""Paid accounts: applies each subscription event of the payment service once.

Events may arrive twice, late, or out of order. The write that applies an event also stores its
id. An event older than the last one applied to the same account is ignored.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from expunge.accounts.callers import Tier
from expunge.errors import ExpungeError, InvalidRequest, NotFound
from expunge.stores.ports import Key, Put, WriteRefused

if TYPE_CHECKING:
    from collections.abc import Callable

    from expunge.accounts.account import Account
    from expunge.accounts.accounts import Accounts

REMEMBERED_SECONDS = 60 * 24 * 3600
"""Twice the longest period over which a payment service retries an event."""


class BillingDisabled(ExpungeError):
    code = "billing_disabled"


class EventInvalid(InvalidRequest):
    """The event's signature is not the payment service's, or is too old."""


@dataclass(frozen=True, slots=True)
class SubscriptionChange:
    """The state of a subscription, as an event reports it."""

    event: str
    """The event's id."""
    at: int
    """Time of the event, in Unix seconds."""
    account: str
    customer: str
    subscription: str
    active: bool


class Payments(Protocol):
    """A payment service."""

    def checkout(self, account: str, customer: str | None, *, success: str, cancel: str) -> str:
        """The URL of a page where the user pays for the account's subscription."""
        ...

    def cancel(self, subscription: str) -> None:
        """End a subscription now; it may have ended already.

        Raises
        ------
        expunge.errors.Unavailable
            If the service does not answer.
        """
        ...

    def read_event(self, body: bytes, signature: str) -> SubscriptionChange | None:
        """Read a signed event about a subscription; return ``None`` for other types of event.

        Raises
        ------
        EventInvalid
            If the signature is not valid.
        """
        ...


class Billing:
    """Changes the tiers of accounts according to their payments."""

    def __init__(
        self,
        accounts: Accounts,
        payments: Callable[[], Payments] | None,
        clock: Callable[[], float],
    ) -> None:
        self._accounts = accounts
        self._payments = payments
        self._clock = clock

    def checkout(self, account_id: str, base_url: str) -> str:
        """The URL of the payment page.

        Raises
        ------
        BillingDisabled
            If no payment service is set up.
        """
        payments = self._known_payments()
        customer = self._accounts.get(account_id).billing.get("customer")
        return payments.checkout(
            account_id,
            str(customer) if customer else None,
            success=f"{base_url}/account#welcome",
            cancel=f"{base_url}/account",
        )

    def end(self, account_id: str) -> None:
        """End the account's subscription, before the account is erased.

        Raises
        ------
        expunge.errors.Unavailable
            If the payment service does not answer. The account should stay until it does.
        """
        account = self._accounts.get(account_id)
        subscription = account.billing.get("subscription")
        if subscription and account.tier is Tier.PRO and self._payments is not None:
            self._payments().cancel(str(subscription))

    def receive(self, body: bytes, signature: str) -> Account | None:
        """Apply an event; return the account if it changed one."""
        change = self._known_payments().read_event(body, signature)
        if change is None:
            return None
        expires_at = int(self._clock()) + REMEMBERED_SECONDS
        seen = Put(
            Key(f"billing#{change.event}", "event"),
            {"account": change.account},
            if_absent=True,
            expires_at=expires_at,
        )
        try:
            return self._accounts.change(change.account, _applied(change), seen)
        except WriteRefused:
            return None  # a duplicate
        except NotFound:
            return None  # the account was erased, or belongs to another installation

    def _known_payments(self) -> Payments:
        if self._payments is None:
            raise BillingDisabled("Payments are not set up on this server.")
        return self._payments()


def _applied(change: SubscriptionChange) -> Callable[[Account], Account]:
    def edit(account: Account) -> Account:
        known = account.billing
        if change.at < int(known.get("at", 0)):
            return account
        if not change.active and known.get("subscription", change.subscription) != (
            change.subscription
        ):
            return account  # an older subscription ended; a newer one is active
        billing = {
            "customer": change.customer,
            "subscription": change.subscription,
            "at": change.at,
        }
        tier = Tier.PRO if change.active else Tier.FREE
        return account.changed(tier=tier, billing=billing)

    return edit
