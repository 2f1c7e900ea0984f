"""Writes files atomically.

Content is written to a temporary file in the same folder, which is then renamed in one step. The
process may end at any moment without leaving a partial file. Nothing is flushed to the disk, so a
power failure may lose the latest writes.
"""

from __future__ import annotations

import os
import secrets
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from expunge.errors import StorageFull, Unavailable
from expunge.machine import is_disk_full
from expunge.stores.local.folders import make_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from typing import BinaryIO

_PIECE = 1 << 20
UNFINISHED = ".unfinished"
"""Suffix of a file that is being written, or was left by a process that ended."""


def write_whole(path: Path, *parts: bytes, modified_at: float | None = None) -> None:
    """Write the file, replacing an existing one.

    Only its owner can read it. ``modified_at`` (Unix seconds) sets its modification time instead
    of the present.

    Raises
    ------
    expunge.errors.Unavailable
        If the disk is failing; `StorageFull` if it is full.
    """
    with _unfinished(path, parts, modified_at) as temporary:
        temporary.replace(path)


def write_file(path: Path, header: bytes, file: BinaryIO, *, modified_at: float) -> None:
    """Like ``write_whole``, with a header and the whole content of a seekable file."""
    with _unfinished(path, _parts(header, file), modified_at) as temporary:
        temporary.replace(path)


def create_file(path: Path, header: bytes, file: BinaryIO, *, modified_at: float) -> bool:
    """Like ``write_file``, but if the file exists, do nothing and return ``False``."""
    return _create(path, _parts(header, file), modified_at)


def _parts(header: bytes, file: BinaryIO) -> Iterator[bytes]:
    yield header
    file.seek(0)
    while piece := file.read(_PIECE):
        yield piece


def create_whole(path: Path, *parts: bytes, modified_at: float | None = None) -> bool:
    """Like ``write_whole``, but if the file exists, do nothing and return ``False``."""
    return _create(path, parts, modified_at)


def _create(path: Path, parts: Iterable[bytes], modified_at: float | None) -> bool:
    with _unfinished(path, parts, modified_at) as temporary:
        try:
            path.hardlink_to(temporary)  # unlike a rename, a link never replaces
        except FileExistsError:
            return False
    return True


@contextmanager
def _unfinished(path: Path, parts: Iterable[bytes], modified_at: float | None) -> Iterator[Path]:
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
        if is_disk_full(error):
            raise StorageFull("The disk of this service is full.") from error
        raise Unavailable("The disk of this service is failing.") from error
    finally:
        with suppress(OSError):  # report the first failure
            temporary.unlink()
