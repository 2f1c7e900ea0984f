"""Native surface: webhooks (REST hooks, as Zapier and n8n expect them).

Subscriptions belong to accounts. Callers without an account may share an IP address, and must
not receive messages about each other's images. They can set a job's own `webhook_url`.
"""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response

from expunge.hooks.deliveries import Delivery
from expunge.hooks.secrets import AccountSecret
from expunge.hooks.subscriptions import Subscription
from expunge.web import problems, rate_limit
from expunge.web.caller.who import CALLER_PROBLEMS, AccountDep
from expunge.web.dependencies import ServiceDep
from expunge.web.native.hook_schemas import (
    AttemptView,
    DeliveriesView,
    DeliveryView,
    HookCreate,
    HooksView,
    HookView,
    SecretView,
)
from expunge.web.submitting import reaching_out
from expunge.web.times import known_moment
from expunge.web.urls import base_url

router = APIRouter(prefix="/api/v1/hooks", tags=["hooks"])

HookId = Annotated[
    str,
    Path(
        max_length=64,
        description="The subscription's id.",
        examples=["hook_01KAYZ8D3M6QW0F8R5T2V4X6Y8"],
    ),
]


@router.post(
    "",
    operation_id="createHook",
    summary="Subscribe to the end of your jobs",
    status_code=201,
    response_model=HookView,
    response_model_exclude_none=True,
    responses=problems.responses(
        *CALLER_PROBLEMS,
        *rate_limit.PROBLEMS,
        "invalid_request",
        "validation_error",
        "conflict",
        "service_unavailable",
    ),
)
async def create_hook(
    request: Request, body: HookCreate, service: ServiceDep, caller: AccountDep
) -> Any:  # noqa: ANN401
    """Messages are signed as Standard Webhooks specifies. `secret` is shown only in this answer."""
    own = base_url(request)
    events = [event.value for event in body.events]
    subscribe = partial(service.hooks.subscribe, caller, body.url, events, own)
    made = await reaching_out(request, subscribe)
    return _view(made, secret=True)


@router.get(
    "",
    operation_id="listHooks",
    summary="List your subscriptions",
    response_model=HooksView,
    response_model_exclude_none=True,
    responses=problems.responses(*CALLER_PROBLEMS, "service_unavailable"),
)
def list_hooks(service: ServiceDep, caller: AccountDep) -> Any:  # noqa: ANN401
    """Returns the subscriptions, oldest first, without their secrets."""
    return HooksView(hooks=[_view(hook) for hook in service.hooks.all(caller)])


@router.get(
    "/secret",
    operation_id="getHookSecret",
    summary="Get the account's webhook secret",
    responses=problems.responses(*CALLER_PROBLEMS, "conflict", "service_unavailable"),
)
def get_secret(response: Response, service: ServiceDep, caller: AccountDep) -> SecretView:
    """It signs the messages to each `callback_url`. The first request creates it."""
    response.headers["cache-control"] = "no-store"
    return _secret(service.hooks.secrets.get(caller.subject))


@router.post(
    "/secret",
    operation_id="replaceHookSecret",
    summary="Replace the account's webhook secret",
    responses=problems.responses(*CALLER_PROBLEMS, "conflict", "service_unavailable"),
)
def replace_secret(response: Response, service: ServiceDep, caller: AccountDep) -> SecretView:
    """For a day, every message has two signatures: one by the new secret, one by the old."""
    response.headers["cache-control"] = "no-store"
    return _secret(service.hooks.secrets.rotate(caller.subject))


@router.delete(
    "/{hook_id}",
    operation_id="deleteHook",
    summary="Delete a subscription",
    status_code=204,
    responses=problems.responses(
        *CALLER_PROBLEMS, "hook_not_found", "conflict", "service_unavailable"
    ),
)
def delete_hook(service: ServiceDep, caller: AccountDep, hook_id: HookId) -> None:
    """Pending messages are dropped."""
    service.hooks.unsubscribe(caller, hook_id)


@router.post(
    "/{hook_id}/secret",
    operation_id="rotateHookSecret",
    summary="Replace a subscription's secret",
    response_model=HookView,
    response_model_exclude_none=True,
    responses=problems.responses(
        *CALLER_PROBLEMS, "hook_not_found", "conflict", "service_unavailable"
    ),
)
def rotate_secret(service: ServiceDep, caller: AccountDep, hook_id: HookId) -> Any:  # noqa: ANN401
    """For a day, every message has two signatures: one by the new secret, one by the old."""
    return _view(service.hooks.rotate(caller, hook_id), secret=True)


@router.get(
    "/{hook_id}/deliveries",
    operation_id="listDeliveries",
    summary="List a subscription's deliveries",
    response_model=DeliveriesView,
    response_model_exclude_none=True,
    responses=problems.responses(
        *CALLER_PROBLEMS, "hook_not_found", "job_not_found", "service_unavailable"
    ),
)
def list_deliveries(service: ServiceDep, caller: AccountDep, hook_id: HookId) -> Any:  # noqa: ANN401
    """Returns the latest 50 messages of the last three days, newest first. With a job's id, it
    returns those sent to the job's `webhook_url`.
    """
    found = service.hooks.deliveries(caller, hook_id)
    return DeliveriesView(deliveries=[_delivery(delivery) for delivery in found])


def _secret(found: AccountSecret) -> SecretView:
    return SecretView(secret=found.secret, created_at=known_moment(found.created_at))


def _view(hook: Subscription, *, secret: bool = False) -> HookView:
    return HookView(
        id=hook.id,
        url=hook.url,
        events=list(hook.events),
        created_at=known_moment(hook.created_at),
        secret=hook.secret if secret else None,
    )


def _delivery(delivery: Delivery) -> DeliveryView:
    return DeliveryView(
        id=delivery.id,
        event=delivery.event,
        job_id=delivery.job["id"],
        url=delivery.url,
        state=delivery.state.value,
        created_at=known_moment(delivery.created_at),
        attempts=[
            AttemptView(
                at=known_moment(made["at"]),
                ms=made["ms"],
                status=made.get("status"),
                error=made.get("error"),
            )
            for made in delivery.attempts
        ],
    )
