"""The number of CPUs that this process may use."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import TYPE_CHECKING

from expunge.machine import control_groups, numbers

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
    for folder in control_groups(root, "cpu"):
        v2 = numbers(base / folder / "cpu.max")
        v1 = numbers(base / "cpu" / folder / "cpu.cfs_quota_us") + numbers(
            base / "cpu" / folder / "cpu.cfs_period_us"
        )
        for quota in (v2, v1):
            if len(quota) == 2 and min(quota) > 0:
                yield quota[0] / quota[1]
