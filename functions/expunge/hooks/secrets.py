"""Secrets that sign messages; a replaced one stays valid for a day."""

from __future__ import annotations

import base64
import secrets
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from expunge.accounts.account import account_key
from expunge.errors import Conflict
from expunge.stores.fields import known
from expunge.stores.ports import Key, Put, Update, WriteRefused

if TYPE_CHECKING:
    from collections.abc import Callable

    from expunge.stores.ports import Item, Records

OVERLAP_SECONDS = 24 * 3600
"""How long a replaced secret still signs, beside the new one."""
_TRIES = 5


def new_secret() -> str:
    """192 random bits, as Standard Webhooks writes a symmetric secret."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()


def valid_secrets(secret: str, former: str | None, until: float, now: float) -> tuple[str, ...]:
    """The secrets that sign now: the current one, and for a day the one before it."""
    return (secret,) if former is None or until <= now else (secret, former)


@dataclass(frozen=True, slots=True)
class AccountSecret:
    """The secret for receivers that single requests name. Times are Unix seconds."""

    secret: str
    created_at: float
    former_secret: str | None = None
    former_until: float = 0.0

    def signing(self, now: float) -> tuple[str, ...]:
        """The secrets that sign now."""
        return valid_secrets(self.secret, self.former_secret, self.former_until, now)

    def item(self) -> Item:
        return asdict(self)

    @classmethod
    def of(cls, item: Item) -> AccountSecret:
        return cls(**known(cls, item))


class AccountSecrets:
    """One secret for each account, created when it is first needed."""

    def __init__(self, records: Records, clock: Callable[[], float]) -> None:
        self._records = records
        self._clock = clock

    def find(self, owner: str) -> AccountSecret | None:
        item = self._records.get(_key(owner))
        return AccountSecret.of(item) if item else None

    def get(self, owner: str) -> AccountSecret:
        """The account's secret; the first call creates it."""
        return self._change(owner, lambda known: known)

    def of_living(self, owner: str) -> AccountSecret | None:
        """The account's secret, as from `get`; ``None`` if the account has been erased."""
        known = self.find(owner)
        if known is None and self._records.get(account_key(owner)) is not None:
            known = self.get(owner)
        return known

    def rotate(self, owner: str) -> AccountSecret:
        """Replace the secret; the former one signs beside it for a day."""

        def replaced(known: AccountSecret) -> AccountSecret:
            now = self._clock()
            return AccountSecret(new_secret(), now, known.secret, now + OVERLAP_SECONDS)

        return self._change(owner, replaced)

    def _change(
        self, owner: str, change: Callable[[AccountSecret], AccountSecret]
    ) -> AccountSecret:
        for _ in range(_TRIES):
            before = self.find(owner)
            after = change(before) if before else AccountSecret(new_secret(), self._clock())
            if after == before:
                return after
            try:
                if before is None:
                    self._records.write(Put(_key(owner), after.item(), if_absent=True))
                else:
                    known = {"secret": [before.secret]}
                    self._records.write(Update(_key(owner), after.item(), only_if=known))
            except WriteRefused:
                continue  # another process was faster
            return after
        raise Conflict("Your secret is being changed elsewhere; please try again.")


def _key(owner: str) -> Key:
    return Key(f"owner#{owner}", "hook-secret")
