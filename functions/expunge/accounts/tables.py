"""The policy table in Markdown, for the docs."""

from __future__ import annotations

from expunge.accounts.ledger import MILLI
from expunge.accounts.policies import (
    GROUPS,
    MONTHLY_GRANT,
    OVERAGE,
    SCOPES,
    STARTER_GRANT,
    TABLE,
    Period,
)

_PROSE = """\
# Limits

Made from the policy table in `functions/expunge/accounts/policies.py`. Operators change single
cells with `EXPUNGE_LIMITS`, and switch everything off with `EXPUNGE_QUOTAS=off`.

## The table

{table}

A dash means that there is no limit. What is counted:

{groups}

For whom:

{scopes}

## How limits work

- **Windows** are those of the clock and the calendar in UTC: a limit of an hour opens at the full
  hour, one of a month on the first. `concurrent` counts what has not ended.
- **What is counted is what was done.** A request that is refused, for its form or by a limit,
  costs nothing. A job that fails or is cancelled gives its unit back, once, in the same write
  that ends it. A replay under an `Idempotency-Key` is the same job and costs nothing more.
- **What is left** stands in every answer that a limit concerns:
  `RateLimit-Policy: "light-hour";q=30;w=3600` and `RateLimit: "light-hour";r=12;t=1800` (quota and
  window; remaining and seconds until it opens), as in draft-ietf-httpapi-ratelimit-headers.
  `GET /api/v1/me` has all of an account's.
- **A refusal** is a 429 problem: `quota_exceeded`, `rate_limited` for a minute's limit or
  `rate_limited_concurrent`. `violated-policies` names the limits, `Retry-After` says when all of
  them are open.
- **Callers without credentials** are counted by their address (an IPv6 one by its /64) and
  `X-Client-Fingerprint`, or, where they send none, by the headers that one program sends alike
  with all its requests (`User-Agent`, `Accept-Language`, `Sec-CH-UA`, `Sec-CH-UA-Platform`).
  Since all of these can be made up, what one network uses in all is limited too. None of this
  owns anything: [accounts.md](accounts.md) says whose a job is.

## Credits

Integer thousandths of a credit, in three pools, spent in this order: `monthly`, `subscription`,
`permanent`. Every movement is an entry in a ledger (`GET /api/v1/credits/entries`), and a balance
is the sum of its entries.

- A new guest or account has {starter:g} permanent credits, once.
- {grants}, granted on first use in the month; what was left of the old month expires then.
- A job on a surface with prices reserves its price when it is made (`reserved`), keeps it when it
  succeeds (`settled`) and gets it back otherwise (`returned`).
- {overages} once its monthly limit is used up. No other pool pays for that; when the monthly one
  is empty, the limit refuses.
"""


def limits_page() -> str:
    """The whole page."""
    grants = ", ".join(
        f"A {tier} account has {amount / MILLI:g} monthly credits"
        for tier, amount in MONTHLY_GRANT.items()
    )
    overages = ", ".join(
        f"A {group} job of a {tier} account costs {price / MILLI:g} monthly credits"
        for (tier, group), price in OVERAGE.items()
    )
    return _PROSE.format(
        table=_table(),
        groups=_list(GROUPS),
        scopes=_list(SCOPES),
        starter=STARTER_GRANT / MILLI,
        grants=grants,
        overages=overages,
    )


def _table() -> str:
    rows = [
        f"| `{group}` | " + " | ".join(_cell(scope, group) for scope in SCOPES) + " |"
        for group in GROUPS
    ]
    head = f"| group | {' | '.join(SCOPES)} |"
    return "\n".join([head, "|---" * (len(SCOPES) + 1) + "|", *rows])


def _cell(scope: str, group: str) -> str:
    limits = [
        f"{TABLE[scope, group, period]:,} {_WORDS[period]}"
        for period in Period
        if (scope, group, period) in TABLE
    ]
    return ", ".join(limits) or "–"


_WORDS = {
    Period.MINUTE: "/ min",
    Period.HOUR: "/ h",
    Period.DAY: "/ day",
    Period.MONTH: "/ month",
    Period.CONCURRENT: "at once",
}


def _list(names: dict[str, str]) -> str:
    return "\n".join(f"- `{name}`: {meaning}" for name, meaning in names.items())
