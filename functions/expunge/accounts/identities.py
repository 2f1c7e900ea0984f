"""Who somebody is elsewhere: a mailbox, or a name at an identity provider.

Only digests are kept: the service never needs to write to a mailbox unasked,
and an operator finds an account by computing the digest anew.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol

from expunge.accounts.tokens import digest
from expunge.errors import ExpungeError, FieldError, ValidationFailed
from expunge.stores.ports import Key, Put, Update

_MAILBOX = re.compile(r"[^\s@\x00-\x20\x7f<>(),;:\\\"\[\]]{1,64}@[^\s@\x00-\x20\x7f/]{1,253}")
MAX_MAILBOX = 254


class SignInFailed(ExpungeError):
    """The proof does not hold: used before, expired, or another browser's."""

    code = "sign_in_failed"


class SignInDisabled(ExpungeError):
    code = "sign_in_disabled"


@dataclass(frozen=True, slots=True)
class Flow:
    """A visit to an identity provider that has begun; what it must bring back."""

    url: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Who an identity provider says that somebody is."""

    issuer: str
    subject: str
    mailbox: str | None
    """Only where the provider has verified it."""


class IdentityProvider(Protocol):
    """OpenID Connect, authorization code flow with PKCE."""

    def begin(self, redirect_uri: str) -> Flow:
        """Where to send the browser."""
        ...

    def finish(self, redirect_uri: str, flow: Flow, code: str) -> Identity:
        """Who came back with ``code``.

        Raises
        ------
        SignInFailed
            Where the provider does not stand by it.
        expunge.errors.Unavailable
            Where the provider does not answer.
        """
        ...


def read_mailbox(text: str) -> str:
    """A mailbox in the one form it is known by: lower case.

    Raises
    ------
    ValidationFailed
        For what no mail can be sent to.
    """
    mailbox = text.strip().lower()
    if len(mailbox) > MAX_MAILBOX or not _MAILBOX.fullmatch(mailbox):
        raise ValidationFailed(FieldError("/email", "is not an e-mail address"))
    return mailbox


def mailbox_name(mailbox: str) -> str:
    """The opaque name of a mailbox."""
    return "mail_" + digest(f"mailbox\n{mailbox}")[:40]


def provider_name(identity: Identity) -> str:
    """The opaque name of somebody at a provider."""
    return "oidc_" + digest(f"{identity.issuer}\n{identity.subject}")[:40]


def identity_key(name: str) -> Key:
    """Where it is written whose an identity is."""
    return Key(f"identity#{name}", "identity")


def belongs(name: str, account: str, *, instead_of: str | None = None) -> Put | Update:
    """The change that gives an identity to an account, unless another has it.

    ``instead_of`` is an account that is no more.
    """
    if instead_of is None:
        return Put(identity_key(name), {"account": account}, if_absent=True)
    return Update(identity_key(name), {"account": account}, only_if={"account": [instead_of]})
