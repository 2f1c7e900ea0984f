"""Creates, reads and changes accounts, each with one atomic write."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from expunge.accounts.account import (
    KEY_PREFIX,
    MAX_KEYS,
    MAX_OPERATORS_KEYS,
    MAX_SESSIONS,
    OPERATOR,
    SESSION_SECONDS,
    Account,
    ApiKey,
    Session,
    account_key,
    credential_changes,
)
from expunge.accounts.callers import Tier
from expunge.accounts.identities import identity_key
from expunge.accounts.tokens import digest, new_token
from expunge.errors import Conflict, NotFound, Unavailable
from expunge.ids import new_id
from expunge.stores.ports import Delete, Put, Update, WriteRefused

if TYPE_CHECKING:
    from collections.abc import Callable

    from expunge.stores.ports import Change, Records

TRIES = 20


class Accounts:
    """All accounts, stored through the records port."""

    def __init__(self, records: Records, clock: Callable[[], float]) -> None:
        self._records = records
        self._clock = clock

    def create(
        self, tier: Tier, *others: Change, guest: bool = False, email_verified: bool = False
    ) -> Account:
        """Create an account together with ``others``, which come first in a `WriteRefused`."""
        account = self.fresh(tier, guest=guest, email_verified=email_verified)
        self.add(account, *others)
        return account

    def fresh(self, tier: Tier, *, guest: bool = False, email_verified: bool = False) -> Account:
        """Return a new account that is not stored yet."""
        now = self._clock()
        return Account(new_id("acc", now), tier, now, guest=guest, email_verified=email_verified)

    def add(self, account: Account, *others: Change) -> None:
        """Store a new account with its credentials and ``others``, which come first."""
        made = Put(account_key(account.id), account.item(), if_absent=True)
        self._records.write(*others, made, *credential_changes(None, account))

    def get(self, account_id: str) -> Account:
        """Return the account with this id.

        Raises
        ------
        NotFound
            If there is no such account.
        """
        item = self._records.get(account_key(account_id))
        if item is None:
            raise NotFound("There is no such account.")
        return Account.of(account_id, item)

    def operators(self) -> Account:
        """Return the operator's account; the first call creates it."""
        try:
            return self.get(OPERATOR)
        except NotFound:
            with suppress(WriteRefused):  # another process was faster
                self.add(Account(OPERATOR, Tier.PRO, self._clock()))
            return self.get(OPERATOR)

    def change(
        self, account_id: str, edit: Callable[[Account], Account], *others: Change
    ) -> Account:
        """Change an account with its credentials and ``others`` in one atomic write.

        Raises
        ------
        NotFound
            If there is no such account.
        WriteRefused
            If one of ``others`` was refused; ``index`` is its position in them.
        """
        for _ in range(TRIES):
            before = self.get(account_id)
            edited = edit(self._without_expired(before))
            if edited == before and not others:
                return before
            after = edited.changed(version=before.version + 1)
            update = Update(
                account_key(account_id), after.item(), only_if={"version": [before.version]}
            )
            credentials = credential_changes(before, after)
            try:
                self._records.write(*others, update, *credentials)
            except WriteRefused as refused:
                if refused.index < len(others):
                    raise
            else:
                return after
        raise Unavailable("The account is being changed elsewhere. Try again in a moment.")

    def erase(self, account_id: str, *others: Change) -> Account:
        """Delete an account with its credentials and identities, and return it.

        Raises
        ------
        NotFound
            If there is no such account.
        Conflict
            For the operator's account, which owns the administrator's keys.
        """
        if account_id == OPERATOR:
            raise Conflict("The operator's own account cannot be erased; delete its keys instead.")
        for _ in range(TRIES):
            account = self.get(account_id)
            gone = Delete(account_key(account_id), only_if={"version": [account.version]})
            identities = [Delete(identity_key(name)) for name in account.identities]
            with suppress(WriteRefused):  # it was changed in the meantime
                self._records.write(gone, *credential_changes(account, None), *identities, *others)
                return account
        raise Unavailable("The account is being changed elsewhere. Try again in a moment.")

    def _without_expired(self, account: Account) -> Account:
        """Drop expired sessions, whose items the store may have deleted."""
        now = self._clock()
        return account.changed(sessions=tuple(s for s in account.sessions if s.expires_at > now))

    def set_tier(self, account_id: str, tier: Tier) -> Account:
        """Change the account's tier; it applies to all requests within seconds."""
        return self.change(account_id, lambda account: account.changed(tier=tier))

    def create_key(self, account_id: str, name: str) -> tuple[ApiKey, str]:
        """Create a key; return its details and the full key, which cannot be shown again.

        Raises
        ------
        Conflict
            If the account has the maximum number of keys.
        """
        key, secret = self._new_key(name)

        def add(account: Account) -> Account:
            most = MAX_OPERATORS_KEYS if account.id == OPERATOR else MAX_KEYS
            if len(account.keys) >= most:
                raise Conflict(f"An account has at most {most} keys; delete one first.")
            return account.changed(keys=(*account.keys, key))

        self.change(account_id, add)
        return key, secret

    def first_key(self, account_id: str, name: str) -> tuple[ApiKey, str | None]:
        """Create a key if the account has none; else return its newest key, without the secret.

        Of requests at the same time, one creates the key.
        """
        fresh, secret = self._new_key(name)

        def add(account: Account) -> Account:
            return account if account.keys else account.changed(keys=(fresh,))

        newest = self.change(account_id, add).keys[-1]
        return newest, secret if newest.id == fresh.id else None

    def _new_key(self, name: str) -> tuple[ApiKey, str]:
        secret, now = new_token(KEY_PREFIX), self._clock()
        key = ApiKey(
            id=new_id("key", now),
            digest=digest(secret),
            name=name,
            prefix=secret[: len(KEY_PREFIX) + 4],
            suffix=secret[-4:],
            created_at=now,
        )
        return key, secret

    def edit_key(
        self, account_id: str, key_id: str, *, name: str | None = None, enabled: bool | None = None
    ) -> ApiKey:
        """Rename, disable or enable a key; ``None`` leaves a property as it is."""

        def edit(key: ApiKey) -> ApiKey:
            return ApiKey(
                id=key.id,
                digest=key.digest,
                name=key.name if name is None else name,
                prefix=key.prefix,
                suffix=key.suffix,
                created_at=key.created_at,
                enabled=key.enabled if enabled is None else enabled,
            )

        def edit_one(account: Account) -> Account:
            _known(account, key_id)
            keys = tuple(edit(key) if key.id == key_id else key for key in account.keys)
            return account.changed(keys=keys)

        return _known(self.change(account_id, edit_one), key_id)

    def delete_key(self, account_id: str, key_id: str) -> ApiKey:
        """Delete a key, and return its details."""
        gone: list[ApiKey] = []

        def drop(account: Account) -> Account:
            gone[:] = [_known(account, key_id)]
            return account.changed(keys=tuple(k for k in account.keys if k.id != key_id))

        self.change(account_id, drop)
        return gone[0]

    def new_session(self) -> tuple[Session, str]:
        """Return a new session, not yet part of an account, and its cookie's secret."""
        secret, now = new_token(), self._clock()
        expires_at = int(now) + SESSION_SECONDS
        return Session(new_id("ses", now), digest(secret), now, expires_at), secret

    def with_session(self, account: Account, session: Session) -> Account:
        """Add a session to the account; above the maximum, the oldest is dropped."""
        return account.changed(sessions=(*account.sessions, session)[-MAX_SESSIONS:])

    def end_session(self, account_id: str, session_id: str | None) -> None:
        """End one session, or with ``None`` all of them."""

        def drop(account: Account) -> Account:
            kept = tuple(s for s in account.sessions if session_id and s.id != session_id)
            return account.changed(sessions=kept)

        self.change(account_id, drop)


def _known(account: Account, key_id: str) -> ApiKey:
    key = account.key(key_id)
    if key is None:
        raise NotFound("You have no such key.")
    return key
