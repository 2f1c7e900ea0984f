"""The account record: a tier, API keys, sessions and identities."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self

from expunge.accounts.callers import Tier
from expunge.stores.fields import known
from expunge.stores.ports import Delete, Key, Put, Update

if TYPE_CHECKING:
    from collections.abc import Mapping

    from expunge.stores.ports import Change, Item

KEY_PREFIX = "uk_"
MAX_KEYS = 20
OPERATOR = "acc_operator"
"""The operator's account, which owns the API keys that the administrator creates."""
MAX_OPERATORS_KEYS = 500
"""Limited because all keys of an account are stored in one item."""
MAX_SESSIONS = 20
"""A further sign-in ends the oldest session."""
SESSION_SECONDS = 30 * 24 * 3600


@dataclass(frozen=True, slots=True)
class ApiKey:
    """An API key's stored details. The key itself is shown once and never stored."""

    id: str
    digest: str
    name: str
    prefix: str
    suffix: str
    created_at: float
    enabled: bool = True

    @property
    def preview(self) -> str:
        """A shortened form by which the owner recognises the key."""
        return f"{self.prefix}…{self.suffix}"


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that is signed in."""

    id: str
    digest: str
    created_at: float
    expires_at: int


@dataclass(frozen=True, slots=True)
class Account:
    """A user or a guest, with credentials.

    The account is one item. Each credential is a further item under its digest, with the facts
    that a request needs. All are written together, so one read identifies the caller.
    """

    id: str
    tier: Tier
    created_at: float
    guest: bool = False
    """Whether only a browser has this account, because its user has not signed in yet."""
    email_verified: bool = False
    keys: tuple[ApiKey, ...] = ()
    sessions: tuple[Session, ...] = ()
    identities: tuple[str, ...] = ()
    """Opaque names of the mailbox and the provider's users that can sign in to it."""
    billing: dict[str, Any] = field(default_factory=dict)
    """The payment service's ids of the customer and the subscription."""
    version: int = 0
    """Increases with every change (optimistic locking): a change based on an old one fails."""

    def changed(self, **changes: Any) -> Self:  # noqa: ANN401
        return replace(self, **changes)

    @property
    def digests(self) -> tuple[str, ...]:
        """The digests of all its credentials."""
        keys = tuple(key.digest for key in self.keys)
        return keys + tuple(session.digest for session in self.sessions)

    def key(self, key_id: str) -> ApiKey | None:
        return next((key for key in self.keys if key.id == key_id), None)

    def item(self) -> Item:
        """The account as a record."""
        item: Item = {name: value for name, value in asdict(self).items() if name != "id"}
        return item | {
            "keys": [asdict(key) for key in self.keys],
            "sessions": [asdict(session) for session in self.sessions],
            "identities": list(self.identities),
        }

    @classmethod
    def of(cls, account_id: str, item: Item) -> Self:
        """Read an account from a record; fields unknown to this version are ignored."""
        facts: dict[str, Any] = known(cls, item)
        facts["tier"] = Tier(facts["tier"])
        facts["keys"] = tuple(ApiKey(**known(ApiKey, key)) for key in facts["keys"])
        facts["sessions"] = tuple(Session(**known(Session, one)) for one in facts["sessions"])
        facts["identities"] = tuple(facts.get("identities", ()))
        return cls(id=account_id, **facts)


def account_key(account_id: str) -> Key:
    """The record key of an account, in the partition of its jobs."""
    return Key(f"owner#{account_id}", "account")


def credential_key(digest: str) -> Key:
    """The record key of a credential."""
    return Key(f"credential#{digest}", "credential")


def credential_changes(before: Account | None, after: Account | None) -> list[Change]:
    """The changes that bring the credentials' items in line with the account.

    ``before`` is ``None`` for a new account, ``after`` for an erased one.
    """
    old = _credentials(before) if before else {}
    new = _credentials(after) if after else {}
    changes: list[Change] = [Delete(credential_key(digest)) for digest in old.keys() - new.keys()]
    for digest, (item, expires_at) in new.items():
        key = credential_key(digest)
        if digest not in old:
            changes.append(Put(key, item, if_absent=True, expires_at=expires_at))
        elif old[digest][0] != item:
            changes.append(Update(key, item))
    return changes


def _credentials(account: Account) -> Mapping[str, tuple[Item, int | None]]:
    """The items of the valid credentials and their expiry in Unix seconds, by digest."""
    common: Item = {"account": account.id, "tier": account.tier}
    keys: dict[str, tuple[Item, int | None]] = {
        key.digest: (common | {"id": key.id, "kind": "key"}, None)
        for key in account.keys
        if key.enabled
    }
    sessions: dict[str, tuple[Item, int | None]] = {
        session.digest: (common | {"id": session.id, "kind": "session"}, session.expires_at)
        for session in account.sessions
    }
    return keys | sessions
