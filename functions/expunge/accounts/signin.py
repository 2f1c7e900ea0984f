"""Signing in: as a guest, by an e-mail link, or through an identity provider.

Each way ends in one write. It uses up the proof, assigns the identity to an account, and adds a
session to the account. So a proof opens one session, even if it is sent several times at once.
"""

from __future__ import annotations

import hmac
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from expunge.accounts import ledger
from expunge.accounts.account import Account, account_key
from expunge.accounts.callers import Tier, network_name
from expunge.accounts.erasures import guest_erasure
from expunge.accounts.identities import (
    Flow,
    SignInDisabled,
    SignInFailed,
    belongs,
    identity_key,
    mailbox_name,
    provider_name,
    read_mailbox,
)
from expunge.accounts.moving import Moving
from expunge.accounts.policies import STARTER_GRANT
from expunge.accounts.tokens import digest, is_token, new_token
from expunge.errors import NotFound, Unavailable
from expunge.stores.ports import Change, Delete, Key, Put, WriteRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from expunge.accounts.accounts import Accounts
    from expunge.accounts.identities import IdentityProvider
    from expunge.accounts.meter import Meter
    from expunge.stores.ports import Item, Mail, Records

LINK_SECONDS = 15 * 60
TRIES = 5
_USED = "This link has been used, has expired, or was requested in another browser."


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A signed-in account, and the secret of the browser's session."""

    account: Account
    secret: str
    ended: tuple[str, ...] = ()
    """Digests of the credentials that this sign-in ended, for `Credentials.forget`."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """A sign-in attempt with a single-use proof."""

    names: tuple[str, ...]
    """The names of the identities that it proves."""
    proof: Change
    """The change that uses up the proof."""
    keep_keys: bool
    verified: bool


class SignIn:
    """All ways to sign in."""

    def __init__(
        self,
        records: Records,
        mail: Mail,
        accounts: Accounts,
        meter: Meter,
        provider: Callable[[], IdentityProvider] | None,
        clock: Callable[[], float],
    ) -> None:
        self._records = records
        self._mail = mail
        self._accounts = accounts
        self._meter = meter
        self._provider = provider
        self._clock = clock
        self._moving = Moving(records, accounts, clock)

    def as_guest(self, address: str) -> SignedIn:
        """Create an account for this browser only, with starter credits, for 30 days.

        Raises
        ------
        LimitReached
            For too many guests from a network.
        """
        self._meter.take_of("guests", {"network": network_name(address)})
        account = self._accounts.fresh(Tier.FREE, guest=True)
        session, secret = self._accounts.new_session()
        account = self._accounts.with_session(account, session)
        erasure = guest_erasure(account.id, account.created_at)
        self._accounts.add(account, erasure.registration(), *self._starter(account))
        return SignedIn(account, secret)

    def send_link(
        self, mailbox: str, address: str, base_url: str, *, keep_keys: bool = False
    ) -> str:
        """Send a sign-in link by e-mail; return a secret that identifies the browser.

        Known and unknown mailboxes are treated alike. With ``keep_keys`` the account takes over
        the API keys that the browser's guest created.

        Raises
        ------
        ValidationFailed
            If the text is not an e-mail address.
        LimitReached
            For too many links from the network or to the mailbox.
        """
        mailbox = read_mailbox(mailbox)
        name = mailbox_name(mailbox)
        self._meter.take_of("sign-ins", {"network": network_name(address), "mailbox": name})
        token, browser = new_token(), new_token()
        proof: Item = {"browser": digest(browser), "identity": name, "keep_keys": keep_keys}
        expires_at = int(self._clock()) + LINK_SECONDS
        self._records.write(Put(_proof_key(token), proof, expires_at=expires_at))
        url = f"{base_url}/api/v1/auth/link?token={token}"
        self._mail.send(to=mailbox, subject="Sign in to expunge", text=_MAIL.format(url=url))
        return browser

    def follow_link(self, token: str, browser: str, current: str | None) -> SignedIn:
        """Sign in by a link, in the browser that requested it.

        ``current`` is the browser's present account. If it is a guest's and the mailbox has no
        account, it becomes the mailbox's account. Otherwise a guest's account ends, and what it has
        bought moves to the mailbox's account.

        Raises
        ------
        SignInFailed
            For a link that was used, has expired, or was requested in another browser.
        """
        proof = self._proof(token, browser)
        entry = _Entry((str(proof["identity"]),), _use(token, proof), _keeps(proof), verified=True)
        return self._enter(entry, current)

    def begin_provider(
        self, redirect_uri: str, address: str, *, keep_keys: bool = False
    ) -> tuple[str, str]:
        """Start a sign-in; return the provider's URL and a secret that identifies the browser.

        ``keep_keys`` works as in `send_link`.

        Raises
        ------
        SignInDisabled
            If no provider is set up.
        LimitReached
            For too many sign-ins from a network.
        """
        provider = self._known_provider()
        self._meter.take_of("sign-ins", {"network": network_name(address)})
        flow = provider.begin(redirect_uri)
        browser = new_token()
        proof: Item = {
            "browser": digest(browser),
            "state": flow.state,
            "nonce": flow.nonce,
            "verifier": flow.verifier,
            "keep_keys": keep_keys,
        }
        expires_at = int(self._clock()) + LINK_SECONDS
        self._records.write(Put(_proof_key(browser), proof, expires_at=expires_at))
        return flow.url, browser

    def finish_provider(
        self, redirect_uri: str, *, state: str, code: str, browser: str, current: str | None
    ) -> SignedIn:
        """Sign in with the identity that the provider reports; see `follow_link`."""
        proof = self._proof(browser, browser)
        flow = Flow("", str(proof["state"]), str(proof["nonce"]), str(proof["verifier"]))
        if not hmac.compare_digest(state.encode(), flow.state.encode()):
            raise SignInFailed("The provider's answer belongs to another sign-in.")
        if not code:
            raise SignInFailed("The identity provider did not sign you in.")
        identity = self._known_provider().finish(redirect_uri, flow, code)
        names = [provider_name(identity)]
        if identity.mailbox:
            names.append(mailbox_name(read_mailbox(identity.mailbox)))
        verified = identity.mailbox is not None
        entry = _Entry(tuple(names), _use(browser, proof), _keeps(proof), verified=verified)
        return self._enter(entry, current)

    def find(self, mailbox: str) -> str:
        """The id of a mailbox's account.

        Raises
        ------
        NotFound
            If it has no account.
        """
        item = self._records.get(identity_key(mailbox_name(read_mailbox(mailbox))))
        if item is None:
            raise NotFound("No account has this mailbox.")
        return str(item["account"])

    def _known_provider(self) -> IdentityProvider:
        if self._provider is None:
            raise SignInDisabled("Sign-in with Google is not set up on this server.")
        return self._provider()

    def _proof(self, token: str, browser: str) -> Item:
        proof = self._records.get(_proof_key(token)) if is_token(token) else None
        same = proof is not None and hmac.compare_digest(str(proof["browser"]), digest(browser))
        if proof is None or not same:
            raise SignInFailed(_USED)
        return proof

    def _enter(self, entry: _Entry, current: str | None) -> SignedIn:
        for _ in range(TRIES):
            owners = {name: self._owner(name) for name in entry.names}
            living = [owner for owner, lives in owners.values() if lives and owner]
            guest = self._guest(current)
            try:
                # An identity of an erased account can be assigned to a new one.
                unowned = {name: owner for name, (owner, lives) in owners.items() if not lives}
                signed_in = self._sign_in(living[0] if living else guest, entry, unowned)
            except WriteRefused as refused:
                if refused.index == 0:
                    raise SignInFailed(_USED) from None
                # another browser has just taken one of the identities: read again
            except NotFound:
                continue  # it was erased just now
            else:
                return self._without_guest(signed_in, guest)
        raise Unavailable("The account is being changed elsewhere. Try again in a moment.")

    def _owner(self, name: str) -> tuple[str | None, bool]:
        """The account to which an identity was assigned, and whether it still exists."""
        item = self._records.get(identity_key(name))
        if item is None:
            return None, False
        owner = str(item["account"])
        return owner, self._records.get(account_key(owner)) is not None

    def _sign_in(
        self, account_id: str | None, entry: _Entry, unowned: Mapping[str, str | None]
    ) -> SignedIn:
        session, secret = self._accounts.new_session()
        ended: list[str] = []

        def edit(account: Account) -> Account:
            # A sign-in ends the guest's sessions, and its keys unless the user keeps them: another
            # person may have used this browser before.
            guest = account.guest
            known = account.changed(
                sessions=() if guest else account.sessions,
                keys=() if guest and not entry.keep_keys else account.keys,
                identities=tuple(dict.fromkeys((*account.identities, *entry.names))),
                guest=False,
                email_verified=account.email_verified or entry.verified,
            )
            ended[:] = set(account.digests) - set(known.digests)
            return self._accounts.with_session(known, session)

        def assigned(account: str) -> list[Change]:
            return [belongs(name, account, instead_of=old) for name, old in unowned.items()]

        if account_id is None:
            account = edit(self._accounts.fresh(Tier.FREE))
            others = [entry.proof, *assigned(account.id), *self._starter(account)]
            self._accounts.add(account, *others)
        else:
            account = self._accounts.change(account_id, edit, entry.proof, *assigned(account_id))
        return SignedIn(account, secret, tuple(ended))

    def _without_guest(self, signed_in: SignedIn, guest: str | None) -> SignedIn:
        """End the account of a guest whose browser now has another one; purchases move."""
        if guest is None or guest == signed_in.account.id:
            return signed_in
        ended: tuple[str, ...] = ()
        with suppress(NotFound):  # erased in the meantime
            ended = tuple(self._moving.move(guest, signed_in.account.id).digests)
        return replace(signed_in, ended=(*signed_in.ended, *ended))

    def _guest(self, current: str | None) -> str | None:
        """The browser's account id, if it is a guest's account."""
        if current is None:
            return None
        try:
            return current if self._accounts.get(current).guest else None
        except NotFound:
            return None

    def _starter(self, account: Account) -> list[Change]:
        if not self._meter.policies.on:
            return []
        now = self._clock()
        return ledger.grant(account.id, ledger.Pool.PERMANENT, STARTER_GRANT, now, note="starter")


def _proof_key(token: str) -> Key:
    return Key(f"proof#{digest(token)}", "proof")


def _keeps(proof: Item) -> bool:
    return proof.get("keep_keys") is True


def _use(token: str, proof: Item) -> Delete:
    """The change that uses up a proof; refused if it was used in the meantime."""
    return Delete(_proof_key(token), only_if={"browser": [proof["browser"]]})


_MAIL = """\
Open this link within 15 minutes, in the browser where you requested it:

{url}

The link works once. If you did not request it, ignore this e-mail.
"""
