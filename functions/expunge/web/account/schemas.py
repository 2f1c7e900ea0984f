"""Request and response schemas of the account surface."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, StrictBool

from expunge.accounts.account import ApiKey
from expunge.accounts.counters import QuotaStatus
from expunge.accounts.ledger import MILLI, Pool
from expunge.accounts.usage import KeyUsage
from expunge.given import PRESENT, Word
from expunge.stores.ports import Item
from expunge.web.times import moment

_KEY: dict[str, JsonValue] = {
    "id": "key_01KAYZ8D3M6QW0F8R5T2V4X6Y8",
    "name": "Zapier",
    "prefix": "uk_3fQ9",
    "suffix": "x7Lw",
    "preview": "uk_3fQ9…x7Lw",
    "enabled": True,
    "created_at": "2026-05-24T10:00:00Z",
    "last_used_at": "2026-05-24T11:30:00Z",
    "request_count": 42,
}


class CreditsView(BaseModel):
    """Credits by pool. Monthly credits are spent first, then subscription, then permanent."""

    monthly: float
    subscription: float
    permanent: float
    total: float


class RateLimitView(BaseModel):
    """The limit of requests per minute."""

    limit: int
    window_seconds: int
    remaining: int


class QuotaView(BaseModel):
    """One limit, and how much of it remains."""

    policy: str
    limit: int
    remaining: int
    window_seconds: int
    resets_at: datetime


class MeView(BaseModel):
    """Your account, quotas and credits."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "user_id": "acc_01KAYZ8D3M6QW0F8R5T2V4X6Y8",
                    "email_verified": True,
                    "guest": False,
                    "subscription_tier": "free",
                    "credits": {"monthly": 0, "subscription": 0, "permanent": 5, "total": 5},
                    "rate_limit": {"limit": 120, "window_seconds": 60, "remaining": 119},
                    "quotas": [
                        {
                            "policy": "light-hour",
                            "limit": 100,
                            "remaining": 97,
                            "window_seconds": 3600,
                            "resets_at": "2026-05-24T11:00:00Z",
                        }
                    ],
                }
            ]
        }
    )

    user_id: str
    email_verified: bool
    guest: bool = Field(description="A guest's account: only this browser can use it.")
    subscription_tier: Literal["free", "pro", "admin"]
    credits: CreditsView
    rate_limit: RateLimitView | None = Field(description="`null` if there is no limit.")
    quotas: list[QuotaView]


KeyName = Annotated[Annotated[str, Field(max_length=64)] | None, PRESENT]


class KeyCreate(BaseModel):
    """A new API key."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"name": "Zapier"}]})

    name: KeyName = Field(None, description="Your name for the key.")


class KeyChange(BaseModel):
    """Changes to a key; omitted fields stay as they are."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"name": "n8n", "enabled": False}]}
    )

    name: KeyName = None
    enabled: StrictBool | None = Field(None, description="`false` disables the key.")


class KeyView(BaseModel):
    """An API key's details, without the key itself."""

    model_config = ConfigDict(json_schema_extra={"examples": [_KEY]})

    id: str
    name: str
    prefix: str
    suffix: str
    preview: str
    enabled: bool
    created_at: datetime
    last_used_at: datetime | None = Field(description="Exact to the minute.")
    request_count: int


class NewKeyView(KeyView):
    """A new API key in full, shown only once."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [_KEY | {"key": "uk_3fQ9…(43 letters and digits)…x7Lw", "request_count": 0}]
        }
    )

    key: str = Field(description="Save it: it cannot be shown again.")


class KeysView(BaseModel):
    """Every API key of the account."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"keys": [_KEY]}]})

    keys: list[KeyView]


class EntryView(BaseModel):
    """One transaction in the credit ledger."""

    id: str
    at: datetime
    pool: Literal["monthly", "subscription", "permanent"]
    amount: float = Field(description="Credits; negative if spent.")
    reason: Literal["granted", "expired", "reserved", "settled", "returned"]
    job: str | None = None
    note: str | None = None


class EntriesView(BaseModel):
    """One page of the credit ledger, newest first."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "entries": [
                        {
                            "id": "ent_01KAYZ8D3M6QW0F8R5T2V4X6Y8",
                            "at": "2026-05-24T10:00:00Z",
                            "pool": "permanent",
                            "amount": -0.5,
                            "reason": "reserved",
                            "job": "job_01KAYZ8D3M6QW0F8R5T2V4X6Y8",
                        }
                    ],
                    "next_cursor": "entry#ent_01KAYZ8D3M6QW0F8R5T2V4X6Y8",
                }
            ]
        }
    )

    entries: list[EntryView]
    next_cursor: str | None = Field(None, description="Send it as `cursor` to get the next page.")


class LinkRequest(BaseModel):
    """A request for a sign-in link by e-mail."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"email": "jane@example.org"}]}
    )

    email: Word = Field(max_length=320)
    keep_keys: StrictBool = Field(
        False,
        description="Whether the account takes over the API keys that this browser created as a "
        "guest. By default they are deleted, because another person may have created them.",
    )


class LinkView(BaseModel):
    """The answer is the same whether or not the mailbox exists."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "message": "If this e-mail address accepts mail, we have sent a link.",
                    "expires_in": 900,
                }
            ]
        }
    )

    message: str
    expires_in: int = Field(description="Seconds until the link expires.")


class GuestView(BaseModel):
    """A guest's account."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"user_id": "acc_01KAYZ8D3M6QW0F8R5T2V4X6Y8", "guest": True}]
        }
    )

    user_id: str
    guest: bool


class CheckoutView(BaseModel):
    """The URL of the payment page."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"url": "https://checkout.stripe.com/c/pay/cs_…"}]}
    )

    url: str


class PackView(BaseModel):
    """Credits that are bought together."""

    id: str
    credits: int


class PacksView(BaseModel):
    """The packs of credits for sale."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"packs": [{"id": "price_1", "credits": 20}]}]}
    )

    packs: list[PackView]


class TopUpRequest(BaseModel):
    """The pack of credits to buy."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"pack": "price_1"}]})

    pack: Word = Field(max_length=128, description="The id of a pack from `listPacks`.")


class ReceivedView(BaseModel):
    """Confirms an event of the payment service."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"received": True}]})

    received: bool


def quota_view(quota: QuotaStatus) -> QuotaView:
    """The quota status of one policy as JSON."""
    resets_at = moment(quota.opens_at)
    assert resets_at is not None
    return QuotaView(
        policy=quota.policy.name,
        limit=quota.policy.limit,
        remaining=quota.remaining,
        window_seconds=quota.seconds,
        resets_at=resets_at,
    )


def credits_view(balances: dict[Pool, int]) -> CreditsView:
    """Balances in millicredits as a view in credits."""
    each = {pool.value: balances[pool] / MILLI for pool in Pool}
    return CreditsView(**each, total=sum(balances.values()) / MILLI)


def entry_view(name: str, item: Item) -> EntryView:
    """A ledger entry as JSON."""
    return EntryView.model_validate(
        {
            "id": name,
            "at": moment(float(str(item["at"]))),
            "pool": item["pool"],
            "amount": int(str(item["amount"])) / MILLI,
            "reason": item["reason"],
            "job": item.get("job"),
            "note": item.get("note"),
        }
    )


def key_view(key: ApiKey, used: KeyUsage) -> KeyView:
    """The details of an API key for its owner, without the key itself."""
    created_at = moment(key.created_at)
    assert created_at is not None
    return KeyView(
        id=key.id,
        name=key.name,
        prefix=key.prefix,
        suffix=key.suffix,
        preview=key.preview,
        enabled=key.enabled,
        created_at=created_at,
        last_used_at=moment(used.last_used_at),
        request_count=used.request_count,
    )
