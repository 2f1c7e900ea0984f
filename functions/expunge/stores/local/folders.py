"""Folders that only their owner may look into (mode 0700)."""

from __future__ import annotations

import logging
import os
import stat
from pathlib import Path

from expunge.stores.local import layout

log = logging.getLogger(__name__)

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def make_folder(path: Path) -> None:
    """Make the folder where it is absent; one that is there stays as it is.

    Raises
    ------
    OSError
        Where it cannot be made.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.mkdir(mode=0o700, exist_ok=True)


def private_folder(path: Path) -> None:
    """As `make_folder`, but one that is there is closed to everybody else, if it is ours."""
    make_folder(path)
    if _is_open(path):
        path.chmod(0o700)


def data_folder(path: Path) -> None:
    """As `private_folder`, but one that may serve other ends too stays open, with a warning."""
    if path.exists() and not _is_ours(path):
        if _is_open(path):
            log.warning("%s holds other files too, so others may still look into it", path)
        return
    private_folder(path)


def _is_open(path: Path) -> bool:
    """Whether others may look into a folder of ours."""
    facts = path.stat()
    own = not hasattr(os, "geteuid") or facts.st_uid == os.geteuid()
    return own and bool(facts.st_mode & _OTHERS)


def _is_ours(path: Path) -> bool:
    """Whether the folder is here for the data alone; never one that everybody works in."""
    shared = bool(path.stat().st_mode & stat.S_ISVTX) or path.resolve() in (Path.home(), Path.cwd())
    names = {entry.name for entry in path.iterdir()}
    return not shared and (layout.RECORDS in names or names <= {layout.LOCK})
