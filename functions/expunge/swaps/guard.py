"""What the job engine asks about swaps, and about files that swaps have made."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from expunge.errors import PipelineError
from expunge.imaging.progress import silent
from expunge.operations import EXAMINE
from expunge.operations.available import lacks_weights
from expunge.operations.memory import peak_bytes
from expunge.swaps.audit import Swap
from expunge.swaps.digests import digest, digest_of
from expunge.swaps.known_results import hashes_of
from expunge.swaps.terms import MODE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from expunge.accounts.callers import Caller
    from expunge.imaging.provenance.own_label import OwnLabel
    from expunge.imaging.source import Source
    from expunge.jobs.job import Job
    from expunge.operations import Mode
    from expunge.operations.execution import Executor
    from expunge.operations.options.base import ModeOptions
    from expunge.operations.outcome import Outcome
    from expunge.stores.ports import Change
    from expunge.swaps.gate import Gate
    from expunge.swaps.known_results import KnownResults
    from expunge.swaps.terms import Terms

EXAMINE_SECONDS = 20.0
"""Longest look at the faces within a request."""


class SwapGuard:
    """Applies the terms and the gate to swaps, and keeps their audit."""

    def __init__(
        self,
        terms: Terms,
        gate: Gate,
        known: KnownResults,
        executor: Executor,
        clock: Callable[[], float],
    ) -> None:
        self._terms = terms
        self._gate = gate
        self._known = known
        self._executor = executor
        self._clock = clock

    def admit(self, caller: Caller, mode: Mode, options: ModeOptions) -> None:
        """See `expunge.jobs.guard.Guard.admit`."""
        if mode.name == MODE:
            self._terms.check(caller, getattr(options, "consent", None))

    def inspect(self, caller: Caller, mode: Mode, source: Source, options: ModeOptions) -> None:
        """See `expunge.jobs.guard.Guard.inspect`."""
        if mode.name == MODE:
            self._gate.check(caller, [source, *source.companions.values()])
            self._examine(mode, source, options)

    def _examine(self, mode: Mode, source: Source, options: ModeOptions) -> None:
        """Refuse faces that cannot be used, where that is soon known; else the job will fail."""
        if mode.moves(source) or lacks_weights(options):
            return
        memory = peak_bytes(mode, source, options)
        with self._executor.turn(EXAMINE, memory) as turn, suppress(PipelineError):
            turn.run(EXAMINE, source, options, silent, seconds=EXAMINE_SECONDS)

    def known(self, source: Source) -> OwnLabel | None:
        """See `expunge.jobs.guard.Guard.known`."""
        return self._known.label(source)

    def records(self, job: Job, source: Source, outcome: Outcome) -> Sequence[Change]:
        """See `expunge.jobs.guard.Guard.records`."""
        if job.mode != MODE or outcome.length is None:
            return ()
        now = self._clock()
        inputs = {"target": source, **source.companions}
        consent = job.options.get("consent")
        swap = Swap(
            job=job.id,
            owner=job.owner,
            key=job.key,
            made_at=now,
            inputs={name: digest_of(one) for name, one in inputs.items()},
            result=digest(outcome.parts()),
            consent=None if consent is None else str(consent),
            looks=hashes_of(source, outcome),
        )
        return swap.changes(int(now) + self._terms.record_seconds)
