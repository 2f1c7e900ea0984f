"""SIGINT and SIGTERM end a watch at once, but not while a result is being entered."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class Stop:
    """Raises `KeyboardInterrupt` in the main thread on the first signal."""

    def __init__(self) -> None:
        self._asked = self._held = False

    def listen(self) -> None:
        """Take the signals from now on."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._handle)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Put a signal off to the end of the block."""
        self._held = True
        try:
            yield
        finally:
            self._held = False
            if self._asked:
                raise KeyboardInterrupt

    def _handle(self, *_: object) -> None:
        self._asked = True
        if not self._held:
            raise KeyboardInterrupt
