"""How logs look: one line each, to standard error."""

from __future__ import annotations

import logging


def configure(level: str) -> None:
    """Set up logging for a process of the embedded server or the command line."""
    logging.basicConfig(
        level=level.upper(), format="%(asctime)s %(levelname)-7s %(name)s: %(message)s"
    )
