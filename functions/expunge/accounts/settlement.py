"""Settles or refunds a job's reservation, as part of the write that ends the job.

That write succeeds only if the job has not ended yet. So these changes are made exactly once, and
none of them can be refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from expunge.accounts import ledger
from expunge.accounts.counters import FIELD
from expunge.accounts.ledger import Pool
from expunge.stores.ports import Add, Key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from expunge.stores.ports import Change


def settlement(
    refund_data: Mapping[str, Any], *, owner: str, job: str, succeeded: bool, now: float
) -> list[Change]:
    """The changes that close a `Reservation`, from its stored refund data.

    A success frees only the job's place in the concurrency limit. Any other end returns
    everything, except units of time windows that are over.
    """
    changes: list[Change] = []
    for partition, sort, end in refund_data.get("units", ()):
        concurrent = not end
        if concurrent or (not succeeded and end > now):
            changes.append(Add(Key(partition, sort), FIELD, -1, expires_at=end or None))
    taken = {Pool(pool): part for pool, part in refund_data.get("credits", {}).items()}
    close = ledger.settle if succeeded else ledger.give_back
    return changes + close(owner, taken, job=job, now=now)
