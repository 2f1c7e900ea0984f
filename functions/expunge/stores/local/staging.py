"""A folder to work in on the data's own disk, for a backup or a restore."""

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
"""Age of a staging folder whose backup is surely dead."""


class Refused(Exception):
    """Nothing was done; the message says why, and what to do."""


@contextmanager
def staged(data: Path) -> Iterator[Path]:
    """A folder on the data's own disk, for its owner alone, gone at the end."""
    clear_staging(data)
    folder = Path(tempfile.mkdtemp(dir=data, prefix=STAGING))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def clear_staging(data: Path) -> None:
    """Delete what backups left that were killed: links to objects that may be gone by now."""
    for left in data.glob(f"{STAGING}*"):
        if time.time() - left.stat().st_mtime > _STALE_SECONDS:
            shutil.rmtree(left, ignore_errors=True)
