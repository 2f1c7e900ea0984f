"""Counters: read how much of a limit is used, and count one more.

A counter's key contains its time window, so a new window starts at zero and no counter is ever
reset. It is stored in the partition of the owner that it counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from expunge.accounts.policies import NOUNS, TABLE, Period, Policy
from expunge.errors import ExpungeError
from expunge.stores.ports import Add, Key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from expunge.stores.ports import Item, Records

FIELD = "used"
BOOKS = "books#"
"""Prefix shared by monthly counters and credit pools, so that one query reads both."""
CONCURRENT_RETRY = 5
"""``Retry-After`` for too many jobs in progress; nobody knows when one will end."""
_PAGE = 100


@dataclass(frozen=True, slots=True)
class QuotaStatus:
    """How much of one policy's limit a caller has used. ``opens_at`` is Unix seconds."""

    policy: Policy
    used: int
    opens_at: int
    seconds: int
    """Length of the window; 0 for ``concurrent``."""

    @property
    def remaining(self) -> int:
        return max(self.policy.limit - self.used, 0)

    def after(self, units: int) -> QuotaStatus:
        """The status after ``units`` more are used."""
        return QuotaStatus(self.policy, self.used + units, self.opens_at, self.seconds)


class LimitReached(ExpungeError):
    """A limit is used up; the call did nothing and cost nothing.

    Attributes
    ----------
    violated
        The status of every policy that refused the call.
    quotas
        The status of every policy that was checked.
    decisive
        The one of them that the message is about.
    retry_after
        Seconds until all of the refusing policies allow the call; ``None`` if they never do, since
        it needs more units than a limit has.
    """

    code = "quota_exceeded"

    def __init__(
        self,
        violated: tuple[QuotaStatus, ...],
        quotas: tuple[QuotaStatus, ...],
        now: float,
        needed: int = 1,
    ) -> None:
        latest = max(violated, key=lambda quota: quota.opens_at)
        smallest = min(violated, key=lambda quota: quota.policy.limit)
        never = needed > max(smallest.policy.limit, 1)
        seconds = max(latest.opens_at - int(now), 1)
        self.violated = violated
        self.quotas = quotas
        self.decisive = smallest if never else latest
        self.retry_after = None if never else seconds
        super().__init__(
            _sentence(latest.policy, seconds)
            if needed == 1
            else _too_few(self.decisive, needed, seconds)
        )


class RateLimited(LimitReached):
    """A limit per minute is used up."""

    code = "rate_limited"


class TooManyAtOnce(LimitReached):
    """The caller has too many jobs in progress."""

    code = "rate_limited_concurrent"


_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))


def _sentence(policy: Policy, seconds: int) -> str:
    noun = NOUNS[policy.group]
    if policy.period is Period.CONCURRENT:
        now = f"You have {policy.limit} {noun} in progress, the most at once."
        return f"{now} Try again when one ends."
    whose = "Your network has" if policy.scope == "network" else "You have"
    sentence = f"{whose} used all {policy.limit:,} {noun} of this {policy.period}. "
    sentence += f"Try again in {_duration(seconds)}."
    more = TABLE.get(("free", policy.group, policy.period), 0)
    return (
        f"{sentence} Sign in for {more:,}."
        if policy.scope == "anonymous" and more > policy.limit
        else sentence
    )


def _too_few(quota: QuotaStatus, needed: int, seconds: int) -> str:
    """The sentence for a batch, which needs ``needed`` units at once."""
    policy, noun = quota.policy, NOUNS[quota.policy.group]
    most, left = policy.limit, quota.remaining
    which = f"{most:,} {noun}"
    if policy.period is Period.CONCURRENT:
        which += " at once"
    else:
        which += f" of this {policy.period}"
    sentence = f"This batch needs {needed:,} {noun}, and {left:,} of {which} are left."
    if needed > most:
        return f"{sentence} Send at most {most:,} at once."
    return f"{sentence} Send fewer, or try again in {_duration(seconds)}."


def _duration(seconds: int) -> str:
    """Format seconds in the largest unit of which there is at least one, rounded up."""
    unit, length = next(u for u in _UNITS if seconds >= u[1] or u[1] == 1)
    number = -(-seconds // length)
    return f"{number} {unit}{'' if number == 1 else 's'}"


def limit_reached(
    violated: Iterable[QuotaStatus], quotas: Iterable[QuotaStatus], now: float, needed: int = 1
) -> LimitReached:
    """Create the error whose type fits the refusing policies, for a call of so many units."""
    refusing = tuple(violated)
    periods = {quota.policy.period for quota in refusing}
    kind = LimitReached
    if periods == {Period.MINUTE}:
        kind = RateLimited
    elif periods == {Period.CONCURRENT}:
        kind = TooManyAtOnce
    return kind(refusing, tuple(quotas), now, needed)


@dataclass(frozen=True, slots=True)
class Counter:
    """The counter of one policy and one owner in one time window."""

    policy: Policy
    owner: str
    start: int
    end: int
    name: str = ""
    """Distinguishes counters of one owner if a policy counts several things separately."""

    @classmethod
    def of(cls, policy: Policy, owner: str, now: float, name: str = "") -> Counter:
        start, end = policy.window(now)
        return cls(policy, owner, start, end, name)

    @property
    def prefix(self) -> str:
        """The sort key prefix of the counters that are read together."""
        return BOOKS if self.policy.period is Period.MONTH else f"quota#{self.policy.group}#"

    @property
    def key(self) -> Key:
        group = f"{self.policy.group}#" if self.prefix == BOOKS else ""
        sort = f"{self.prefix}{group}{self.policy.period}#{self.name or self.start}"
        return Key(f"owner#{self.owner}", sort)

    def take(self, units: int = 1) -> Add:
        """The change that counts ``units`` more; it is refused if that exceeds the limit."""
        return Add(self.key, FIELD, units, ceiling=self.policy.limit, expires_at=self.end or None)

    def quota(self, item: Item | None, now: float) -> QuotaStatus:
        """The owner's quota status, computed from the counter's item."""
        opens_at = self.end or int(now) + CONCURRENT_RETRY
        return QuotaStatus(self.policy, used_of(item), opens_at, self.end - self.start)


def used_of(item: Item | None) -> int:
    """The count in a counter's item; 0 if there is no item."""
    value = (item or {}).get(FIELD, 0)
    return value if isinstance(value, int) else 0


def read(records: Records, counters: Iterable[Counter]) -> Mapping[Key, Item]:
    """Read the items of one owner's counters, with one read per prefix."""
    found: dict[Key, Item] = {}
    together: dict[tuple[str, str], list[Counter]] = {}
    for counter in counters:
        together.setdefault((counter.key.partition, counter.prefix), []).append(counter)
    for (partition, prefix), group in together.items():
        if prefix != BOOKS and len(group) == 1:
            key = group[0].key
            item = records.get(key)
            found |= {} if item is None else {key: item}
        else:
            found |= read_all(records, partition, prefix)
    return found


def read_all(records: Records, partition: str, prefix: str) -> dict[Key, Item]:
    """Read every item under a prefix of a partition; meant for prefixes with few items."""
    page = records.query(partition, prefix=prefix, limit=_PAGE)
    return {Key(partition, sort): item for sort, item in page.entries}
