"""Native surface: webhooks (REST hooks, as Zapier and n8n expect them).

Subscriptions belong to accounts: callers without one may share an address, and one must
not be told of another's pictures. A single job can be followed by its own `webhook_url`.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request

from expunge.hooks.deliveries import Delivery
from expunge.hooks.subscriptions import Subscription
from expunge.web import problems
from expunge.web.caller.who import CALLER_PROBLEMS, AccountDep
from expunge.web.dependencies import ServiceDep
from expunge.web.native.hook_schemas import (
    AttemptView,
    DeliveriesView,
    DeliveryView,
    HookCreate,
    HooksView,
    HookView,
)
from expunge.web.times import known_moment
from expunge.web.urls import base_url

router = APIRouter(prefix="/api/v1/hooks", tags=["hooks"])

HookId = Annotated[
    str,
    Path(
        max_length=64,
        description="Of the subscription.",
        examples=["hook_01KAYZ8D3M6QW0F8R5T2V4X6Y8"],
    ),
]


@router.post(
    "",
    operation_id="createHook",
    summary="Be told when your jobs end",
    status_code=201,
    response_model=HookView,
    response_model_exclude_none=True,
    responses=problems.responses(
        *CALLER_PROBLEMS, "invalid_request", "validation_error", "conflict", "service_unavailable"
    ),
)
def create_hook(request: Request, body: HookCreate, service: ServiceDep, caller: AccountDep) -> Any:  # noqa: ANN401
    """Messages are signed by Standard Webhooks; `secret` is shown here and never again."""
    own = base_url(request)
    made = service.hooks.subscribe(caller, body.url, [e.value for e in body.events], own)
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
    """Oldest first; secrets are not shown."""
    return HooksView(hooks=[_view(hook) for hook in service.hooks.all(caller)])


@router.delete(
    "/{hook_id}",
    operation_id="deleteHook",
    summary="End a subscription",
    status_code=204,
    responses=problems.responses(
        *CALLER_PROBLEMS, "hook_not_found", "conflict", "service_unavailable"
    ),
)
def delete_hook(service: ServiceDep, caller: AccountDep, hook_id: HookId) -> None:
    """Messages that are still on their way are dropped."""
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
    """For a day every message bears two signatures: by the new secret and by the one before."""
    return _view(service.hooks.rotate(caller, hook_id), secret=True)


@router.get(
    "/{hook_id}/deliveries",
    operation_id="listDeliveries",
    summary="See how a subscription's messages fared",
    response_model=DeliveriesView,
    response_model_exclude_none=True,
    responses=problems.responses(
        *CALLER_PROBLEMS, "hook_not_found", "job_not_found", "service_unavailable"
    ),
)
def list_deliveries(service: ServiceDep, caller: AccountDep, hook_id: HookId) -> Any:  # noqa: ANN401
    """The latest 50 of three days, newest first; a job's id shows those to its `webhook_url`."""
    found = service.hooks.deliveries(caller, hook_id)
    return DeliveriesView(deliveries=[_delivery(delivery) for delivery in found])


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
