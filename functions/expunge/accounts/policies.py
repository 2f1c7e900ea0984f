"""The policy table: all limits, by scope, group and period.

Operators change single cells with the setting ``EXPUNGE_LIMITS``. The tables in the docs are
generated from it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Period(StrEnum):
    """The time window of a limit; ``concurrent`` counts jobs that have not ended."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    MONTH = "month"
    CONCURRENT = "concurrent"


_SECONDS = {Period.MINUTE: 60, Period.HOUR: 3600, Period.DAY: 86_400}

GROUPS = {
    "light": "jobs of the modes `metadata`, `visible` and `mask`",
    "heavy": "jobs of the modes `invisible` and `all`",
    "moving": "jobs of `mask` and `swap` on animations and videos",
    "detect": "jobs of the modes `detect` and `faces`, which only report",
    "uploads": "requests to `POST /api/v1/uploads`",
    "requests": "requests to `/api/v1/me`, to `/api/v1/face-detect` and to `/api/v1/swaps`, and "
    "those that wait",
    "failed-fetches": "source URLs that could not be fetched, and webhook URLs that were refused",
    "faces-detect": "requests to `POST /api/v1/detect`, for each API key",
    "faces-mask": "requests to `POST /api/v1/mask`, for each API key",
    "swaps": "swaps that have not ended, for each API key",
    "swap-creates": "requests to create a swap at the same time, for each API key",
    "scans": "files that the content analyser scans for a face swap",
    "complaints": "complaints about files that it refused",
    "sign-ins": "requests for a sign-in link",
    "guests": "new guest sessions",
    "logins": "administrator logins",
}
"""Descriptions of what each group counts."""

NOUNS = {
    "light": "light jobs",
    "heavy": "heavy jobs",
    "moving": "moving pictures",
    "detect": "reports",
    "uploads": "uploads",
    "requests": "requests",
    "failed-fetches": "failed fetches",
    "faces-detect": "detections",
    "faces-mask": "masks",
    "swaps": "swaps",
    "swap-creates": "requests for new swaps",
    "scans": "scanned files",
    "complaints": "complaints",
    "sign-ins": "sign-in links",
    "guests": "guest sessions",
    "logins": "logins",
}
"""Nouns of the groups for use in messages, in the plural."""

SCOPES = {
    "anonymous": "each caller without an account",
    "free": "each free account",
    "pro": "each pro account",
    "network": "all callers without an account behind one IPv4 address or IPv6 /64 network",
    "mailbox": "each e-mail address, for all callers together",
}
"""What each scope counts."""

JOBS = frozenset({"light", "heavy", "moving", "detect", "swaps", "swap-creates"})
"""Groups of jobs, whose number in progress can be limited."""

Cell = tuple[str, str, Period]
"""Scope, group and period."""

TABLE: Mapping[Cell, int] = {
    ("anonymous", "light", Period.HOUR): 30,
    ("anonymous", "heavy", Period.HOUR): 5,
    ("anonymous", "heavy", Period.DAY): 12,
    ("anonymous", "moving", Period.HOUR): 2,
    ("anonymous", "moving", Period.DAY): 4,
    ("anonymous", "moving", Period.CONCURRENT): 1,
    ("anonymous", "detect", Period.HOUR): 100,
    ("anonymous", "uploads", Period.HOUR): 60,
    ("anonymous", "requests", Period.MINUTE): 60,
    ("anonymous", "failed-fetches", Period.HOUR): 30,
    ("anonymous", "faces-detect", Period.MINUTE): 300,
    ("anonymous", "faces-mask", Period.MINUTE): 150,
    ("free", "light", Period.HOUR): 100,
    ("free", "heavy", Period.HOUR): 15,
    ("free", "heavy", Period.DAY): 12,
    ("free", "moving", Period.HOUR): 5,
    ("free", "moving", Period.DAY): 10,
    ("free", "moving", Period.CONCURRENT): 2,
    ("free", "detect", Period.HOUR): 500,
    ("free", "uploads", Period.HOUR): 200,
    ("free", "requests", Period.MINUTE): 120,
    ("free", "failed-fetches", Period.HOUR): 100,
    ("free", "faces-detect", Period.MINUTE): 300,
    ("free", "faces-mask", Period.MINUTE): 150,
    ("free", "swaps", Period.CONCURRENT): 10,
    ("free", "swap-creates", Period.CONCURRENT): 2,
    ("free", "scans", Period.HOUR): 200,
    ("free", "complaints", Period.DAY): 20,
    ("pro", "light", Period.MONTH): 5_000,
    ("pro", "heavy", Period.MONTH): 500,
    ("pro", "moving", Period.MONTH): 100,
    ("pro", "moving", Period.CONCURRENT): 5,
    ("pro", "requests", Period.MINUTE): 600,
    ("pro", "failed-fetches", Period.HOUR): 1_000,
    ("pro", "faces-detect", Period.MINUTE): 300,
    ("pro", "faces-mask", Period.MINUTE): 150,
    ("pro", "swaps", Period.CONCURRENT): 50,
    ("pro", "swap-creates", Period.CONCURRENT): 5,
    ("pro", "scans", Period.HOUR): 2_000,
    ("pro", "complaints", Period.DAY): 100,
    # Five times a single caller's: a client can invent fingerprints, but not IP addresses.
    ("network", "light", Period.HOUR): 150,
    ("network", "heavy", Period.HOUR): 25,
    ("network", "heavy", Period.DAY): 60,
    ("network", "moving", Period.HOUR): 10,
    ("network", "moving", Period.DAY): 20,
    ("network", "detect", Period.HOUR): 500,
    ("network", "uploads", Period.HOUR): 300,
    ("network", "failed-fetches", Period.HOUR): 150,
    ("network", "faces-detect", Period.MINUTE): 1_500,
    ("network", "faces-mask", Period.MINUTE): 750,
    ("network", "sign-ins", Period.HOUR): 10,
    ("network", "guests", Period.HOUR): 5,
    ("network", "logins", Period.MINUTE): 10,
    ("mailbox", "sign-ins", Period.HOUR): 5,
}

MONTHLY_GRANT = {"pro": 100_000}
"""Millicredits put into the monthly pool, by tier."""
STARTER_GRANT = 5_000
"""Millicredits in the permanent pool of a new guest."""
OVERAGE = {("pro", "light"): 1_000, ("pro", "heavy"): 1_000, ("pro", "moving"): 5_000}
"""Millicredits of the monthly pool that a job costs once its monthly limit is used up."""


class LimitsInvalid(ValueError):
    """The text of ``EXPUNGE_LIMITS`` is not valid."""


@dataclass(frozen=True, slots=True)
class Policy:
    """One cell of the table."""

    scope: str
    group: str
    period: Period
    limit: int

    @property
    def name(self) -> str:
        """The name in ``RateLimit`` header fields and problems."""
        whole = "-network" if self.scope == "network" else ""
        return f"{self.group}-{self.period}{whole}"

    def window(self, now: float) -> tuple[int, int]:
        """Start and end of the window around ``now``, in Unix seconds; the end is exclusive.

        Windows follow the clock and the calendar in UTC.
        """
        if self.period is Period.CONCURRENT:
            return 0, 0
        if self.period is Period.MONTH:
            return _month(now)
        seconds = _SECONDS[self.period]
        start = int(now) // seconds * seconds
        return start, start + seconds


def _month(now: float) -> tuple[int, int]:
    today = datetime.fromtimestamp(int(now), UTC)  # a fraction could be rounded up
    first = datetime(today.year, today.month, 1, tzinfo=UTC)
    following = datetime(today.year + today.month // 12, today.month % 12 + 1, 1, tzinfo=UTC)
    return int(first.timestamp()), int(following.timestamp())


def month_name(now: float) -> str:
    """The month in UTC, such as ``2026-05``."""
    return f"{datetime.fromtimestamp(int(now), UTC):%Y-%m}"


class Policies:
    """The policy table with the operator's changes applied.

    Parameters
    ----------
    changes
        Cells that differ from `TABLE`; ``None`` lifts a limit.
    on
        Whether limits and credits apply at all.
    """

    def __init__(
        self, changes: Mapping[Cell, int | None] | None = None, *, on: bool = True
    ) -> None:
        cells: dict[Cell, int | None] = {**TABLE, **(changes or {})} if on else {}
        self.on = on
        self.table = {cell: limit for cell, limit in cells.items() if limit is not None}

    def of(self, scope: str, group: str) -> tuple[Policy, ...]:
        """The policies of a group for a scope, shortest window first."""
        return tuple(
            Policy(scope, group, period, self.table[scope, group, period])
            for period in Period
            if (scope, group, period) in self.table
        )


_CHANGE = re.compile(r"([a-z]+)\.([a-z-]+)\.([a-z]+)=(\d{1,9}|none)")


def parse_limits(words: Iterable[str]) -> dict[Cell, int | None]:
    """Parse changes of the table in the form ``scope.group.period=limit``; ``none`` is no limit.

    Raises
    ------
    LimitsInvalid
        The message names the wrong word and the correct form.
    """
    changes: dict[Cell, int | None] = {}
    for word in words:
        match = _CHANGE.fullmatch(word)
        if not match:
            raise LimitsInvalid(
                f"«{word}» is not of the form scope.group.period=limit, "
                "like anonymous.light.hour=60 or pro.heavy.month=none"
            )
        scope, group, period, limit = match.groups()
        for name, known in ((scope, SCOPES), (group, GROUPS), (period, list(Period))):
            if name not in known:
                raise LimitsInvalid(f"«{word}»: «{name}» is not one of {', '.join(known)}")
        if period == Period.CONCURRENT and group not in JOBS:
            raise LimitsInvalid(
                f"«{word}»: only jobs can be concurrent, and «{group}» are not jobs"
            )
        changes[scope, group, Period(period)] = None if limit == "none" else int(limit)
    return changes
