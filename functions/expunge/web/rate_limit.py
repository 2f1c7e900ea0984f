"""The ``RateLimit`` fields: how a caller stands, said on every answer that a limit concerns.

Syntax of draft-ietf-httpapi-ratelimit-headers (§2, structured fields):
``RateLimit-Policy: "light-hour";q=30;w=3600`` and
``RateLimit: "light-hour";r=12;t=1800``.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

PROBLEMS = ("unauthorized", "invalid_api_key", "csrf_failed", "quota_exceeded", "rate_limited")
"""What may keep a caller from a limited route."""

if TYPE_CHECKING:
    from collections.abc import Iterable

    from expunge.accounts.counters import LimitReached, QuotaStatus


def fields(quotas: Iterable[QuotaStatus]) -> dict[str, str]:
    """Both header fields, or none where nothing is limited."""
    known = list(quotas)
    if not known:
        return {}
    return {
        "ratelimit-policy": ", ".join(map(_policy, known)),
        "ratelimit": ", ".join(map(_standing, known)),
    }


def _policy(quota: QuotaStatus) -> str:
    window = f";w={quota.seconds}" if quota.seconds else ""
    return f'"{quota.policy.name}";q={quota.policy.limit}{window}'


def _standing(quota: QuotaStatus) -> str:
    left = max(quota.opens_at - int(time.time()), 0)
    return f'"{quota.policy.name}";r={quota.remaining};t={left}'


def refusal_fields(error: LimitReached) -> dict[str, str]:
    """The fields of a 429."""
    return fields(error.quotas) | {"retry-after": str(error.retry_after)}


def refusal_members(error: LimitReached) -> dict[str, object]:
    """What the problem document of a 429 says beside the sentence."""
    violated = error.violated[0]
    return {
        "violated-policies": [quota.policy.name for quota in error.violated],
        "limit": violated.policy.limit,
        "remaining": violated.remaining,
        "retry_after": error.retry_after,
    }
