"""Memory limits for the embedded server's processes, from the settings and the machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expunge import machine
from expunge.embedded.memory import SharedMemory
from expunge.telemetry.readings import Reading

if TYPE_CHECKING:
    from expunge.settings import Settings

FOR_JOBS = 0.6
"""Fraction of the machine's memory; the rest is for the system, file cache and idle processes."""
HEADROOM_MB = 512
"""Extra memory per process, for reserved but unused memory such as stacks and arenas."""


def memory_for_jobs(settings: Settings) -> int:
    """Bytes that all jobs on this machine may use at once."""
    if settings.memory_mb is not None:
        return settings.memory_mb << 20
    return int(FOR_JOBS * machine.memory())


def reserve_of(settings: Settings, *, patience: float) -> SharedMemory:
    """The shares of this machine's memory, for all processes with the same data folder."""
    total = memory_for_jobs(settings)
    return SharedMemory(settings.data / "memory", total, patience=patience)


def readings(settings: Settings) -> list[Reading]:
    """How much of the memory for jobs is in use."""
    reserve = reserve_of(settings, patience=0)
    used, most = "Memory admitted to jobs now.", "Memory that all jobs together may use."
    return [
        Reading("expunge_memory_admitted_bytes", used, reserve.in_use()),
        Reading("expunge_memory_limit_bytes", most, reserve.total),
    ]


def limit_memory(job_megabytes: int) -> None:
    """Limit this process to a job's memory, if the operating system supports that.

    An allocation above the limit fails, and only this job fails with it.
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
