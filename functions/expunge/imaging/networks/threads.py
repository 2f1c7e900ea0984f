"""The number of CPUs that this process may use."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MIB_PER_CPU = 1769
"""Memory at which a Lambda function has one full vCPU (AWS Lambda documentation)."""


def cpus(environ: Mapping[str, str] = os.environ, root: Path = Path("/")) -> int:
    """The number of CPUs that this process may use, at least 1.

    The minimum of three limits: the scheduler's affinity, the control groups (version 1 or 2,
    of this process and all parents) and Lambda's memory setting. Fractions are rounded up.

    Parameters
    ----------
    root
        Folder that holds ``proc`` and ``sys``.
    """
    affinity = getattr(os, "sched_getaffinity", None)
    most = float(len(affinity(0)) if affinity else os.cpu_count() or 1)
    memory = environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "")
    if memory.isdecimal():
        most = min(most, int(memory) / MIB_PER_CPU)
    return max(1, math.ceil(min([most, *_quotas(root)])))


def _quotas(root: Path) -> Iterator[float]:
    """The number of CPUs that each control-group quota allows."""
    base = root / "sys/fs/cgroup"
    for group in _groups(root):
        for folder in (group, *group.parents):
            v2 = _numbers(base / folder / "cpu.max")
            v1 = _numbers(base / "cpu" / folder / "cpu.cfs_quota_us") + _numbers(
                base / "cpu" / folder / "cpu.cfs_period_us"
            )
            for numbers in (v2, v1):
                if len(numbers) == 2 and min(numbers) > 0:
                    yield numbers[0] / numbers[1]


def _groups(root: Path) -> Iterator[Path]:
    """Paths of the control groups below the mount point; in a container they may not exist."""
    try:
        lines = (root / "proc/self/cgroup").read_text().splitlines()
    except OSError:
        lines = []
    yield Path()
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers == "" or "cpu" in controllers.split(","):
            yield Path(path.lstrip("/"))


def _numbers(path: Path) -> list[int]:
    """The integers in a file; none if it is missing or contains ``max``."""
    try:
        return [int(word) for word in path.read_text().split()]
    except (OSError, ValueError):
        return []
