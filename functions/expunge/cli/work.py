"""Run one mode on files that this machine holds, within its memory."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from threading import Condition
from types import MappingProxyType
from typing import TYPE_CHECKING

from expunge import machine
from expunge.imaging.limits import LIMITS, MEBIBYTE, Limits
from expunge.imaging.progress import Progress, silent
from expunge.imaging.source import Source
from expunge.operations import Mode, check_input, companions_of
from expunge.operations.memory import peak_bytes
from expunge.operations.options.base import ModeOptions
from expunge.operations.receipt import Issuer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.imaging.data import FileData
    from expunge.operations.outcome import Outcome

MAX_FILE_MB = 512
"""Largest file that the command line reads, in MiB, by default. Nothing is uploaded, so the
service's 10 MB do not apply."""
COPIES = 10
"""Memory of an operation that decodes nothing, in multiples of the file."""
SHARE = 0.6
"""Part of this machine's memory that all operations together may take."""


def limits(max_file_mb: int = MAX_FILE_MB) -> Limits:
    """The limits of the command line."""
    return replace(LIMITS, file_bytes=max_file_mb * MEBIBYTE)


class Budget:
    """Memory that parallel operations share; one alone may take any amount."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._taken: list[int] = []
        self._changed = Condition()

    @contextmanager
    def share(self, amount: int) -> Iterator[None]:
        """Wait until ``amount`` bytes are free, or until nothing else runs."""
        with self._changed:
            self._changed.wait_for(
                lambda: not self._taken or sum(self._taken) + amount <= self._total
            )
            self._taken.append(amount)
        try:
            yield
        finally:
            with self._changed:
                self._taken.remove(amount)
                self._changed.notify_all()


@dataclass(frozen=True, slots=True)
class Work:
    """One mode with its options, and the limits that hold for its files."""

    mode: Mode
    options: ModeOptions
    limits: Limits
    budget: Budget
    issuer: Issuer | None = None
    """Signs receipts, if the options ask for them."""
    companions: Mapping[str, Source] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        mode: Mode,
        options: ModeOptions,
        max_file_mb: int = MAX_FILE_MB,
        companions: Mapping[str, bytes] = MappingProxyType({}),
    ) -> Work:
        """Read the structure of the companions, too.

        Raises
        ------
        expunge.errors.ValidationFailed
            For a companion that is no supported image.
        """
        budget, bounds = Budget(int(machine.memory() * SHARE)), limits(max_file_mb)
        return cls(
            mode, options, bounds, budget, _issuer(options), companions_of(companions, bounds)
        )

    def source(self, data: bytes | FileData) -> Source:
        """Read the structure of a file, and check that the mode takes it.

        Raises
        ------
        expunge.errors.InvalidRequest, expunge.errors.ImageError
            As `expunge.operations.run` does.
        """
        if isinstance(data, bytes):
            source = Source.of(data, partial=self.mode.partial, limits=self.limits)
        else:
            source = Source.over(data, partial=self.mode.partial, limits=self.limits)
        source = replace(source, companions=self.companions)
        check_input(self.mode, source, self.options)
        return source

    def outcome(self, source: Source, progress: Progress = silent) -> Outcome:
        """Run the mode, once there is memory for it."""
        peak = max(peak_bytes(self.mode, source, self.options), COPIES * len(source.data))
        with self.budget.share(peak):
            self.mode.refuse_unsafe(source)
            outcome = self.mode.run(source, self.options, progress)
        if self.issuer is not None:
            receipt = self.issuer.receipt(self.mode, source, self.options, outcome)
            outcome.report["receipt"] = receipt
        return outcome


def _issuer(options: ModeOptions) -> Issuer | None:
    if not options.wants_receipt:
        return None
    from expunge.cli.receipt_keys import issuer

    return issuer()
