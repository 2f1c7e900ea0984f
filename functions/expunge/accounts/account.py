"""What an account is: a tier, and the credentials that speak for it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, Self

from expunge.accounts.callers import Tier
from expunge.stores.ports import Delete, Key, Put, Update

if TYPE_CHECKING:
    from collections.abc import Mapping

    from expunge.stores.ports import Change, Item

KEY_PREFIX = "uk_"
MAX_KEYS = 20
OPERATOR = "acc_operator"
"""The account of whoever runs the service: keys that the administrator makes are its own."""
MAX_OPERATORS_KEYS = 500
"""All keys of an account lie in one item."""
MAX_SESSIONS = 20
"""One more sign-in ends the oldest session."""
SESSION_SECONDS = 30 * 24 * 3600


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as its owner sees it again; the key itself is shown once and not kept."""

    id: str
    digest: str
    name: str
    prefix: str
    suffix: str
    created_at: float
    enabled: bool = True

    @property
    def preview(self) -> str:
        """Enough to know it by."""
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
    """Somebody with credentials.

    The account is one item, and each credential one more, by its digest, that
    holds what a request needs to know. They are written together, so that one
    read tells who calls.
    """

    id: str
    tier: Tier
    created_at: float
    guest: bool = False
    """It began with a browser alone, and nobody has signed in yet."""
    email_verified: bool = False
    keys: tuple[ApiKey, ...] = ()
    sessions: tuple[Session, ...] = ()
    identities: tuple[str, ...] = ()
    """Names of the mailbox and of whoever an identity provider knows, by which it signs in."""
    billing: dict[str, Any] = field(default_factory=dict)
    """What the payment service calls the customer and the subscription."""
    version: int = 0
    """Goes up with every change; a change that has not seen the last one is refused."""

    def changed(self, **changes: Any) -> Self:  # noqa: ANN401
        return replace(self, **changes)

    @property
    def digests(self) -> tuple[str, ...]:
        """Of all its credentials."""
        keys = tuple(key.digest for key in self.keys)
        return keys + tuple(session.digest for session in self.sessions)

    def key(self, key_id: str) -> ApiKey | None:
        return next((key for key in self.keys if key.id == key_id), None)

    def item(self) -> Item:
        """As a record."""
        item: Item = {name: value for name, value in asdict(self).items() if name != "id"}
        return item | {
            "keys": [asdict(key) for key in self.keys],
            "sessions": [asdict(session) for session in self.sessions],
            "identities": list(self.identities),
        }

    @classmethod
    def of(cls, account_id: str, item: Item) -> Self:
        """From a record; fields this version does not know are passed over."""
        known: dict[str, Any] = {f.name: item[f.name] for f in fields(cls) if f.name in item}
        known["tier"] = Tier(known["tier"])
        known["keys"] = tuple(ApiKey(**key) for key in known["keys"])
        known["sessions"] = tuple(Session(**session) for session in known["sessions"])
        known["identities"] = tuple(known.get("identities", ()))
        return cls(id=account_id, **known)


def account_key(account_id: str) -> Key:
    """Where an account lies: in the partition of its own jobs."""
    return Key(f"owner#{account_id}", "account")


def credential_key(digest: str) -> Key:
    """Where a credential lies."""
    return Key(f"credential#{digest}", "credential")


def credential_changes(before: Account | None, after: Account | None) -> list[Change]:
    """What makes the credentials' items say what the account says; of no account there are none."""
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
    """Items of the credentials that are in force, and when they expire, by digest."""
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
