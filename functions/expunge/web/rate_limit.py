"""The ``RateLimit`` header fields, sent with every answer to which a limit applies.

Syntax of draft-ietf-httpapi-ratelimit-headers (§2, structured fields):
``RateLimit-Policy: "light-hour";q=30;w=3600`` and
``RateLimit: "light-hour";r=12;t=1800``.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

PROBLEMS = ("unauthorized", "invalid_api_key", "csrf_failed", "quota_exceeded", "rate_limited")
"""Problems that a limited route may answer."""

if TYPE_CHECKING:
    from collections.abc import Iterable

    from expunge.accounts.counters import LimitReached, QuotaStatus


def fields(quotas: Iterable[QuotaStatus]) -> dict[str, str]:
    """Both header fields, or none if no limit applies."""
    known = list(quotas)
    if not known:
        return {}
    return {
        "ratelimit-policy": ", ".join(map(_policy, known)),
        "ratelimit": ", ".join(map(_status, known)),
    }


def _policy(quota: QuotaStatus) -> str:
    window = f";w={quota.seconds}" if quota.seconds else ""
    return f'"{quota.policy.name}";q={quota.policy.limit}{window}'


def _status(quota: QuotaStatus) -> str:
    left = max(quota.opens_at - int(time.time()), 0)
    return f'"{quota.policy.name}";r={quota.remaining};t={left}'


def refusal_fields(error: LimitReached) -> dict[str, str]:
    """The header fields of a 429 response."""
    wait = {} if error.retry_after is None else {"retry-after": str(error.retry_after)}
    return fields(error.quotas) | wait


def refusal_members(error: LimitReached) -> dict[str, object]:
    """The additional members of a 429 problem document."""
    wait: dict[str, object] = {"retry_after": error.retry_after}
    return {
        "violated-policies": [quota.policy.name for quota in error.violated],
        "limit": error.decisive.policy.limit,
        "remaining": error.decisive.remaining,
    } | ({"retryable": False} if error.retry_after is None else wait)
