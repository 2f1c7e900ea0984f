"""Keeps freed memory in a process that handles one large file after another.

By default glibc returns large freed blocks to the kernel. Each new one then costs a page fault
for every 4 kB, and a request has several: the body, its parts and the result. Two copies of
6 MB take 15 ms on a virtual machine that does this, and 1 ms on one that reuses the memory.
"""

from __future__ import annotations

import ctypes
from contextlib import suppress

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
"""``M_TRIM_THRESHOLD`` and so on, of ``malloc.h``."""
KEPT_BYTES = 64 << 20
"""Freed memory that the process keeps at most."""
_REUSED_BYTES = 32 << 20
"""Blocks up to this size are reused; the most that mallopt(3) accepts."""


def keep_freed_memory() -> None:
    """Keep up to `KEPT_BYTES`, in one arena for all threads; does nothing without glibc."""
    with suppress(OSError, TypeError, AttributeError):
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_MMAP_THRESHOLD, _REUSED_BYTES)
        mallopt(_TRIM_THRESHOLD, KEPT_BYTES)
        mallopt(_ARENA_MAX, 1)
