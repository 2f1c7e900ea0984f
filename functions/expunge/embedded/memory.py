"""Divides one machine's memory into shares for all processes that decode images.

A share is a lock on a file. The kernel releases it when the process ends, even after a crash, so
no share is ever lost.
"""

from __future__ import annotations

import math
import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from expunge.embedded.locks import locked
from expunge.errors import Overloaded

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SHARE_BYTES = 64 << 20
CHECK_SECONDS = 0.02
"""Interval between attempts to lock a share."""


class SharedMemory:
    """A fixed number of shares in a folder, for all processes that use the folder.

    Only the process at the head of the line takes shares; the others wait behind it. So a large
    image gets its turn, and two waiting processes never block each other.

    Parameters
    ----------
    total
        Bytes that may be in use at once.
    patience
        Seconds to wait for a turn.
    """

    def __init__(self, folder: Path, total: int, *, patience: float) -> None:
        self._folder = folder
        self._count = max(1, total // SHARE_BYTES)
        self._patience = patience
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    @contextmanager
    def share(self, memory: int) -> Iterator[None]:
        """Hold this many bytes while the block runs.

        Raises
        ------
        Overloaded
            If they are not free in time.
        """
        wanted = min(math.ceil(memory / SHARE_BYTES), self._count)
        with ExitStack() as held:
            self._take(wanted, held)
            yield

    def in_use(self) -> int:
        """Bytes that are held now.

        A free share is locked for a moment to see that it is free. Whoever wants it just then
        tries again after `CHECK_SECONDS`.
        """
        return SHARE_BYTES * sum(map(self._is_held, range(self._count)))

    def _is_held(self, number: int) -> bool:
        path = self._folder / f"{number:04}"
        if not path.exists():  # never used
            return False
        lock = locked(path)
        if lock is not None:
            lock.close()
        return lock is None

    @property
    def total(self) -> int:
        """Bytes that may be in use at once."""
        return SHARE_BYTES * self._count

    def _take(self, wanted: int, held: ExitStack) -> None:
        until = time.monotonic() + self._patience
        with ExitStack() as head_of_the_line:
            self._wait_for(["line"], 1, head_of_the_line, until)
            self._wait_for([f"{n:04}" for n in range(self._count)], wanted, held, until)

    def _wait_for(self, names: list[str], wanted: int, held: ExitStack, until: float) -> None:
        """Lock any ``wanted`` of these files."""
        left = set(names)
        while wanted > (taken := self._try(left, wanted, held)):
            wanted -= taken
            if time.monotonic() >= until:
                raise Overloaded("Other images use all the memory. Try again in a few seconds.")
            time.sleep(CHECK_SECONDS)

    def _try(self, left: set[str], wanted: int, held: ExitStack) -> int:
        """Lock up to ``wanted`` of these files, remove them from ``left``, and return the count."""
        taken = 0
        for name in sorted(left):
            if taken == wanted:
                break
            lock = locked(self._folder / name)
            if lock is not None:
                held.callback(lock.close)
                left.remove(name)
                taken += 1
        return taken
