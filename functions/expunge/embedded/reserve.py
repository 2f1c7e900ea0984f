"""Limits of memory for the processes of the embedded server, by the settings and the machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expunge import machine
from expunge.embedded.memory import SharedMemory

if TYPE_CHECKING:
    from expunge.settings import Settings

FOR_JOBS = 0.6
"""Of the machine's memory; the rest is for the system, its file cache, and idle processes."""
HEADROOM_MB = 512
"""Beside a job's memory, for what its process has reserved and does not use: stacks, arenas."""


def memory_for_jobs(settings: Settings) -> int:
    """Bytes that all jobs of this machine may use at once."""
    if settings.memory_mb is not None:
        return settings.memory_mb << 20
    return int(FOR_JOBS * machine.memory())


def reserve_of(settings: Settings, *, patience: float) -> SharedMemory:
    """The shares of this machine's memory, for every process that has the same data folder."""
    total = memory_for_jobs(settings)
    return SharedMemory(settings.data / "memory", total, patience=patience)


def limit_memory(job_megabytes: int) -> None:
    """Let this process have what a job may use, where the system knows such a limit.

    An allocation past it fails, and with it the job alone.
    """
    try:
        import resource  # noqa: PLC0415 (not everywhere)
    except ImportError:
        return
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    wanted = (job_megabytes + HEADROOM_MB) << 20
    if most not in (-1, resource.RLIM_INFINITY):
        wanted = min(wanted, most)
    resource.setrlimit(resource.RLIMIT_DATA, (wanted, most))
