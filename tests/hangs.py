"""A guard against hangs. Speed is measured by `tests/benchmarks`, as a ratio."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

HANG_SECONDS = 60.0
"""CPU time that only a hang uses; the guarded calls take less than a second."""


@contextmanager
def no_hang() -> Iterator[None]:
    """Fail if the block uses more CPU time than any machine needs for it."""
    started = time.process_time()
    yield
    assert time.process_time() - started < HANG_SECONDS
