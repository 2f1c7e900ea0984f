"""External identities: a mailbox, or a user at an identity provider.

Only digests are stored. The service never sends unsolicited mail, and an operator finds an
account by computing the digest of its mailbox.
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
    """The proof is not valid: it was used, has expired, or belongs to another browser."""

    code = "sign_in_failed"


class SignInDisabled(ExpungeError):
    code = "sign_in_disabled"


@dataclass(frozen=True, slots=True)
class Flow:
    """A started sign-in at an identity provider, with the values that its answer must match."""

    url: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Identity:
    """A user's identity, as an identity provider reports it."""

    issuer: str
    subject: str
    mailbox: str | None
    """Set only if the provider has verified it."""


class IdentityProvider(Protocol):
    """OpenID Connect, authorization code flow with PKCE."""

    def begin(self, redirect_uri: str) -> Flow:
        """Start a sign-in; the flow holds the URL to which to send the browser."""
        ...

    def finish(self, redirect_uri: str, flow: Flow, code: str) -> Identity:
        """Exchange ``code`` for the user's identity.

        Raises
        ------
        SignInFailed
            If the provider does not confirm the sign-in.
        expunge.errors.Unavailable
            If the provider does not answer.
        """
        ...


def read_mailbox(text: str) -> str:
    """Validate and normalise a mailbox to lower case.

    Raises
    ------
    ValidationFailed
        If the text is not an e-mail address.
    """
    mailbox = text.strip().lower()
    if len(mailbox) > MAX_MAILBOX or not _MAILBOX.fullmatch(mailbox):
        raise ValidationFailed(FieldError("/email", "is not an e-mail address"))
    return mailbox


def mailbox_name(mailbox: str) -> str:
    """The opaque name of a mailbox."""
    return "mail_" + digest(f"mailbox\n{mailbox}")[:40]


def provider_name(identity: Identity) -> str:
    """The opaque name of a user at a provider."""
    return "oidc_" + digest(f"{identity.issuer}\n{identity.subject}")[:40]


def identity_key(name: str) -> Key:
    """The record key that maps an identity to its account."""
    return Key(f"identity#{name}", "identity")


def belongs(name: str, account: str, *, instead_of: str | None = None) -> Put | Update:
    """The change that assigns an identity to an account, unless another account has it.

    ``instead_of`` is an erased account that had the identity.
    """
    if instead_of is None:
        return Put(identity_key(name), {"account": account}, if_absent=True)
    return Update(identity_key(name), {"account": account}, only_if={"account": [instead_of]})
