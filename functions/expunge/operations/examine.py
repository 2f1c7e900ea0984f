"""Look whether the faces of a swap can be used; nobody can ask for it as a job."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expunge.operations import swap
from expunge.operations.outcome import Outcome

if TYPE_CHECKING:
    from expunge.imaging.source import Source
    from expunge.operations.options.swap import SwapOptions


def run(source: Source, options: SwapOptions) -> Outcome:
    """See `expunge.operations.swap.examine`."""
    swap.examine(source, options)
    return Outcome(None, source.media_type, {})
