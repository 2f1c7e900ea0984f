"""Each function's role reaches every partition that the function uses, of any version."""

from __future__ import annotations

import pytest

from expunge.accounts import erasures
from expunge.batches import register
from expunge.hooks import deliveries
from expunge.jobs import archive, cleanup, pending
from tests.lambdas.roles import permits

ARCHIVE = archive._day(1_800_000_000.0).all() + archive.COUNTERS.all()
USED = {
    "ApiRole": (
        *(pending.SHARDS, cleanup.SHARDS, deliveries.SHARDS, erasures.SHARDS),
        register.SHARDS,
    ),
    "BatchesRole": (pending.SHARDS, cleanup.SHARDS, deliveries.SHARDS, register.SHARDS),
    "JobsRole": (pending.SHARDS, cleanup.SHARDS, deliveries.SHARDS),
    "HooksRole": (deliveries.SHARDS,),
    "MaintenanceRole": (
        *(pending.SHARDS, cleanup.SHARDS, deliveries.SHARDS, erasures.SHARDS),
        register.SHARDS,
    ),
}


@pytest.mark.parametrize("role", USED)
def test_a_role_reaches_all_partitions_that_its_function_uses(role: str) -> None:
    partitions = [name for shards in USED[role] for name in shards.all()]
    partitions += ARCHIVE if role in ("ApiRole", "MaintenanceRole") else ()
    actions = ["PutItem", "DeleteItem"] + (["Query"] if role == "MaintenanceRole" else [])

    for partition in partitions:
        for action in actions:
            assert permits(role, f"dynamodb:{action}", "Table", partition), (action, partition)


@pytest.mark.parametrize("partition", pending.SHARDS.all() + erasures.SHARDS.all())
def test_the_function_that_sends_webhooks_reaches_no_pending_entry(partition: str) -> None:
    assert not permits("HooksRole", "dynamodb:DeleteItem", "Table", partition)
