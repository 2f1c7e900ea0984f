"""Complaints about files that the content analyser refused: who, which digest, when, a note."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from expunge.accounts.meter import MeteredCall
from expunge.errors import NotFound
from expunge.ids import new_id
from expunge.stores.fields import known
from expunge.stores.ports import Delete, Key, Put, WriteRefused

if TYPE_CHECKING:
    from collections.abc import Callable

    from expunge.accounts.callers import Caller
    from expunge.accounts.meter import Meter
    from expunge.stores.ports import Change, Item, Records
    from expunge.swaps.gate import Gate

GROUP = "complaints"
"""The group in the policy table."""
ENTRY = "complaint#"
"""How the sort keys of complaints begin."""
KEPT_SECONDS = 90 * 24 * 3600
MAX_NOTE = 500
"""Most characters of a note."""
_LIST = "swap-complaints"


@dataclass(frozen=True, slots=True)
class Complaint:
    """One account's complaint about one file."""

    id: str
    owner: str
    digest: str
    """SHA-256 of the file."""
    note: str
    made_at: float
    """Unix seconds."""

    def changes(self, expires_at: int) -> list[Change]:
        """The changes that store it, once for each account and file."""
        pointer: Item = {"owner": self.owner, "digest": self.digest}
        return [
            Put(_key(self.owner, self.digest), asdict(self), if_absent=True, expires_at=expires_at),
            Put(Key(_LIST, self.id), pointer, expires_at=expires_at),
        ]

    def removal(self) -> list[Change]:
        """The changes that delete what points to it."""
        return [Delete(Key(_LIST, self.id))]

    @classmethod
    def of(cls, item: Item) -> Complaint:
        return cls(**known(cls, item))


class Complaints:
    """Stores complaints; the operator answers one by allowing its file."""

    def __init__(
        self, records: Records, gate: Gate, meter: Meter, clock: Callable[[], float]
    ) -> None:
        self._records = records
        self._gate = gate
        self._meter = meter
        self._clock = clock

    def add(self, caller: Caller, digest: str, note: str) -> Complaint:
        """Store a complaint, or return the one that the account has made about this file.

        Raises
        ------
        NotFound
            If this server has not refused the account this file in the last 24 hours.
        LimitReached
            If the account has complained about too many files.
        """
        was_refused = self._gate.verdicts.were_refused(caller.subject, digest)
        if not (was_refused and self._gate.refuses(digest)):
            raise NotFound(
                "This server has not refused you a file with this SHA-256 in the last day."
            )
        earlier = self._records.get(_key(caller.subject, digest))
        if earlier is not None:
            return Complaint.of(earlier)
        self._meter.take(caller, MeteredCall(GROUP))
        now = self._clock()
        made = Complaint(new_id("complaint", now), caller.subject, digest, note, now)
        try:
            self._records.write(*made.changes(int(now) + KEPT_SECONDS))
        except WriteRefused as refused:
            return Complaint.of(refused.item or {})
        return made

    def page(self, limit: int, cursor: str | None = None) -> tuple[list[Complaint], str | None]:
        """The newest complaints of all accounts, and the cursor of the next page."""
        page = self._records.query(_LIST, limit=limit, cursor=cursor, newest_first=True)
        keys = [_key(str(item["owner"]), str(item["digest"])) for _, item in page.entries]
        found = (self._records.get(key) for key in keys)
        return [Complaint.of(item) for item in found if item is not None], page.cursor


def _key(owner: str, digest: str) -> Key:
    return Key(f"owner#{owner}", f"{ENTRY}{digest}")
