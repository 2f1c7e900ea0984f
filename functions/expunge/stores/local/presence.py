"""Who is at work on a data folder: servers together, or one restore alone.

An advisory lock (flock) on a file of the folder; it ends with its process, however that ends.
Where the system has no such locks (Windows), nobody is ever seen.
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
    """Somebody else is at work on the folder, in a way that excludes this."""


@contextmanager
def present(folder: Path, *, alone: bool = False) -> Iterator[None]:
    """Be at work on the folder, which is made where absent.

    Parameters
    ----------
    alone
        With nobody else; otherwise with others who are not alone either.

    Raises
    ------
    InUse
        Naming the folder.
    """
    make_folder(folder)
    handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not _locked(handle, alone=alone):
            by = "a server, which has to be stopped first" if alone else "a restore"
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
