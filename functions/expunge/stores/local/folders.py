"""Folders that only their owner can read (mode 0700)."""

from __future__ import annotations

import logging
import os
import stat
from pathlib import Path

from expunge.stores.local import layout

log = logging.getLogger(__name__)

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def make_folder(path: Path) -> None:
    """Create the folder if it is absent; an existing one stays unchanged.

    Raises
    ------
    OSError
        If it cannot be created.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.mkdir(mode=0o700, exist_ok=True)


def private_folder(path: Path) -> None:
    """Like `make_folder`, but restrict an existing folder to its owner, if we own it."""
    make_folder(path)
    if _is_open(path):
        path.chmod(0o700)


def data_folder(path: Path) -> None:
    """Like `private_folder`, but leave a folder with other files as it is, and log a warning."""
    if path.exists() and not _is_ours(path):
        if _is_open(path):
            log.warning("%s contains other files too, so other users can still read it", path)
        return
    private_folder(path)


def _is_open(path: Path) -> bool:
    """Whether other users can read a folder that we own."""
    facts = path.stat()
    own = not hasattr(os, "geteuid") or facts.st_uid == os.geteuid()
    return own and bool(facts.st_mode & _OTHERS)


def _is_ours(path: Path) -> bool:
    """Whether the folder is only for expunge's data; a shared folder never is."""
    shared = bool(path.stat().st_mode & stat.S_ISVTX) or path.resolve() in (Path.home(), Path.cwd())
    names = {entry.name for entry in path.iterdir()}
    return not shared and (layout.RECORDS in names or names <= {layout.LOCK})
