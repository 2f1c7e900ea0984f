"""Makes the plan of a batch: each item with its job's id, its file, and its refund data."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from expunge.batches.batch import Planned
from expunge.batches.names import name_in
from expunge.errors import PayloadTooLarge
from expunge.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from expunge.accounts.bulk import BulkCharge
    from expunge.batches.request import BatchRequest

MAX_PLAN_BYTES = 256 * 1024
"""Bytes of a plan as JSON. An item of DynamoDB has 400 KB, also for refund data and new keys."""


def plan_of(request: BatchRequest, now: float) -> list[Planned]:
    """The items in the order of the request.

    Raises
    ------
    PayloadTooLarge
        If their URLs and options are too long for one record.
    """
    plan = [
        Planned(
            index,
            new_id("job", now),
            item.mode,
            item.options,
            object_key=item.object_key,
            image_url=item.image_url,
            name=item.filename or name_in(item.image_url or ""),
        )
        for index, item in enumerate(request.items)
    ]
    size = len(json.dumps([one.item() for one in plan]).encode())
    if size > MAX_PLAN_BYTES:
        raise PayloadTooLarge(
            f"The URLs and options of this batch have {size:,} bytes; at most {MAX_PLAN_BYTES:,} "
            "are accepted. Send them as several batches."
        )
    return plan


def with_keys(plan: Sequence[Planned], kept: Mapping[int, str]) -> list[Planned]:
    """The plan in the order of the work: uploads first, since they expire.

    ``kept`` has the object keys of the request's own files, by the index of their items.
    """
    named = [replace(one, object_key=kept.get(one.index, one.object_key)) for one in plan]
    return sorted(named, key=lambda one: one.image_url is not None)


def with_refunds(
    plan: Sequence[Planned], groups: Sequence[str], charge: BulkCharge
) -> list[Planned]:
    """The plan with the refund data of each item's unit; ``groups`` are those of the items."""
    left = {group: iter(refunds) for group, refunds in charge.refunds.items()}
    by_index = {index: next(left[group]) for index, group in enumerate(groups)}
    return [replace(one, refund_data=by_index[one.index]) for one in plan]
