"""Memory, control groups and the disk: the resources that this process may use."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

UNKNOWN_MEMORY = 4 << 30
"""Bytes, if the system reports no size."""


def is_disk_full(error: BaseException) -> bool:
    """Whether a write failed for lack of space, or that led to this error."""
    led: BaseException | None = error
    while led is not None:
        if isinstance(led, OSError) and led.errno in (errno.ENOSPC, errno.EDQUOT):
            return True
        led = led.__cause__ or led.__context__
    return False


def memory(root: Path = Path("/")) -> int:
    """Usable memory in bytes: the minimum of physical memory and the control groups' limits.

    Parameters
    ----------
    root
        Folder that holds ``proc`` and ``sys``.
    """
    return min(_memory_limits(root), default=_physical_memory())


def control_groups(root: Path, controller: str) -> Iterator[Path]:
    """Folders of this process's control groups and their parents, below ``sys/fs/cgroup``.

    Version 1 and 2. In a container its own folder may not exist there; the top one does.
    """
    yield Path()
    for line in _lines(root / "proc/self/cgroup"):
        _, controllers, path = line.split(":", 2)
        if controllers == "" or controller in controllers.split(","):
            group = Path(path.lstrip("/"))
            yield from (group, *group.parents)


def numbers(path: Path) -> list[int]:
    """The integers in a file; none if it is missing or contains ``max``."""
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
