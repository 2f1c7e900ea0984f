"""What this machine, or the control groups that this process is in, allow it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

UNKNOWN_MEMORY = 4 << 30
"""Bytes, where the system does not tell."""


def memory(root: Path = Path("/")) -> int:
    """Bytes: the least of what is built in and what the control groups allow, version 1 and 2.

    Parameters
    ----------
    root
        Where ``proc`` and ``sys`` are.
    """
    return min(_memory_limits(root), default=_physical_memory())


def control_groups(root: Path, controller: str) -> Iterator[Path]:
    """Folders of this process's groups and of all above them, below ``sys/fs/cgroup``.

    Within a container its own may not be seen there, but then the top one is.
    """
    yield Path()
    for line in _lines(root / "proc/self/cgroup"):
        _, controllers, path = line.split(":", 2)
        if controllers == "" or controller in controllers.split(","):
            group = Path(path.lstrip("/"))
            yield from (group, *group.parents)


def numbers(path: Path) -> list[int]:
    """The integers of a file; none where it is absent or says ``max``."""
    try:
        return [int(word) for word in path.read_text().split()]
    except (OSError, ValueError):
        return []


def _memory_limits(root: Path) -> Iterator[int]:
    for line in _lines(root / "proc/meminfo"):
        if line.startswith("MemTotal:"):
            yield int(line.split()[1]) << 10
    base = root / "sys/fs/cgroup"
    for folder in control_groups(root, "memory"):
        yield from numbers(base / folder / "memory.max")
        yield from numbers(base / "memory" / folder / "memory.limit_in_bytes")


def _physical_memory() -> int:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return UNKNOWN_MEMORY


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text().splitlines()
    except OSError:
        return []
