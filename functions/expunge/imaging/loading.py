"""Loads modules on first use, one thread at a time.

Two threads that import modules of one package in a different order can meet in the import system,
which then raises ``_DeadlockError`` (seen on Python 3.11). A server's first requests do so.
"""

from __future__ import annotations

import threading
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType

_LOCK = threading.RLock()


def load(name: str) -> ModuleType:
    """Import a module of this package that most processes do without."""
    with _LOCK:
        return import_module(name)
