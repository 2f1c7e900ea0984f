"""Makes every attempt of a sweep, whichever of them fail."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING

from expunge.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

log = logging.getLogger(__name__)

MOST_FAILURES = 20
"""After so many a store is probably down, and every further attempt would wait for it."""


def is_unexpected(error: Exception) -> bool:
    """Whether the log needs a traceback; not of a store that does not answer for a while."""
    return not isinstance(error, Unavailable)


class Attempts:
    """Goes on after a failure, and raises the first one when all is done.

    One record that cannot be processed would otherwise keep those after it from their turn, in
    every sweep. The error still reaches the operator's alarm.
    """

    def __init__(self) -> None:
        self._failures: list[Exception] = []

    @contextmanager
    def one(self, what: str) -> Iterator[None]:
        """Make one attempt; ``what`` names it in the log."""
        try:
            yield
        except Exception as error:
            log.exception("%s failed; the sweep goes on", what, exc_info=is_unexpected(error))
            self._failures.append(error)
            if len(self._failures) >= MOST_FAILURES:
                self.finish()

    def finish(self) -> None:
        """Raise the first failure, if there was one."""
        if self._failures:
            raise self._failures[0]
