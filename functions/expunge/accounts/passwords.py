"""Passwords, stored as Argon2id hashes (RFC 9106) in the PHC string format."""

from __future__ import annotations

import re
import secrets
import threading

MEMORY_KIB, PASSES, LANES = 19_456, 2, 1
"""The minimum for Argon2id in OWASP's Password Storage Cheat Sheet."""
SALT_BYTES = 16
HASH_BYTES = 32
MIN_CHARACTERS = 8
MAX_CHARACTERS = 1024
MARK = "$argon2id$"

_BASE64 = "[A-Za-z0-9+/]+"
_HASH = re.compile(rf"\$argon2id\$v=19\$m=\d+,t=\d+,p=\d+\${_BASE64}\${_BASE64}")
_one_at_a_time = threading.Lock()
"""Each hash takes 19 MiB; the lock stops an attacker from using that many times over."""


class PasswordInvalid(ValueError):
    """The text cannot be a password; the message says why."""


def check(password: str) -> None:
    """Raise `PasswordInvalid` for a text that is too short, too long, or an invalid hash."""
    if is_hash(password):
        return
    if password.startswith(MARK):
        raise PasswordInvalid(
            "this starts like an Argon2id hash (PHC format, v=19), but is not a valid one"
        )
    if len(password) < MIN_CHARACTERS:
        raise PasswordInvalid(f"a password has at least {MIN_CHARACTERS} characters")
    if len(password) > MAX_CHARACTERS:
        raise PasswordInvalid(f"a password has at most {MAX_CHARACTERS} characters")


def hashed(password: str) -> str:
    """The password's hash, with a salt of its own."""
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id  # noqa: PLC0415 - seldom

    salt = secrets.token_bytes(SALT_BYTES)
    with _one_at_a_time:
        return Argon2id(
            salt=salt,
            length=HASH_BYTES,
            iterations=PASSES,
            lanes=LANES,
            memory_cost=MEMORY_KIB,
        ).derive_phc_encoded(password.encode("utf-8", "replace"))


def is_hash(text: str) -> bool:
    """Whether this is an Argon2id hash in the PHC string format."""
    return _HASH.fullmatch(text) is not None


def verified(password: str, phc: str) -> bool:
    """Whether the hash is this password's, compared in constant time."""
    from cryptography.exceptions import InvalidKey  # noqa: PLC0415 - seldom
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id  # noqa: PLC0415

    with _one_at_a_time:
        try:
            Argon2id.verify_phc_encoded(password.encode("utf-8", "replace"), phc)
        except InvalidKey:
            return False
    return True
