"""The register of accounts to erase; `expunge.erasure` erases them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from expunge.accounts.account import SESSION_SECONDS
from expunge.stores.fields import known
from expunge.stores.ports import Key, Put
from expunge.stores.shards import Shards

if TYPE_CHECKING:
    from expunge.stores.ports import Item

SHARDS = Shards("erasures", 4, former=("erasures",))
"""Versions before 0.3 had one partition for all."""
GUEST_SECONDS = SESSION_SECONDS
"""A guest who has not signed in by then is erased, since the guest's only session has ended."""


@dataclass(frozen=True, slots=True)
class PendingErasure:
    """One account to erase. Times are Unix seconds; entries are sorted by due time."""

    account: str
    registered_at: int
    due: int
    if_guest: bool = False
    """Erase only if the account is still a guest's when the erasure is due."""
    partition: str | None = None
    """Where it was found, if that is not where it would be stored today."""

    @property
    def key(self) -> Key:
        partition = self.partition or SHARDS.of(self.account)
        return Key(partition, f"{self.due:012d}#{self.account}")

    def registration(self) -> Put:
        """The change that registers the erasure."""
        facts = asdict(self)
        del facts["partition"]
        return Put(self.key, facts)

    @classmethod
    def of(cls, partition: str, item: Item) -> PendingErasure:
        return cls(**known(cls, item) | {"partition": partition})


def guest_erasure(account: str, now: float) -> PendingErasure:
    """The erasure of a guest who never signs in."""
    due = int(now) + GUEST_SECONDS
    return PendingErasure(account, due, due, if_guest=True)
