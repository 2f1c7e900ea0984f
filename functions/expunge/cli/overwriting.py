"""Replace the content of a file and keep its names, owner, mode and extended attributes.

The result is written whole beside the file, flushed to the disk and then renamed over each name
of the file. So every name always has either the old or the new content, and names that were hard
links of one file still are.

Two kinds of files cannot be replaced by a rename: those with a hard link in a folder that the run
does not know, and those whose owner or attributes this user may not give to a new file. They are
overwritten, by a process of its own that outlives this one. If the machine itself stops in that
moment, the whole result lies beside the file as ``.expunge-whole-`` and its inode number.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from expunge.cli.inputs import UNFINISHED
from expunge.cli.lines import Refused, printable

if TYPE_CHECKING:
    from collections.abc import Iterable

_COPY = """
import os, sys
with open(sys.argv[1], "rb") as whole, open(sys.argv[2], "r+b") as file:
    file.write(whole.read())
    file.truncate()
    file.flush()
    os.fsync(file.fileno())
os.unlink(sys.argv[1])
"""


def overwrite(
    path: Path,
    parts: Iterable[bytes],
    names: Iterable[Path] = (),
    *,
    times: tuple[int, int] | None = None,
) -> None:
    """Replace the content of a file. After a crash it has either the old or the new content.

    Parameters
    ----------
    parts
        The new content, in pieces.
    names
        Other paths that may be hard links of the file. Those in its folder are found anyway.
    times
        Access and modification time to set, in nanoseconds.

    Raises
    ------
    Refused
        If the disk failed in the middle of an overwrite; the message says where the result is.
    OSError
        If nothing was changed.
    """
    before = path.stat()
    whole = write_beside(path, parts, flush=True)
    try:
        known = {path, *_same_file(before, names), *_links_in(path.parent, before)}
        if len(known) >= before.st_nlink and _take_attributes(whole, path, before):
            if times is not None:
                os.utime(whole, ns=times)
            _switch(whole, known)
            return
        os.close(os.open(path, os.O_WRONLY))  # fails while nothing has changed
    except BaseException:
        whole.unlink(missing_ok=True)
        raise
    _copy_into(whole, path)
    if times is not None:
        os.utime(path, ns=times)


def write_beside(
    path: Path, parts: Iterable[bytes], *, flush: bool, folder: Path | None = None
) -> Path:
    """Write a new file in the folder of ``path``, or in ``folder``."""
    handle, name = tempfile.mkstemp(dir=folder or path.parent, prefix=UNFINISHED)
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(parts)
            if flush:
                file.flush()
                os.fsync(file.fileno())
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


def _same_file(before: os.stat_result, names: Iterable[Path]) -> Iterable[Path]:
    for name in names:
        with suppress(OSError):
            if os.path.samestat(name.lstat(), before):
                yield name


def _links_in(folder: Path, before: os.stat_result) -> Iterable[Path]:
    if before.st_nlink == 1:
        return ()
    with os.scandir(folder) as entries:
        return list(
            _same_file(before, (folder / e.name for e in entries if e.inode() == before.st_ino))
        )


def _take_attributes(new: Path, old: Path, before: os.stat_result) -> bool:
    """Give a file the owner, mode and extended attributes of another; ``False`` if not all."""
    if not hasattr(os, "listxattr"):
        return False
    try:
        made = new.stat()
        if (made.st_uid, made.st_gid) != (before.st_uid, before.st_gid):
            os.chown(new, before.st_uid, before.st_gid)
        new.chmod(before.st_mode & 0o7777)
        wanted, given = _attributes(old), _attributes(new)
        for name in given.keys() - wanted.keys():
            os.removexattr(new, name)
        for name, value in wanted.items():
            if given.get(name) != value:
                os.setxattr(new, name, value)
    except OSError:
        return False
    return True


def _attributes(path: Path) -> dict[str, bytes]:
    return {name: os.getxattr(path, name) for name in os.listxattr(path)}


def _switch(whole: Path, names: Iterable[Path]) -> None:
    """Rename the new file over each name, in one step each."""
    first, *others = sorted(names)
    for name in others:
        spare = name.with_name(f"{whole.name}-")
        os.link(whole, spare)
        try:
            spare.replace(name)
        except BaseException:
            spare.unlink(missing_ok=True)
            raise
    whole.replace(first)
    _flush_folders({name.parent for name in (first, *others)})


def _flush_folders(folders: Iterable[Path]) -> None:
    for folder in folders:
        with suppress(OSError):  # not every file system can
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


def _copy_into(whole: Path, path: Path) -> None:
    """Copy the new content into the file itself, in a process that no signal to this one ends."""
    kept = whole.with_name(f"{UNFINISHED}whole-{path.stat().st_ino}")
    whole.replace(kept)
    _flush_folders({kept.parent})
    command = [sys.executable, "-I", "-S", "-c", _COPY, str(kept), str(path)]
    try:
        child = subprocess.Popen(  # noqa: S603
            command, start_new_session=True, stderr=subprocess.DEVNULL
        )
    except OSError:
        kept.unlink()
        raise
    if child.wait() != 0:
        raise Refused(f"could not be overwritten; the whole result is {printable(kept)}")
