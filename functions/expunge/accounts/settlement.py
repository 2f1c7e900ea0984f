"""What the end of a job does to its owner's books; part of the write that ends the job.

That write is conditional on the job not having ended, so what stands here is
done exactly once, and none of it can be refused.
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
    """The changes that close a `Reservation` by its receipt.

    A success keeps what it took, but for its place among what is under way. Any
    other end gives everything back; a unit of a window that is over is of no use
    to anybody and stays where it is.
    """
    changes: list[Change] = []
    for partition, sort, end in refund_data.get("units", ()):
        under_way = not end
        if under_way or (not succeeded and end > now):
            changes.append(Add(Key(partition, sort), FIELD, -1, expires_at=end or None))
    taken = {Pool(pool): part for pool, part in refund_data.get("credits", {}).items()}
    close = ledger.settle if succeeded else ledger.give_back
    return changes + close(owner, taken, job=job, now=now)
