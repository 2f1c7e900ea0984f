"""Payments: pro accounts by subscription, and packs of credits bought once.

Events of the payment service may arrive twice, late, or out of order. The write that applies a
change of a subscription also stores the event's id; a change older than the last one applied to
the same account is ignored. The write that adds bought credits stores the payment's id, since two
kinds of event may report one payment.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from expunge.accounts import ledger
from expunge.accounts.callers import Tier
from expunge.accounts.ledger import MILLI, Pool
from expunge.accounts.moving import heir_of, with_purchase
from expunge.errors import (
    ExpungeError,
    FieldError,
    InvalidRequest,
    NotFound,
    ValidationFailed,
)
from expunge.stores.ports import Key, Put, WriteRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from expunge.accounts.account import Account
    from expunge.accounts.accounts import Accounts

REMEMBERED_SECONDS = 60 * 24 * 3600
"""Twice the longest period over which a payment service retries an event."""


class BillingDisabled(ExpungeError):
    code = "billing_disabled"


class EventInvalid(InvalidRequest):
    """The event's signature is not the payment service's, or is too old."""


@dataclass(frozen=True, slots=True)
class Pack:
    """Credits that are bought together."""

    id: str
    """The id of the pack's price at the payment service."""
    credits: int


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


@dataclass(frozen=True, slots=True)
class Purchase:
    """A paid pack of credits, as an event reports it."""

    payment: str
    """The payment's id."""
    account: str
    credits: int
    """Credits of the pack, as they were offered."""


class Payments(Protocol):
    """A payment service."""

    def sell(self, account: str, pack: Pack, *, success: str, cancel: str) -> str:
        """The URL of a page where the user pays for a pack once."""
        ...

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

    def read_event(self, body: bytes, signature: str) -> SubscriptionChange | Purchase | None:
        """Read a signed event; return ``None`` for one that changes nothing here.

        Raises
        ------
        EventInvalid
            If the signature is not valid.
        """
        ...


class Billing:
    """Changes the tiers and credits of accounts according to their payments.

    Parameters
    ----------
    payments
        Creates the payment service; ``None`` if there is none.
    sells_pro
        Whether a pro account is for sale.
    packs
        The packs of credits for sale.
    """

    def __init__(
        self,
        accounts: Accounts,
        payments: Callable[[], Payments] | None,
        clock: Callable[[], float],
        *,
        sells_pro: bool = True,
        packs: Collection[Pack] = (),
    ) -> None:
        self._accounts = accounts
        self._payments = payments
        self._clock = clock
        self.sells_pro = sells_pro and payments is not None
        self.packs = tuple(packs) if payments is not None else ()

    def checkout(self, account_id: str, base_url: str) -> str:
        """The URL of the payment page.

        Raises
        ------
        BillingDisabled
            If no payment service is set up, or no pro account is for sale.
        """
        payments = self._known_payments()
        if not self.sells_pro:
            raise BillingDisabled("Pro accounts are not for sale on this server.")
        customer = self._accounts.get(account_id).billing.get("customer")
        return payments.checkout(
            account_id,
            str(customer) if customer else None,
            success=f"{base_url}/account#welcome",
            cancel=f"{base_url}/account",
        )

    def offered(self) -> tuple[Pack, ...]:
        """The packs of credits for sale.

        Raises
        ------
        BillingDisabled
            If there are none.
        """
        self._known_payments()
        if not self.packs:
            raise BillingDisabled("Credits are not for sale on this server.")
        return self.packs

    def top_up(self, account_id: str, pack_id: str, base_url: str) -> str:
        """The URL of the payment page for a pack of credits.

        Raises
        ------
        BillingDisabled
            If no credits are for sale.
        ValidationFailed
            If there is no such pack.
        """
        packs = {pack.id: pack for pack in self.offered()}
        if pack_id not in packs:
            known = ", ".join(packs)
            raise ValidationFailed(FieldError("/pack", f"must be one of {known}"))
        return self._known_payments().sell(
            account_id,
            packs[pack_id],
            success=f"{base_url}/#topped-up",
            cancel=f"{base_url}/",
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
        event = self._known_payments().read_event(body, signature)
        if event is None:
            return None
        try:
            return self._bought(event) if isinstance(event, Purchase) else self._changed(event)
        except WriteRefused:
            return None  # a duplicate
        except NotFound:
            return None  # the account was erased, or belongs to another installation

    def _changed(self, change: SubscriptionChange) -> Account:
        account = heir_of(self._accounts, change.account)
        return self._accounts.change(account, _applied(change), self._once(change.event, account))

    def _bought(self, purchase: Purchase) -> Account:
        """Add the credits. A guest who has paid is no longer erased after 30 days."""
        account, amount = heir_of(self._accounts, purchase.account), purchase.credits * MILLI
        granted = ledger.grant(account, Pool.PERMANENT, amount, self._clock(), note="top-up")
        seen = self._once(purchase.payment, account)
        return self._accounts.change(
            account, lambda known: with_purchase(known, amount), seen, *granted
        )

    def _once(self, name: str, account: str) -> Put:
        """The change that is refused if an event or payment was applied before."""
        return Put(
            Key(f"billing#{name}", "event"),
            {"account": account},
            if_absent=True,
            expires_at=int(self._clock()) + REMEMBERED_SECONDS,
        )

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
        billing = known | {
            "customer": change.customer,
            "subscription": change.subscription,
            "at": change.at,
        }
        tier = Tier.PRO if change.active else Tier.FREE
        return account.changed(tier=tier, billing=billing)

    return edit
