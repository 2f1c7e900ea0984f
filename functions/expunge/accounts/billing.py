"""Paid accounts: what a payment service tells about subscriptions, applied once each.

Events come more than once, late and out of order. Each is remembered by its id
in the write that applies it, and none is applied that is older than the last
one applied to the same account.
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
"""Twice as long as the longest that a payment service keeps trying."""


class BillingDisabled(ExpungeError):
    code = "billing_disabled"


class EventInvalid(InvalidRequest):
    """The event is not signed by the payment service, or too long ago."""


@dataclass(frozen=True, slots=True)
class SubscriptionChange:
    """A subscription as an event says that it is."""

    event: str
    """The event's id."""
    at: int
    """When it happened, Unix seconds."""
    account: str
    customer: str
    subscription: str
    active: bool


class Payments(Protocol):
    """A payment service."""

    def checkout(self, account: str, customer: str | None, *, success: str, cancel: str) -> str:
        """The address of a page where the account's subscription is paid."""
        ...

    def cancel(self, subscription: str) -> None:
        """End a subscription now; one that has ended is fine.

        Raises
        ------
        expunge.errors.Unavailable
            Where the service does not answer.
        """
        ...

    def read_event(self, body: bytes, signature: str) -> SubscriptionChange | None:
        """What a signed event says about a subscription; ``None`` for events of other kinds.

        Raises
        ------
        EventInvalid
            Where the signature does not hold.
        """
        ...


class Billing:
    """Accounts by what is paid."""

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
        """Where to pay.

        Raises
        ------
        BillingDisabled
            Where no payment service is set up.
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
        """End what an account pays for, before it is erased.

        Raises
        ------
        expunge.errors.Unavailable
            Where the payment service does not answer; the account should stay until it does.
        """
        account = self._accounts.get(account_id)
        subscription = account.billing.get("subscription")
        if subscription and account.tier is Tier.PRO and self._payments is not None:
            self._payments().cancel(str(subscription))

    def receive(self, body: bytes, signature: str) -> Account | None:
        """Apply an event; the account where it changed one."""
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
            return None  # it came before
        except NotFound:
            return None  # of an account that is no more, or another installation's

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
            return account  # an older subscription ended; the one in force is another
        billing = {
            "customer": change.customer,
            "subscription": change.subscription,
            "at": change.at,
        }
        tier = Tier.PRO if change.active else Tier.FREE
        return account.changed(tier=tier, billing=billing)

    return edit
