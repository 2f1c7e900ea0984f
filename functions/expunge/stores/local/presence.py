"""Locks a data folder: shared by servers, or exclusively by one restore.

The lock is an advisory lock (flock) on a file in the folder. It ends with its process, even after
a crash. Systems without such locks (Windows) detect no other process.
"""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from expunge.stores.local.folders import make_folder
from expunge.stores.local.layout import LOCK

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class InUse(Exception):
    """Another process uses the folder in a way that excludes this one."""


@contextmanager
def present(folder: Path, *, alone: bool = False) -> Iterator[None]:
    """Lock the folder while the block runs; it is created if absent.

    Parameters
    ----------
    alone
        Whether the lock is exclusive; otherwise it is shared.

    Raises
    ------
    InUse
        The message names the folder.
    """
    make_folder(folder)
    handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not _locked(handle, alone=alone):
            by = "a server; stop it first" if alone else "a restore"
            raise InUse(f"{folder} is in use by {by}.")
        yield
    finally:
        with suppress(OSError):
            os.close(handle)


def _locked(handle: int, *, alone: bool) -> bool:
    try:
        import fcntl  # noqa: PLC0415 (not everywhere)
    except ImportError:
        return True
    try:
        fcntl.flock(handle, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
