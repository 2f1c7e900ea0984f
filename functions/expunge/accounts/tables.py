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
from expunge.operations import MODES

_PROSE = """\
# Limits

`make docs` writes this page from the policy table in `functions/expunge/accounts/policies.py`.
Operators change single cells with `EXPUNGE_LIMITS`. `EXPUNGE_QUOTAS=off` switches all limits off.

## The table

{table}

A dash means no limit. Each row counts:

{groups}

Each column is a scope:

{scopes}

## How limits work

- **Windows** follow the clock and the calendar in UTC. An hourly limit resets at the full hour, a
  monthly one on the first day of the month. `at once` counts jobs that have not ended.
- **A batch** takes one unit for each of its items, all in one write. If one limit does not allow
  all of them, it is refused whole.
- **Only finished work counts.** A request that is refused costs nothing. A failed or cancelled job
  gives its unit back once, in the write that ends it. Repeating a request with the same
  `Idempotency-Key` costs nothing more.
- **What is left** is in every limited answer:
  `RateLimit-Policy: "light-hour";q=30;w=3600` (quota, window in seconds) and
  `RateLimit: "light-hour";r=12;t=1800` (remaining units, seconds until the reset), as in
  draft-ietf-httpapi-ratelimit-headers. `GET /api/v1/me` lists all limits of an account.
- **A refusal** is a 429 problem: `quota_exceeded`, `rate_limited` for a limit per minute, or
  `rate_limited_concurrent`. `violated-policies` names the limits. `Retry-After` says when all of
  them are open again.
- **Anonymous callers** are counted by IP address (IPv6 by /64) and `X-Client-Fingerprint`. Without
  that header, `User-Agent`, `Accept-Language`, `Sec-CH-UA` and `Sec-CH-UA-Platform` count instead.
  A client can forge all of these, so each network has a limit, too. They only count and own
  nothing: [accounts.md](../how-to/accounts.md#who-owns-a-job) explains who owns a job.

## Credits

The ledger counts whole thousandths of a credit in three pools. It spends `monthly` first, then
`subscription`, then `permanent`. Each movement is an entry (`GET /api/v1/credits/entries`), and a
balance is the sum of its entries.

- A new guest or account gets {starter} once; they do not expire.
- {grants} They arrive with the
  first use in a month; the rest of last month's expire then.
- A priced job reserves its price at creation (`reserved`). Success keeps it (`settled`); any other
  end gives it back (`returned`).
- {overages}
  No other pool pays for this: without monthly credits, the limit refuses.
"""


def limits_page() -> str:
    """The page of limits as Markdown."""
    return _PROSE.format(
        table=_table(),
        groups=_list({group: GROUPS[group] for group in _groups()}),
        scopes=_list(SCOPES),
        starter=_credits(STARTER_GRANT, "permanent "),
        grants=" ".join(
            f"A {tier} account gets {_credits(amount, 'monthly ')} each month."
            for tier, amount in MONTHLY_GRANT.items()
        ),
        overages=_overages(),
    )


def _overages() -> str:
    """One sentence for all groups of a tier that cost the same."""
    groups: dict[tuple[str, int], list[str]] = {}
    for (tier, group), price in OVERAGE.items():
        groups.setdefault((tier, price), []).append(group)
    return "\n  ".join(
        f"After its monthly {' or '.join(named)} limit, a {tier} account pays "
        f"{_credits(price, 'monthly ')} a job."
        for (tier, price), named in groups.items()
    )


def _credits(amount: int, pool: str) -> str:
    return f"{amount / MILLI:g} {pool}credit{'' if amount == MILLI else 's'}"


def _groups() -> list[str]:
    """The groups that this build can count; those of swaps need their mode."""
    swaps = ("swaps", "swap-creates")
    return [group for group in GROUPS if group not in swaps or "swap" in MODES]


def _table() -> str:
    rows = [
        f"| `{group}` | " + " | ".join(_cell(scope, group) for scope in SCOPES) + " |"
        for group in _groups()
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
