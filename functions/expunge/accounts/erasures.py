"""The register of accounts to erase; `expunge.erasure` erases them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from expunge.accounts.account import SESSION_SECONDS
from expunge.stores.ports import Key, Put

if TYPE_CHECKING:
    from expunge.stores.ports import Item

PARTITION = "erasures"
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

    @property
    def key(self) -> Key:
        return Key(PARTITION, f"{self.due:012d}#{self.account}")

    def registration(self) -> Put:
        """The change that registers the erasure."""
        return Put(self.key, asdict(self))

    @classmethod
    def of(cls, item: Item) -> PendingErasure:
        known: dict[str, Any] = item
        return cls(**known)


def guest_erasure(account: str, now: float) -> PendingErasure:
    """The erasure of a guest who never signs in."""
    due = int(now) + GUEST_SECONDS
    return PendingErasure(account, due, due, if_guest=True)
