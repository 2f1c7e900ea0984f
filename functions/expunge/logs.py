"""Log configuration: one line per entry, to standard error."""

from __future__ import annotations

import logging
import time


def configure(level: str) -> None:
    """Set up logging for a process of the embedded server or the command line.

    The HTTP client logs the full URL of each request at ``info``, and the query of a source or
    webhook URL may contain tokens. So its loggers start at ``warning``, whatever the level.
    """
    logging.basicConfig(
        level=level.upper(), format="%(asctime)s %(levelname)-7s %(name)s: %(message)s"
    )
    for client in ("httpx2", "httpcore2"):
        logging.getLogger(client).setLevel(logging.WARNING)
    logging.getLogger("python_multipart").setLevel(
        logging.ERROR
    )  # it logs a warning for each invalid form


class RepeatFilter(logging.Filter):
    """Drops repeated log lines, for events that may happen thousands of times a second.

    Lines are equal if their message templates are equal. Errors always pass.

    Parameters
    ----------
    seconds
        Time for which an equal line is dropped.
    """

    def __init__(self, seconds: float = 60.0) -> None:
        super().__init__()
        self._seconds = seconds
        self._passed: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno > logging.WARNING:
            return True
        now, line = time.monotonic(), str(record.msg)
        if line in self._passed and now - self._passed[line] < self._seconds:
            return False
        self._passed[line] = now
        return True
