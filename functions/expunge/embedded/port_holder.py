"""Which process listens on a port, where the system tells (Linux, and a process of this user)."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_TABLES = ("net/tcp", "net/tcp6")
_LISTENS = "0A"
"""The state TCP_LISTEN in the kernel's tables (include/net/tcp_states.h)."""


def holder_of(port: int, proc: Path = Path("/proc")) -> str | None:
    """The name and number of the process, such as ``python3 (process 4711)``; ``None`` if unknown.

    Parameters
    ----------
    proc
        Where procfs (proc(5)) is mounted.
    """
    wanted = {f"socket:[{inode}]" for inode in _inodes(port, proc)}
    if not wanted:
        return None
    for descriptor in proc.glob("[0-9]*/fd/*"):
        with suppress(OSError):  # another user's process, or one that has just ended
            if str(descriptor.readlink()) in wanted:
                process = descriptor.parent.parent
                return f"{_name(process)} (process {process.name})"
    return None


def _inodes(port: int, proc: Path) -> Iterator[str]:
    for table in _TABLES:
        with suppress(OSError):
            for line in (proc / table).read_text().splitlines()[1:]:
                fields = line.split()
                local, state = fields[1], fields[3]
                if state == _LISTENS and int(local.rpartition(":")[2], 16) == port:
                    yield fields[9]


def _name(process: Path) -> str:
    words = (process / "cmdline").read_bytes().split(b"\0")
    if any(word.startswith(b"expunge.embedded") or word.endswith(b"/expunge") for word in words):
        return "another «expunge serve»"
    return (process / "comm").read_text().strip()
