"""Request and response schemas of the webhook routes."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from expunge.given import Word
from expunge.hooks.subscriptions import Event

_HOOK: dict[str, Any] = {
    "id": "hook_01KAYZ8D3M6QW0F8R5T2V4X6Y8",
    "url": "https://hooks.example/expunge",
    "events": ["job.succeeded", "job.failed"],
    "created_at": "2026-05-24T10:00:00Z",
}
_DELIVERY: dict[str, Any] = {
    "id": "msg_01KAYZ8D3M6QW0F8R5T2V4X6Y8",
    "event": "job.succeeded",
    "job_id": "job_01KAYZ8D3M6QW0F8R5T2V4X6Y8",
    "url": "https://hooks.example/expunge",
    "state": "pending",
    "created_at": "2026-05-24T10:00:01Z",
    "attempts": [{"at": "2026-05-24T10:00:01Z", "ms": 112, "status": 503}],
}


def _or_all(given: Any) -> Any:  # noqa: ANN401
    """The events given, or all."""
    return list(Event) if given is None else given


class HookCreate(BaseModel):
    """A new webhook subscription."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"url": _HOOK["url"], "events": _HOOK["events"]}]},
    )

    url: Word = Field(
        max_length=2048,
        description="A public https URL that accepts POST.",
        json_schema_extra={"format": "uri"},
    )
    events: Annotated[
        list[Event],
        BeforeValidator(
            _or_all,
            json_schema_input_type=Annotated[list[Event], Field(max_length=len(Event))] | None,
        ),
    ] = Field(list(Event), description="Events to send. Default: all.", max_length=len(Event))


class HookView(BaseModel):
    """A webhook subscription."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [_HOOK | {"secret": "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"}]
        }
    )

    id: str
    url: str
    events: list[str]
    created_at: datetime
    secret: str | None = Field(None, description="Secret that verifies messages; shown once.")


class HooksView(BaseModel):
    """Every subscription of the caller."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"hooks": [_HOOK]}]})

    hooks: list[HookView]


class SecretView(BaseModel):
    """The account's secret for receivers that single requests name."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "secret": "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
                    "created_at": "2026-05-24T10:00:00Z",
                }
            ]
        }
    )

    secret: str = Field(description="Verifies the messages to `callback_url`.")
    created_at: datetime


class AttemptView(BaseModel):
    """One attempt to deliver a message."""

    at: datetime
    ms: int = Field(description="Duration in milliseconds.")
    status: int | None = Field(None, description="The receiver's HTTP status, if it answered.")
    error: str | None = None


class DeliveryView(BaseModel):
    """One message and the state of its delivery."""

    id: str = Field(description="The `webhook-id`, the same for every attempt.")
    event: str
    job_id: str = Field(description="The id of the job or batch that ended.")
    url: str
    state: Literal["pending", "delivered", "failed", "unsubscribed"] = Field(
        description="`failed` is final: no further attempt follows."
    )
    created_at: datetime
    attempts: list[AttemptView]


class DeliveriesView(BaseModel):
    """The latest messages of a subscription."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"deliveries": [_DELIVERY]}]})

    deliveries: list[DeliveryView]
