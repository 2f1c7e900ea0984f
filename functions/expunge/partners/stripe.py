"""Payments through Stripe's own library."""

from __future__ import annotations

import re
from typing import Annotated, Any, Generic, TypeVar

import stripe
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

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

_CREDITS = re.compile(r"[0-9]{1,9}")

Name = Annotated[str, Field(min_length=1, max_length=500)]
Metadata = dict[str, str] | None
Held = TypeVar("Held")


class _Session(BaseModel):
    """The fields of a Checkout session that count here."""

    id: Name
    mode: str | None = None
    payment_status: str | None = None
    metadata: Metadata = None


class _Subscription(BaseModel):
    """The fields of a subscription that count here."""

    id: Name
    status: str
    customer: Name
    metadata: Metadata = None


class _Data(BaseModel, Generic[Held]):
    object: Held


class _SessionEvent(BaseModel):
    data: _Data[_Session]


class _SubscriptionEvent(BaseModel):
    id: Name
    created: int
    data: _Data[_Subscription]


_EVENT = TypeAdapter(dict[str, Any])


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
            stripe.WebhookSignature.verify_header(
                body.decode(), signature, self._webhook_secret, stripe.Webhook.DEFAULT_TOLERANCE
            )
        except (ValueError, TypeError, stripe.SignatureVerificationError) as error:
            # A signature that is not ASCII cannot be compared, and is a TypeError.
            raise EventInvalid("The event has no valid Stripe signature.") from error
        try:
            return _read(_EVENT.validate_json(body))
        except ValidationError as error:
            where = ".".join(map(str, error.errors()[0]["loc"])) or "not a JSON object"
            raise EventInvalid(f"The event is not as Stripe sends it: {where}.") from error


def _read(event: dict[str, Any]) -> SubscriptionChange | Purchase | None:
    """Read an event whose signature is valid."""
    kind = event.get("type")
    if kind in _PAYMENTS:
        return _purchase(_SessionEvent.model_validate(event).data.object)
    if kind not in _SUBSCRIPTIONS:
        return None
    told = _SubscriptionEvent.model_validate(event)
    subscription = told.data.object
    account = (subscription.metadata or {}).get("account")
    if not account or subscription.status not in _ACTIVE | _ENDED:
        return None
    return SubscriptionChange(
        event=told.id,
        at=told.created,
        account=account,
        customer=subscription.customer,
        subscription=subscription.id,
        active=subscription.status in _ACTIVE,
    )


def _purchase(session: _Session) -> Purchase | None:
    """The pack that a paid Checkout session bought; ``None`` for other sessions."""
    facts = session.metadata or {}
    account, bought = facts.get("account"), facts.get("credits", "")
    paid = session.mode == "payment" and session.payment_status == "paid"
    if not paid or not account or not _CREDITS.fullmatch(bought):
        return None
    return Purchase(payment=session.id, account=account, credits=int(bought))
