"""Files that are there whole or not at all.

Content goes to a temporary file beside its place, which then gets its name in
one step. That survives the end of the process at any moment; nothing is
forced to the disk, so a loss of power may take what was just written.
"""

from __future__ import annotations

import errno
import os
import secrets
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from expunge.errors import StorageFull, Unavailable
from expunge.stores.local.folders import make_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

UNFINISHED = ".unfinished"
"""Suffix of a file that is being written, or was when its process ended."""


def write_whole(path: Path, *parts: bytes, modified_at: float | None = None) -> None:
    """Write the file, in place of any that is there.

    It is readable by its owner alone. ``modified_at`` (Unix seconds) stands in
    for the moment of writing.

    Raises
    ------
    expunge.errors.Unavailable
        Where the disk is failing, or as `StorageFull` where it is full.
    """
    with _unfinished(path, parts, modified_at) as temporary:
        temporary.replace(path)


def create_whole(path: Path, *parts: bytes, modified_at: float | None = None) -> bool:
    """As ``write_whole``, but do nothing and say ``False`` where the file is there."""
    with _unfinished(path, parts, modified_at) as temporary:
        try:
            path.hardlink_to(temporary)  # unlike a rename, a link never replaces
        except FileExistsError:
            return False
    return True


@contextmanager
def _unfinished(path: Path, parts: tuple[bytes, ...], modified_at: float | None) -> Iterator[Path]:
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(8)}{UNFINISHED}")
    try:
        make_folder(path.parent)
        with os.fdopen(
            os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb"
        ) as out:
            out.writelines(parts)
        if modified_at is not None:
            os.utime(temporary, (modified_at, modified_at))
        yield temporary
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFull("The disk of this service is full.") from error
        raise Unavailable("The disk of this service is failing.") from error
    finally:
        with suppress(OSError):  # the first failure is the one to tell
            temporary.unlink()
