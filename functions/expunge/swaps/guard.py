"""What the job engine asks about swaps, and about files that swaps have made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expunge.jobs.guard import Open
from expunge.swaps.terms import MODE

if TYPE_CHECKING:
    from expunge.accounts.callers import Caller
    from expunge.imaging.source import Source
    from expunge.operations import Mode
    from expunge.operations.options.base import ModeOptions
    from expunge.swaps.gate import Gate
    from expunge.swaps.terms import Terms


class SwapGuard(Open):
    """Applies the terms and the gate to swaps."""

    def __init__(self, terms: Terms, gate: Gate) -> None:
        self._terms = terms
        self._gate = gate

    def admit(self, caller: Caller, mode: Mode, options: ModeOptions) -> None:
        if mode.name == MODE:
            self._terms.check(caller, getattr(options, "consent", None))

    def inspect(self, caller: Caller, mode: Mode, source: Source) -> None:
        if mode.name == MODE:
            self._gate.check(caller, [source, *source.companions.values()])
