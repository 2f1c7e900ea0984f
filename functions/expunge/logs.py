"""Log configuration: one line per entry, to standard error."""

from __future__ import annotations

import logging


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
