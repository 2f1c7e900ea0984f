"""What stands before and after jobs for the operator's sake; `swaps.guard` implements it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from expunge.accounts.callers import Caller
    from expunge.imaging.provenance.own_label import OwnLabel
    from expunge.imaging.source import Source
    from expunge.jobs.job import Job
    from expunge.operations import Mode
    from expunge.operations.options.base import ModeOptions
    from expunge.operations.outcome import Outcome
    from expunge.stores.ports import Change


class Guard(Protocol):
    """Asked about every job, of whatever mode."""

    def admit(self, caller: Caller, mode: Mode, options: ModeOptions) -> None:
        """Refuse a job by its caller and options, before its inputs are read.

        Raises
        ------
        expunge.errors.ExpungeError
            With the reason.
        """
        ...

    def inspect(self, caller: Caller, mode: Mode, source: Source, options: ModeOptions) -> None:
        """Refuse a job by its inputs, before any of them is stored for it, and before any charge.

        Raises
        ------
        expunge.errors.ExpungeError
            With the reason; `expunge.errors.Unavailable` if a retry may pass.
        """
        ...

    def known(self, source: Source) -> OwnLabel | None:
        """The label that the results of a job get, because its input is a result of this server.

        Raises
        ------
        expunge.errors.Overloaded
            If there is no memory or process to compare the input now.
        """
        ...

    def records(self, job: Job, source: Source, outcome: Outcome) -> Sequence[Change]:
        """Changes for the write that ends a job which has succeeded."""
        ...


class Open:
    """A guard that lets everything pass, and records nothing."""

    def admit(self, caller: Caller, mode: Mode, options: ModeOptions) -> None: ...

    def inspect(self, caller: Caller, mode: Mode, source: Source, options: ModeOptions) -> None: ...

    def known(self, source: Source) -> OwnLabel | None:  # noqa: ARG002
        return None

    def records(self, job: Job, source: Source, outcome: Outcome) -> Sequence[Change]:  # noqa: ARG002
        return ()
