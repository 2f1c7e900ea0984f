"""The secret that signs this installation's URLs."""

from __future__ import annotations

import secrets
from contextlib import suppress
from typing import TYPE_CHECKING

from expunge.stores.local.files import create_whole

if TYPE_CHECKING:
    from pathlib import Path

SECRET_BYTES = 32


def load_secret(path: Path) -> bytes:
    """The 32 random bytes kept in the file, which is made where absent (mode 0600).

    Processes that start at once agree on one secret.

    Raises
    ------
    ValueError
        Where the file holds something else.
    """
    with suppress(FileNotFoundError):
        return _read(path)
    create_whole(path, secrets.token_bytes(SECRET_BYTES))  # unless another process was faster
    return _read(path)


def _read(path: Path) -> bytes:
    secret = path.read_bytes()
    if len(secret) != SECRET_BYTES:
        raise ValueError(f"{path} does not hold a secret of {SECRET_BYTES} bytes; delete it")
    return secret
