"""The administrator: one user name, one password, and sessions.

The password is stored as an Argon2id hash, a session as its digest. A wrong name takes as long to
check as a wrong password. Both count toward the network's login limit before any comparison.
"""

from __future__ import annotations

import hmac
import secrets
import threading
from functools import cached_property
from typing import TYPE_CHECKING

from expunge.accounts.account import OPERATOR
from expunge.accounts.callers import Caller, Tier, network_name
from expunge.accounts.passwords import check, hashed, is_hash, verified
from expunge.accounts.tokens import digest, is_token, new_token
from expunge.errors import ExpungeError
from expunge.stores.ports import Delete, Key, Put, WriteRefused

if TYPE_CHECKING:
    from collections.abc import Callable

    from expunge.accounts.counters import QuotaStatus
    from expunge.accounts.meter import Meter
    from expunge.stores.ports import Records

GROUP = "logins"
REMEMBERED_SECONDS = 60.0
"""How long a correct HTTP Basic password is cached, since checking a hash is slow."""
_PASSWORD = Key("admin", "password")
_SESSIONS = "session#"
_PAGE = 100


class LoginFailed(ExpungeError):
    """The name or the password is wrong; the error does not say which."""

    code = "login_failed"


class AdminDisabled(ExpungeError):
    """No administrator password is set."""

    code = "admin_disabled"


class Administrator:
    """Authenticates the administrator.

    Parameters
    ----------
    password
        From the settings, in clear or as a hash; ``None`` to use the stored one.
    session_seconds
        Lifetime of a session.

    Raises
    ------
    PasswordInvalid
        For a text that cannot be a password.
    """

    def __init__(
        self,
        records: Records,
        meter: Meter,
        clock: Callable[[], float],
        *,
        username: str,
        password: str | None,
        session_seconds: int,
    ) -> None:
        self._records = records
        self._meter = meter
        self._clock = clock
        if password is not None:
            check(password)
        self._password = password
        self._remembered: dict[bytes, float] = {}
        self._mark = secrets.token_bytes(32)
        self._lock = threading.Lock()
        self.username = username
        self.session_seconds = session_seconds

    @property
    def caller(self) -> Caller:
        """The administrator as the caller of jobs."""
        return Caller(OPERATOR, Tier.ADMIN)

    def log_in(self, username: str, password: str, address: str) -> str:
        """Start a session, and return its secret.

        Raises
        ------
        LimitReached
            For too many logins from a network, right or wrong.
        LoginFailed
            For a wrong name or password.
        AdminDisabled
            If no password is set.
        """
        self._meter.take_of(GROUP, _owner(address))
        self._check(username, password, self._hash())
        secret = new_token()
        now = self._clock()
        expires_at = int(now) + self.session_seconds
        self._records.write(Put(_session(secret), {"at": now}, expires_at=expires_at))
        return secret

    def quotas(self, address: str) -> tuple[QuotaStatus, ...]:
        """A network's quota status for logins."""
        return self._meter.quotas_of(GROUP, _owner(address))

    def knows(self, secret: str) -> bool:
        """Whether a secret belongs to a valid session."""
        return is_token(secret) and self._records.get(_session(secret)) is not None

    def log_out(self, secret: str) -> None:
        """End a session, if there is one with this secret."""
        if is_token(secret):
            self._records.write(Delete(_session(secret)))

    def check_basic(self, username: str, password: str, address: str) -> None:
        """Check the credentials of one request; only wrong ones count as logins.

        Raises
        ------
        LimitReached, LoginFailed, AdminDisabled
            As for `log_in`.
        """
        phc = self._hash()  # a new password must invalidate the cache
        name = hmac.digest(
            self._mark, f"{phc}\0{username}\0{password}".encode("utf-8", "replace"), "sha256"
        )
        with self._lock:
            if self._remembered.get(name, 0.0) > self._clock():
                return
        self._meter.take_of(GROUP, _owner(address))
        self._check(username, password, phc)
        self._meter.give_back_of(GROUP, _owner(address))
        with self._lock:
            self._remembered = {name: self._clock() + REMEMBERED_SECONDS}

    def ensure_password(self) -> str | None:
        """Set a random password if there is none, and return it: it is known only now."""
        if self._hash() is not None:
            return None
        password = new_token()[:24]  # 143 random bits
        try:
            self._records.write(Put(_PASSWORD, {"hash": hashed(password)}, if_absent=True))
        except WriteRefused:
            return None  # another process was faster
        return password

    def set_password(self, phc: str) -> None:
        """Store the hash of a new password, and end every session."""
        self._records.write(Put(_PASSWORD, {"hash": phc}))
        self.log_out_everywhere()

    def log_out_everywhere(self) -> None:
        """End every session."""
        cursor = None
        while True:
            page = self._records.query(
                _PASSWORD.partition, prefix=_SESSIONS, limit=_PAGE, cursor=cursor
            )
            if page.entries:
                self._records.write(
                    *(Delete(Key(_PASSWORD.partition, sort)) for sort, _ in page.entries)
                )
            cursor = page.cursor
            if cursor is None:
                return

    def _check(self, username: str, password: str, phc: str | None) -> None:
        if phc is None:
            raise AdminDisabled("No administrator password is set; run: expunge admin password")
        right = verified(password, phc)
        known = hmac.compare_digest(
            username.encode("utf-8", "replace"), self.username.encode("utf-8", "replace")
        )
        if not (right and known):
            raise LoginFailed("The user name or the password is wrong.")

    def _hash(self) -> str | None:
        if self._configured is not None:
            return self._configured
        kept = self._records.get(_PASSWORD)
        return str(kept["hash"]) if kept else None

    @cached_property
    def _configured(self) -> str | None:
        """The password of the settings, as a hash."""
        if self._password is None or is_hash(self._password):
            return self._password
        return hashed(self._password)


def _session(secret: str) -> Key:
    return Key(_PASSWORD.partition, _SESSIONS + digest(secret))


def _owner(address: str) -> dict[str, str]:
    return {"network": network_name(address)}
