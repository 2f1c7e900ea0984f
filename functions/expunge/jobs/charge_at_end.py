"""The life of a job that is stored and charged in one write, after its work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from expunge.accounts.meter import TRIES
from expunge.errors import Unavailable
from expunge.jobs.failures import NotStored
from expunge.jobs.job import Status
from expunge.jobs.uploads import upload_not_found
from expunge.stores.ports import WriteRefused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from expunge.accounts.callers import Caller
    from expunge.accounts.meter import Meter, MeteredCall, Reservation
    from expunge.jobs.job import Job
    from expunge.jobs.register import Register
    from expunge.stores.ports import Change


class ChargeAtEnd:
    """Ends one job. Only a success is charged; a failure is stored and costs nothing.

    Parameters
    ----------
    claims
        Changes of the same write that keep the job's upload.
    """

    def __init__(
        self,
        register: Register,
        meter: Meter,
        caller: Caller,
        call: MeteredCall,
        reservation: Reservation,
        claims: Sequence[Change],
    ) -> None:
        self._register = register
        self._meter = meter
        self._caller = caller
        self._call = call
        self._claims = claims
        self.reservation = reservation
        """The charge as it was last computed."""

    def attempts(self, job: Job) -> int:
        """Once: nobody else can run it."""
        return job.attempts

    def renew(self, job: Job, lease_until: float, progress: int) -> None:
        """Do nothing: the job has no record yet, so nobody can take it over."""

    def end(
        self,
        job: Job,
        status: Status,
        *also: Change,
        **facts: Any,  # noqa: ANN401
    ) -> Job | None:
        """Store the ended job with its charge; ``None`` if it has been stored before.

        Raises
        ------
        LimitReached, InsufficientCredits
            If the caller has reached a limit during the work.
        UploadNotFound
            If the job's upload has expired meanwhile.
        NotStored
            If a store failed before the job could be stored.
        """
        if status is not Status.SUCCEEDED:
            return self._write(job, status, (), also, facts)
        for _ in range(TRIES):
            charged = job.changed(refund_data=self.reservation.refund_data)
            try:
                return self._write(charged, status, self.reservation.changes, also, facts)
            except WriteRefused as refused:
                self.reservation = self._charged_again(refused)
        raise NotStored("You sent too many requests at once. Try again in a moment.")

    def _charged_again(self, refused: WriteRefused) -> Reservation:
        """A new charge in place of the refused one."""
        index = refused.index - len(self._claims)
        try:
            return self._meter.refused(self._caller, self._call, self.reservation, refused, index)
        except Unavailable as error:
            raise NotStored(error.detail) from error

    def _write(
        self,
        job: Job,
        status: Status,
        charge: Sequence[Change],
        also: Sequence[Change],
        facts: dict[str, Any],
    ) -> Job | None:
        """Raises `WriteRefused` for a refused charge alone."""
        first = (*self._claims, *charge)
        try:
            return self._register.add_ended(job, status, first, *also, **facts)
        except WriteRefused as refused:
            if refused.index >= len(first):
                return None
            if refused.index < len(self._claims):
                raise upload_not_found() from None
            raise
