"""Payments through Stripe: Checkout sessions, subscriptions and signed events."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, Field, ValidationError

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
            return _read(signed_event(body, signature, self._webhook_secret, self._clock()))
        except SignatureRefused as error:
            raise EventInvalid("The event has no valid Stripe signature.") from error
        except ValidationError as error:
            where = ".".join(map(str, error.errors()[0]["loc"]))
            raise EventInvalid(f"The event is not as Stripe sends it: {where}.") from error


def _read(event: dict[str, Any]) -> SubscriptionChange | Purchase | None:
    """Read an event whose signature is valid."""
    kind = str(event.get("type"))
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
