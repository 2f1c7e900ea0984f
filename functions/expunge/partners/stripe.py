"""Payments through Stripe: Checkout sessions, subscriptions and signed events."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from expunge.accounts.billing import EventInvalid, Pack, Purchase, SubscriptionChange
from expunge.errors import Unavailable
from expunge.partners.stripe_api import SignatureRefused, StripeApi, StripeError, signed_event

if TYPE_CHECKING:
    from collections.abc import Callable

_SUBSCRIPTIONS = frozenset(
    {
        "customer.subscription.created",
        "customer.subscription.updated",
        "customer.subscription.deleted",
        "customer.subscription.paused",
        "customer.subscription.resumed",
    }
)
_PAYMENTS = frozenset({"checkout.session.completed", "checkout.session.async_payment_succeeded"})
"""Both report a session; it is paid in one of them, since some means of payment take days."""
_ACTIVE = frozenset({"active", "trialing", "past_due"})
"""A subscription stays active while Stripe retries a payment; Stripe ends it on giving up."""
_ENDED = frozenset({"canceled", "unpaid", "incomplete_expired", "paused"})
"""`incomplete` is in neither set: such a subscription has not started, so it changes nothing."""


class StripePayments:
    """The payments of one Stripe account.

    Parameters
    ----------
    key
        The account's secret API key.
    webhook_secret
        Verifies the signatures of events (``whsec_…``).
    price
        The recurring price of a pro account (``price_…``), if one is for sale.
    api_base
        Another base URL for Stripe's API, such as a simulator's.
    clock
        Unix seconds.
    """

    def __init__(
        self,
        key: str,
        webhook_secret: str,
        price: str,
        *,
        api_base: str | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._api = StripeApi(key, api_base)
        self._webhook_secret = webhook_secret
        self._clock = clock
        self._price = price

    def checkout(self, account: str, customer: str | None, *, success: str, cancel: str) -> str:
        known = {"customer": customer} if customer else {}
        return self._page(
            {
                "mode": "subscription",
                "line_items": [{"price": self._price, "quantity": 1}],
                "client_reference_id": account,
                "subscription_data": {"metadata": {"account": account}},
                "success_url": success,
                "cancel_url": cancel,
                **known,
            }
        )

    def sell(self, account: str, pack: Pack, *, success: str, cancel: str) -> str:
        return self._page(
            {
                "mode": "payment",
                "line_items": [{"price": pack.id, "quantity": 1}],
                "client_reference_id": account,
                # The credits travel with the payment: a later price list does not change them.
                "metadata": {"account": account, "credits": str(pack.credits)},
                "success_url": success,
                "cancel_url": cancel,
            }
        )

    def _page(self, parameters: dict[str, Any]) -> str:
        try:
            session = self._api.post("/v1/checkout/sessions", parameters)
        except StripeError as error:
            raise Unavailable("The payment service does not answer.") from error
        if not session.get("url"):
            raise Unavailable("The payment service returned no checkout page.")
        return str(session["url"])

    def cancel(self, subscription: str) -> None:
        try:
            self._api.delete("/v1/subscriptions", subscription)
        except StripeError as error:
            if error.code != "resource_missing":
                raise Unavailable("The payment service did not cancel the subscription.") from error

    def read_event(self, body: bytes, signature: str) -> SubscriptionChange | Purchase | None:
        try:
            event = signed_event(body, signature, self._webhook_secret, self._clock())
            return _change(event)
        except SignatureRefused as error:
            raise EventInvalid("The event has no valid Stripe signature.") from error
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise EventInvalid("The event does not have the form of Stripe's events.") from error


def _change(event: dict[str, Any]) -> SubscriptionChange | Purchase | None:
    """What an event changes here.

    Raises
    ------
    KeyError, TypeError, AttributeError, ValueError
        If a field is missing or is of another type.
    """
    if event["type"] in _PAYMENTS:
        return _purchase(event["data"]["object"])
    if event["type"] not in _SUBSCRIPTIONS:
        return None
    subscription = event["data"]["object"]
    account = (subscription.get("metadata") or {}).get("account")
    if not account or subscription["status"] not in _ACTIVE | _ENDED:
        return None
    return SubscriptionChange(
        event=str(event["id"]),
        at=int(event["created"]),
        account=str(account),
        customer=str(subscription["customer"]),
        subscription=str(subscription["id"]),
        active=subscription["status"] in _ACTIVE,
    )


def _purchase(session: dict[str, Any]) -> Purchase | None:
    """The pack that a paid Checkout session bought; ``None`` for other sessions."""
    facts = session.get("metadata") or {}
    bought = session.get("mode") == "payment" and session.get("payment_status") == "paid"
    if not bought or not facts.get("account") or not str(facts.get("credits", "")).isdecimal():
        return None
    return Purchase(
        payment=str(session["id"]), account=str(facts["account"]), credits=int(facts["credits"])
    )
