"""Lambda handler for swaps and moving pictures: that of jobs, with layers fetched at the start."""

import os

from expunge.handlers.late_layers import fetched

fetched(os.environ.get("LATE_LAYERS", "").split())

from expunge.handlers.jobs import handler  # noqa: E402 - reads which weights there are

__all__ = ["handler"]
