"""A temporary folder on the disk of the data, for a backup or a restore."""

from __future__ import annotations

import shutil
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from expunge.stores.local.layout import STAGING

if TYPE_CHECKING:
    from collections.abc import Iterator

_STALE_SECONDS = 6 * 3600
"""Age after which a staging folder's backup must have ended."""


class Refused(Exception):
    """The command was refused and changed nothing; the message says why, and what to do."""


@contextmanager
def staged(data: Path) -> Iterator[Path]:
    """A temporary folder on the data's disk, only for its owner, deleted at the end."""
    clear_staging(data)
    folder = Path(tempfile.mkdtemp(dir=data, prefix=STAGING))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def clear_staging(data: Path) -> None:
    """Delete the folders of killed backups, which hold links to objects deleted by now."""
    for left in data.glob(f"{STAGING}*"):
        if time.time() - left.stat().st_mtime > _STALE_SECONDS:
            shutil.rmtree(left, ignore_errors=True)
