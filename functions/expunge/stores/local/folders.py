"""Folders that only their owner may look into (mode 0700)."""

from __future__ import annotations

import logging
import os
import stat
from pathlib import Path

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


def data_folder(path: Path, landmark: str) -> None:
    """As `private_folder`, but a folder that may serve other ends too stays open, with a warning.

    Parameters
    ----------
    landmark
        A file by which a data folder that was used before is known.
    """
    if path.exists() and not _is_ours(path, landmark):
        if _is_open(path):
            log.warning("%s holds other files too, so others may still look into it", path)
        return
    private_folder(path)


def _is_open(path: Path) -> bool:
    """Whether others may look into a folder of ours."""
    facts = path.stat()
    own = not hasattr(os, "geteuid") or facts.st_uid == os.geteuid()
    return own and bool(facts.st_mode & _OTHERS)


def _is_ours(path: Path, landmark: str) -> bool:
    """Whether the folder is here for the data alone; never one that everybody works in."""
    shared = bool(path.stat().st_mode & stat.S_ISVTX) or path.resolve() in (Path.home(), Path.cwd())
    return not shared and ((path / landmark).exists() or not any(path.iterdir()))
