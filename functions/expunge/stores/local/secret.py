"""Secrets of this installation, each in a file."""

from __future__ import annotations

import secrets
from contextlib import suppress
from typing import TYPE_CHECKING

from expunge.stores.local.files import create_whole

if TYPE_CHECKING:
    from pathlib import Path

SECRET_BYTES = 32


def load_secret(path: Path) -> bytes:
    """Read the 32 random bytes in the file, which is created if absent (mode 0600).

    Processes that start at the same time get the same secret.

    Raises
    ------
    ValueError
        If the file contains anything else.
    """
    with suppress(FileNotFoundError):
        return _read(path)
    create_whole(path, secrets.token_bytes(SECRET_BYTES))  # unless another process was faster
    return _read(path)


class FileSecret:
    """A secret in a file; see `expunge.stores.ports.OwnSecret`."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def value(self) -> bytes:
        return load_secret(self._path)

    def existing(self) -> bytes | None:
        return _read(self._path) if self._path.exists() else None


def _read(path: Path) -> bytes:
    secret = path.read_bytes()
    if len(secret) != SECRET_BYTES:
        raise ValueError(f"{path} does not contain a secret of {SECRET_BYTES} bytes; delete it")
    return secret
