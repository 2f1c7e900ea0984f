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
    for process in _holders(port, proc):
        with suppress(OSError):
            return f"{_name(process)} (process {process.name})"
    return None


def will_be_free(port: int, proc: Path = Path("/proc")) -> bool | None:
    """Whether only web processes of a server that was killed hold the port: they end by themselves.

    Parameters
    ----------
    proc
        See `holder_of`.

    Returns
    -------
    bool | None
        ``None`` if no holder is in sight: it has just ended, or is another user's.
    """
    holders = list(_holders(port, proc))
    return all(_is_orphan(process, proc) for process in holders) if holders else None


def _is_orphan(process: Path, proc: Path) -> bool:
    try:
        if b"expunge.embedded.web" not in _words(process):
            return False
        parent = (process / "stat").read_text().rpartition(")")[2].split()[1]
        return b"serve" not in _words(proc / parent)
    except OSError:  # it has just ended, or its parent is another user's or out of sight
        return True


def _holders(port: int, proc: Path) -> Iterator[Path]:
    """The folders in procfs of the processes that hold the port."""
    wanted = {f"socket:[{inode}]" for inode in _inodes(port, proc)}
    for descriptor in proc.glob("[0-9]*/fd/*") if wanted else ():
        with suppress(OSError):  # another user's process, or one that has just ended
            if str(descriptor.readlink()) in wanted:
                yield descriptor.parent.parent


def _inodes(port: int, proc: Path) -> Iterator[str]:
    for table in _TABLES:
        with suppress(OSError):
            for line in (proc / table).read_text().splitlines()[1:]:
                fields = line.split()
                local, state = fields[1], fields[3]
                if state == _LISTENS and int(local.rpartition(":")[2], 16) == port:
                    yield fields[9]


def _name(process: Path) -> str:
    words = _words(process)
    if any(word.startswith(b"expunge.embedded") or word.endswith(b"/expunge") for word in words):
        return "another «expunge serve»"
    return (process / "comm").read_text().strip()


def _words(process: Path) -> list[bytes]:
    return (process / "cmdline").read_bytes().split(b"\0")
