"""The priority of processes that compute for long, below that of processes that answer callers."""

from __future__ import annotations

import os

NICENESS = 10
"""Steps below normal, nice(2): of a contested core, the kernel gives 90 % to the web process."""


def give_way() -> None:
    """Let every process of normal priority run first, if the operating system supports that."""
    if hasattr(os, "nice"):
        os.nice(NICENESS)
