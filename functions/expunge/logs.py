"""Log configuration: one line per entry, to standard error, as text or as JSON."""

from __future__ import annotations

import json
import logging
import sys
import time
from contextvars import ContextVar
from datetime import UTC, datetime

REQUEST: ContextVar[str | None] = ContextVar("request", default=None)
"""The id of the request that this code serves; it follows the request into its threads."""
TEXT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"


def configure(level: str, style: str = "auto") -> None:
    """Set up logging for a process of the embedded server or the command line.

    The HTTP client logs the full URL of each request at ``info``, and the query of a source or
    webhook URL may contain tokens. So its loggers start at ``warning``, whatever the level.

    Parameters
    ----------
    style
        ``text``, ``json``, or ``auto``: text on a terminal, and JSON elsewhere.
    """
    as_json = style == "json" or (style == "auto" and not sys.stderr.isatty())
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if as_json else logging.Formatter(TEXT))
    logging.basicConfig(level=level.upper(), handlers=[handler])
    for client in ("httpx2", "httpcore2"):
        logging.getLogger(client).setLevel(logging.WARNING)
    logging.getLogger("python_multipart").setLevel(
        logging.ERROR
    )  # it logs a warning for each invalid form


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, logger, message, process; request and error if any."""

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, UTC)
        line: dict[str, object] = {
            "time": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "process": record.process,
        }
        request = REQUEST.get()
        if request is not None:
            line["request_id"] = request
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


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
