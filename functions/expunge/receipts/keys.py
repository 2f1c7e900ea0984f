"""The keys that sign and verify receipts: Ed25519 (RFC 8032), published as a JWK set (RFC 7517)."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from expunge.receipts import base64url

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from joserfc.jwk import OKPKey

ALGORITHM = "Ed25519"
"""The only accepted ``alg``. RFC 9864 replaced the older name, ``EdDSA``, by it."""
KEY_BYTES = 32
"""Bytes of a private key (its seed), and of a public one."""
MAX_KEYS = 100
"""Most keys in a set."""


class KeyInvalid(ValueError):
    """The text is not a key; the message says what it should be."""


def _bytes_of(text: str) -> bytes:
    """A key from base64url or base64, with or without padding."""
    try:
        data = base64url.decoded(text.strip().rstrip("=").translate(_TO_URL))
    except ValueError:
        raise KeyInvalid("must be base64url") from None
    if len(data) != KEY_BYTES:
        raise KeyInvalid(f"must have {KEY_BYTES} bytes in base64url; this one has {len(data)}")
    return data


_TO_URL = str.maketrans("+/", "-_")


@dataclass(frozen=True)
class PublicKey:
    """A key that verifies receipts."""

    x: bytes
    """The 32 bytes of the public key (RFC 8032, 5.1.5)."""

    @classmethod
    def of(cls, text: str) -> PublicKey:
        """Read a public key from base64url.

        Raises
        ------
        KeyInvalid
        """
        return cls(_bytes_of(text))

    @property
    def text(self) -> str:
        return base64url.encoded(self.x)

    @cached_property
    def jwk(self) -> OKPKey:
        from joserfc.jwk import OKPKey  # noqa: PLC0415 (only receipts need it)

        return OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": self.text})

    @cached_property
    def kid(self) -> str:
        """The key's id: its SHA-256 thumbprint (RFC 7638)."""
        return str(self.jwk.thumbprint())

    def as_dict(self) -> dict[str, str]:
        """The key as a JWK."""
        jwk = {"kty": "OKP", "crv": "Ed25519", "x": self.text}
        return jwk | {"alg": ALGORITHM, "use": "sig", "kid": self.kid}


@dataclass(frozen=True)
class SigningKey:
    """A key that signs receipts."""

    seed: bytes = field(repr=False)
    """The 32 random bytes that it is made from (RFC 8032, 5.1.5)."""

    @classmethod
    def new(cls) -> SigningKey:
        return cls(secrets.token_bytes(KEY_BYTES))

    @classmethod
    def of(cls, text: str) -> SigningKey:
        """Read a private key from base64url, as `text` writes it.

        Raises
        ------
        KeyInvalid
        """
        return cls(_bytes_of(text))

    @property
    def text(self) -> str:
        return base64url.encoded(self.seed)

    @cached_property
    def public(self) -> PublicKey:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import (  # noqa: PLC0415
            Ed25519PrivateKey,
        )

        return PublicKey(
            Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw()
        )

    @cached_property
    def jwk(self) -> OKPKey:
        from joserfc.jwk import OKPKey  # noqa: PLC0415

        x, d = self.public.text, self.text
        return OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": x, "d": d})


@dataclass(frozen=True, slots=True)
class KeySet:
    """The public keys whose receipts are accepted."""

    keys: tuple[PublicKey, ...]

    def named(self, kid: str) -> PublicKey | None:
        """The key of this id."""
        return next((key for key in self.keys if key.kid == kid), None)

    def as_dict(self) -> dict[str, list[dict[str, str]]]:
        """The set as a JWK set."""
        return {"keys": [key.as_dict() for key in self.keys]}

    @classmethod
    def of(cls, keys: Iterable[PublicKey]) -> KeySet:
        """A set of these keys, each once."""
        return cls(tuple(dict.fromkeys(keys)))

    @classmethod
    def parse(cls, text: str) -> KeySet:
        """Read a JWK set, or one JWK. Keys of other kinds are left out.

        Raises
        ------
        KeyInvalid
            If it is neither, or has no Ed25519 key.
        """
        try:
            document = json.loads(text)
        except (ValueError, RecursionError):
            raise KeyInvalid("is not JSON; a JWK set is expected") from None
        listed = document.get("keys", [document]) if isinstance(document, dict) else None
        if not isinstance(listed, list) or len(listed) > MAX_KEYS:
            raise KeyInvalid("is not a JWK set: an object with a list of «keys» is expected")
        found = [_public(jwk) for jwk in listed if isinstance(jwk, dict) and _is_ed25519(jwk)]
        if not found:
            raise KeyInvalid("has no Ed25519 key")
        return cls.of(found)


def _is_ed25519(jwk: Mapping[str, Any]) -> bool:
    return jwk.get("kty") == "OKP" and jwk.get("crv") == "Ed25519"


def _public(jwk: Mapping[str, Any]) -> PublicKey:
    if "d" in jwk:
        raise KeyInvalid("has a private key; only public keys belong there")
    return PublicKey.of(str(jwk.get("x", "")))
