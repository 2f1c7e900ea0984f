"""Accounts: made, found, and changed by one write each."""

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
    """Every account, over the records port."""

    def __init__(self, records: Records, clock: Callable[[], float]) -> None:
        self._records = records
        self._clock = clock

    def create(
        self, tier: Tier, *others: Change, guest: bool = False, email_verified: bool = False
    ) -> Account:
        """A new account, written together with ``others``; `WriteRefused` counts those first."""
        account = self.fresh(tier, guest=guest, email_verified=email_verified)
        self.add(account, *others)
        return account

    def fresh(self, tier: Tier, *, guest: bool = False, email_verified: bool = False) -> Account:
        """A new account that is not written yet."""
        now = self._clock()
        return Account(new_id("acc", now), tier, now, guest=guest, email_verified=email_verified)

    def add(self, account: Account, *others: Change) -> None:
        """Write a new account with its credentials and ``others``, which are counted first."""
        made = Put(account_key(account.id), account.item(), if_absent=True)
        self._records.write(*others, made, *credential_changes(None, account))

    def get(self, account_id: str) -> Account:
        """The account.

        Raises
        ------
        NotFound
            Where there is none of this id.
        """
        item = self._records.get(account_key(account_id))
        if item is None:
            raise NotFound("There is no such account.")
        return Account.of(account_id, item)

    def operators(self) -> Account:
        """The operator's account, which is made when it is first asked for."""
        try:
            return self.get(OPERATOR)
        except NotFound:
            with suppress(WriteRefused):  # somebody else was faster
                self.add(Account(OPERATOR, Tier.PRO, self._clock()))
            return self.get(OPERATOR)

    def change(
        self, account_id: str, edit: Callable[[Account], Account], *others: Change
    ) -> Account:
        """Change an account with its credentials and ``others``, all or nothing.

        Raises
        ------
        NotFound
            Where there is none of this id.
        WriteRefused
            Where one of ``others`` was refused; ``index`` counts them.
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
        """Forget an account with its credentials and identities; what it was.

        Raises
        ------
        NotFound
            Where there is none of this id.
        Conflict
            For the operator's own, to which the administrator's keys belong.
        """
        if account_id == OPERATOR:
            raise Conflict("The operator's own account cannot be erased; delete its keys instead.")
        for _ in range(TRIES):
            account = self.get(account_id)
            gone = Delete(account_key(account_id), only_if={"version": [account.version]})
            identities = [Delete(identity_key(name)) for name in account.identities]
            with suppress(WriteRefused):  # it was changed meanwhile
                self._records.write(gone, *credential_changes(account, None), *identities, *others)
                return account
        raise Unavailable("The account is being changed elsewhere. Try again in a moment.")

    def _without_expired(self, account: Account) -> Account:
        """Sessions that the store has let go of cannot be written to any more."""
        now = self._clock()
        return account.changed(sessions=tuple(s for s in account.sessions if s.expires_at > now))

    def set_tier(self, account_id: str, tier: Tier) -> Account:
        """Change what the account may do; its credentials know within seconds."""
        return self.change(account_id, lambda account: account.changed(tier=tier))

    def create_key(self, account_id: str, name: str) -> tuple[ApiKey, str]:
        """A new key, and the key in full: nobody can show it again.

        Raises
        ------
        Conflict
            For one key too many.
        """
        secret = new_token(KEY_PREFIX)
        now = self._clock()
        key = ApiKey(
            id=new_id("key", now),
            digest=digest(secret),
            name=name,
            prefix=secret[: len(KEY_PREFIX) + 4],
            suffix=secret[-4:],
            created_at=now,
        )

        def add(account: Account) -> Account:
            most = MAX_OPERATORS_KEYS if account.id == OPERATOR else MAX_KEYS
            if len(account.keys) >= most:
                raise Conflict(f"An account has at most {most} keys; delete one first.")
            return account.changed(keys=(*account.keys, key))

        self.change(account_id, add)
        return key, secret

    def edit_key(
        self, account_id: str, key_id: str, *, name: str | None = None, enabled: bool | None = None
    ) -> ApiKey:
        """Rename a key, switch it off or on again; what is ``None`` stays."""

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
        """End a key for good; what it was."""
        gone: list[ApiKey] = []

        def drop(account: Account) -> Account:
            gone[:] = [_known(account, key_id)]
            return account.changed(keys=tuple(k for k in account.keys if k.id != key_id))

        self.change(account_id, drop)
        return gone[0]

    def new_session(self) -> tuple[Session, str]:
        """A session that no account has yet, and the secret of its cookie."""
        secret, now = new_token(), self._clock()
        expires_at = int(now) + SESSION_SECONDS
        return Session(new_id("ses", now), digest(secret), now, expires_at), secret

    def with_session(self, account: Account, session: Session) -> Account:
        """The account with one more session; the oldest goes where there are too many."""
        return account.changed(sessions=(*account.sessions, session)[-MAX_SESSIONS:])

    def end_session(self, account_id: str, session_id: str | None) -> None:
        """Sign one browser out, or with ``None`` all of them."""

        def drop(account: Account) -> Account:
            kept = tuple(s for s in account.sessions if session_id and s.id != session_id)
            return account.changed(sessions=kept)

        self.change(account_id, drop)


def _known(account: Account, key_id: str) -> ApiKey:
    key = account.key(key_id)
    if key is None:
        raise NotFound("You have no such key.")
    return key
