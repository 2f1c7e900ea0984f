"""How logs look: one line each, to standard error."""

from __future__ import annotations

import logging
import time

SELDOM_SECONDS = 60.0


def configure(level: str) -> None:
    """Set up logging for a process of the embedded server or the command line."""
    logging.basicConfig(
        level=level.upper(), format="%(asctime)s %(levelname)-7s %(name)s: %(message)s"
    )


class Seldom(logging.Filter):
    """For a logger of what may happen thousands of times a second: a line passes once a minute.

    Lines are the same by what they were before their facts were put in.
    """

    def __init__(self) -> None:
        super().__init__()
        self._passed: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno > logging.WARNING:
            return True
        now, line = time.monotonic(), str(record.msg)
        if now - self._passed.get(line, -SELDOM_SECONDS) < SELDOM_SECONDS:
            return False
        self._passed[line] = now
        return True
