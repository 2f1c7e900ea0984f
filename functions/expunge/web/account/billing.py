"""Accounts: payment for the pro tier and for credits, and the payment service's webhook."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool

from expunge.web import problems
from expunge.web.account.schemas import (
    CheckoutView,
    PacksView,
    PackView,
    ReceivedView,
    TopUpRequest,
)
from expunge.web.caller.who import CALLER_PROBLEMS, OwnerDep
from expunge.web.dependencies import ServiceDep
from expunge.web.urls import base_url

router = APIRouter(prefix="/api/v1/billing", tags=["account"])


@router.post(
    "/checkout",
    operation_id="beginCheckout",
    summary="Upgrade to a pro account",
    responses=problems.responses(
        "billing_disabled", "service_unavailable", "forbidden", *CALLER_PROBLEMS
    ),
)
def begin_checkout(request: Request, service: ServiceDep, caller: OwnerDep) -> CheckoutView:
    """Returns the URL of a Stripe payment page. The account becomes pro after the payment."""
    return CheckoutView(url=service.billing.checkout(caller.subject, base_url(request)))


@router.get(
    "/packs",
    operation_id="listPacks",
    summary="List the packs of credits for sale",
    responses=problems.responses("billing_disabled"),
)
def list_packs(service: ServiceDep) -> PacksView:
    """Payment pages show what each pack costs."""
    offered = service.billing.offered()
    return PacksView(packs=[PackView(id=pack.id, credits=pack.credits) for pack in offered])


@router.post(
    "/top-up",
    operation_id="beginTopUp",
    summary="Buy a pack of credits",
    responses=problems.responses(
        "invalid_request",
        "validation_error",
        "billing_disabled",
        "service_unavailable",
        "forbidden",
        *CALLER_PROBLEMS,
    ),
)
def begin_top_up(
    request: Request, body: TopUpRequest, service: ServiceDep, caller: OwnerDep
) -> CheckoutView:
    """Returns the URL of a Stripe payment page. The credits arrive after the payment, and do not
    expire. A guest who has bought credits is not erased after 30 days.
    """
    url = service.billing.top_up(caller.subject, body.pack, base_url(request))
    return CheckoutView(url=url)


@router.post(
    "/webhook",
    operation_id="receiveBillingEvent",
    summary="Receive an event from Stripe",
    responses=problems.responses("invalid_request", "billing_disabled", "service_unavailable"),
)
async def receive_event(request: Request, service: ServiceDep) -> ReceivedView:
    """Accepts only events with Stripe's signature, and applies each one once."""
    body = await request.body()
    signature = request.headers.get("stripe-signature", "")
    await run_in_threadpool(service.billing.receive, body, signature)
    return ReceivedView(received=True)
