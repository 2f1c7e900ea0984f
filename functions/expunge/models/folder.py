"""The weights folder: one for all installations and checkouts of a user."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLE = "EXPUNGE_MODELS_DIR"
"""The setting ``models_dir``; also read here, since a library call has no `Settings`."""


def weights_folder(environ: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Path:
    """``EXPUNGE_MODELS_DIR``, else ``expunge/models`` in the user's cache folder.

    The cache folder depends on the platform: ``$XDG_CACHE_HOME`` or ``~/.cache`` (XDG Base
    Directory Specification), ``~/Library/Caches`` on macOS, ``%LOCALAPPDATA%`` on Windows.
    """
    chosen = environ.get(VARIABLE)
    return Path(chosen) if chosen else _cache(environ, platform) / "expunge" / "models"


def _cache(environ: Mapping[str, str], platform: str) -> Path:
    if platform == "darwin":
        return Path.home() / "Library" / "Caches"
    if platform == "win32":
        return Path(environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    given = Path(environ.get("XDG_CACHE_HOME", ""))
    return given if given.is_absolute() else Path.home() / ".cache"
