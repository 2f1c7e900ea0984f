"""Payments through Stripe's own library."""

from __future__ import annotations

from typing import Any

import stripe

from expunge.accounts.billing import EventInvalid, Pack, Purchase, SubscriptionChange
from expunge.errors import Unavailable

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
    """

    def __init__(
        self, key: str, webhook_secret: str, price: str, *, api_base: str | None = None
    ) -> None:
        base_urls: Any = {"base_addresses": {"api": api_base}} if api_base else {}
        self._client = stripe.StripeClient(key, max_network_retries=2, **base_urls)
        self._webhook_secret = webhook_secret
        self._price = price

    def checkout(self, account: str, customer: str | None, *, success: str, cancel: str) -> str:
        known: Any = {"customer": customer} if customer else {}
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

    def _page(self, parameters: Any) -> str:  # noqa: ANN401
        try:
            session = self._client.v1.checkout.sessions.create(parameters)
        except stripe.StripeError as error:
            raise Unavailable("The payment service does not answer.") from error
        if not session.url:
            raise Unavailable("The payment service returned no checkout page.")
        return str(session.url)

    def cancel(self, subscription: str) -> None:
        try:
            self._client.v1.subscriptions.cancel(subscription)
        except stripe.InvalidRequestError as error:
            if error.code != "resource_missing":
                raise Unavailable("The payment service did not cancel the subscription.") from error
        except stripe.StripeError as error:
            raise Unavailable("The payment service does not answer.") from error

    def read_event(self, body: bytes, signature: str) -> SubscriptionChange | Purchase | None:
        try:
            event = self._client.construct_event(body, signature, self._webhook_secret)
        except (ValueError, TypeError, stripe.SignatureVerificationError) as error:
            # A signature that is not ASCII cannot be compared, and is a TypeError.
            raise EventInvalid("The event has no valid Stripe signature.") from error
        if event.type in _PAYMENTS:
            return _purchase(event.data.object.to_dict())
        if event.type not in _SUBSCRIPTIONS:
            return None
        subscription: dict[str, Any] = event.data.object.to_dict()
        account = (subscription.get("metadata") or {}).get("account")
        if not account or subscription["status"] not in _ACTIVE | _ENDED:
            return None
        return SubscriptionChange(
            event=event.id,
            at=event.created,
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
