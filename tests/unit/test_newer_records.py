"""After a return to this version, records that a newer one wrote can still be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from expunge.accounts.account import Account
from expunge.accounts.erasures import PendingErasure
from expunge.batches.batch import Batch, caller_of
from expunge.clean.results import _result
from expunge.hooks.deliveries import Delivery
from expunge.hooks.secrets import AccountSecret
from expunge.hooks.subscriptions import Subscription
from expunge.jobs.archive import Image
from expunge.jobs.cleanup import PendingDeletion
from expunge.jobs.job import Job
from expunge.stores.ports import Key

if TYPE_CHECKING:
    from collections.abc import Callable

JOB = {
    "id": "job_1",
    "owner": "acc_1",
    "mode": "metadata",
    "options": {},
    "status": "queued",
    "sync": False,
    "media_type": "image/png",
    "created_at": 1.0,
    "record_seconds": 60,
}
BATCH = {
    "id": "batch_1",
    "owner": "acc_1",
    "browser": None,
    "state": "processing",
    "total": 1,
    "created_at": 1.0,
    "record_seconds": 60,
    "caller": {"subject": "acc_1", "tier": "free", "of_tomorrow": 1},
}
KEY = {"id": "key_1", "name": "", "digest": "d", "prefix": "p", "suffix": "s", "created_at": 1.0}
SESSION = {"id": "ses_1", "digest": "e", "created_at": 1.0, "expires_at": 2}
READERS: dict[str, tuple[Callable[[Any], Any], dict[str, Any]]] = {
    "job": (Job.of, JOB),
    "batch": (Batch.of, BATCH),
    "a batch's caller": (lambda item: caller_of(Batch.of(item)), BATCH),
    "delivery": (
        Delivery.of,
        {
            "id": "msg_1",
            "hook": "hook_1",
            "owner": "acc_1",
            "event": "job.failed",
            "url": "https://h.example",
            "base_url": "",
            "job": JOB,
            "created_at": 1.0,
            "due": 1,
            "state": "pending",
        },
    ),
    "subscription": (
        Subscription.of,
        {
            "id": "hook_1",
            "url": "https://h.example",
            "events": ["job.failed"],
            "base_url": "",
            "created_at": 1.0,
            "secret": "whsec_",
        },
    ),
    "secret": (AccountSecret.of, {"secret": "whsec_", "created_at": 1.0}),
    "deletion": (
        lambda item: PendingDeletion.of("cleanup#00", item),
        {"object_key": "in/a.png", "registered_at": 1, "due": 2},
    ),
    "erasure": (
        lambda item: PendingErasure.of("erasures#00", item),
        {"account": "acc_1", "registered_at": 1, "due": 2, "if_guest": False},
    ),
    "archive": (
        lambda item: Image.of(Key("archive#1", "01"), item),
        {
            "owner": "acc_1",
            "kind": "mask",
            "object_key": "in/a.png",
            "size": 1,
            "media_type": "image/png",
            "width": 1,
            "height": 1,
        },
    ),
    "a cleaned URL": (
        _result,
        {
            "object_key": "out/a.png",
            "media_type": "image/png",
            "etag": "e",
            "length": 1,
            "expires_at": 1.0,
        },
    ),
    "account": (
        lambda item: Account.of("acc_1", item),
        {
            "tier": "free",
            "created_at": 1.0,
            "keys": [KEY | {"of_tomorrow": 1}],
            "sessions": [SESSION | {"of_tomorrow": 1}],
        },
    ),
}


@pytest.mark.parametrize("kind", READERS)
def test_fields_of_a_newer_version_are_ignored(kind: str) -> None:
    read, item = READERS[kind]

    assert read(item | {"of_tomorrow": 1}) == read(item)
