"""Fewer partitions for tests that sweep often: an emulator reads each by a call over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import expunge.erasure
from expunge.accounts import erasures
from expunge.batches import register
from expunge.hooks import deliveries
from expunge.jobs import archive, cleanup, pending
from expunge.stores.shards import Shards

if TYPE_CHECKING:
    from collections.abc import Iterator

KINDS = (
    (pending, "pending"),
    (cleanup, "cleanup"),
    (deliveries, "outbox"),
    (erasures, "erasures"),
    (register, "batches"),
)


@pytest.fixture(autouse=True)
def few_partitions() -> Iterator[None]:
    """Two partitions of each kind, and none of earlier versions."""
    with pytest.MonkeyPatch.context() as patch:
        for module, prefix in KINDS:
            patch.setattr(module, "SHARDS", Shards(prefix, 2))
        patch.setattr(expunge.erasure, "SHARDS", erasures.SHARDS)
        patch.setattr(archive, "SHARDS", 2)
        patch.setattr(archive, "COUNTERS", Shards("archive#counts", 2))
        yield


@pytest.fixture(autouse=True)
def all_partitions() -> None:
    """As many as in the service: import it as `few_partitions` where they are the subject."""
