"""The request for a batch."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from expunge.accounts.counters import QuotaStatus
from expunge.batches.batch import Batch
from expunge.jobs.request import JobRequest


@dataclass(frozen=True, slots=True)
class ItemRequest:
    """One image and what to do with it. The image is a file, an upload's key, or a URL."""

    pointer: str
    """The JSON pointer of the item, for errors."""
    mode: str
    options: dict[str, Any] = field(default_factory=dict)
    image: bytes | None = None
    filename: str = ""
    object_key: str | None = None
    image_url: str | None = None
    shared: frozenset[str] = frozenset()
    """Names of the fields that the batch says for all its items."""

    def below(self, pointer: str) -> str:
        """The pointer of one of the item's fields, in the request."""
        field = pointer.split("/", 2)[1:2]
        return pointer if self.shared.intersection(field) else self.pointer + pointer

    def digested(self) -> list[Any]:
        image = hashlib.sha256(self.image).hexdigest() if self.image is not None else None
        return [self.mode, self.options, image, self.object_key, self.image_url]


@dataclass(frozen=True, slots=True)
class BatchRequest:
    """A request for a batch."""

    items: tuple[ItemRequest, ...]
    zip: bool = False
    webhook_url: str | None = None
    webhook_secret: str | None = None
    purpose: str | None = None
    base_url: str = ""
    """The service's URL, as the caller used it."""
    idempotency_key: str | None = None

    def digest(self) -> str:
        """A digest that is equal for two requests for the same work."""
        items = [item.digested() for item in self.items]
        parts = ["batch", items, self.zip, self.webhook_url, self.purpose]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()

    def job(self, item: ItemRequest) -> JobRequest:
        """The request for the job of one item."""
        return JobRequest(
            item.mode,
            item.options,
            image=item.image,
            object_key=item.object_key,
            image_url=item.image_url,
            purpose=self.purpose,
            base_url=self.base_url,
            respond_async=True,
            prepaid=True,
        )


@dataclass(frozen=True, slots=True)
class BatchResult:
    """A batch, and whether an earlier request with the same idempotency key created it."""

    batch: Batch
    replayed: bool = False
    quotas: tuple[QuotaStatus, ...] = ()
