"""The priority of processes that compute for long, below that of processes that answer callers."""

from __future__ import annotations

import os
from contextlib import suppress

NICENESS = 10
"""Steps below normal, nice(2): of a contested core, the kernel gives 90 % to the web process."""


def give_way(pid: int = 0) -> None:
    """Let processes of normal priority run before this one, or before a child just started."""
    with suppress(AttributeError, OSError):  # Windows has other priorities; the child has ended
        normal = os.getpriority(os.PRIO_PROCESS, 0)
        os.setpriority(os.PRIO_PROCESS, pid, normal + NICENESS)
