"""How logs look: one line each, to standard error."""

from __future__ import annotations

import logging
import time


def configure(level: str) -> None:
    """Set up logging for a process of the embedded server or the command line.

    The HTTP client logs the whole URL of each request at ``info``, and the query of a source or
    of a webhook may hold tokens. So its loggers start at ``warning``, whatever the level.
    """
    logging.basicConfig(
        level=level.upper(), format="%(asctime)s %(levelname)-7s %(name)s: %(message)s"
    )
    for client in ("httpx2", "httpcore2"):
        logging.getLogger(client).setLevel(logging.WARNING)
    logging.getLogger("python_multipart").setLevel(logging.ERROR)  # it warns of each bad form


class Seldom(logging.Filter):
    """For a logger of what may happen thousands of times a second: a line passes once a minute.

    Lines are the same by what they were before their facts were put in.

    Parameters
    ----------
    seconds
        For which a line is not said again.
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
