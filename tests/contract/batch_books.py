"""Batches over a store with planned failures, and an audit of their charges and jobs."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from expunge.accounts import ledger
from expunge.accounts.ledger import Pool, Reason
from expunge.batches import register
from expunge.batches.batches import EVENT, Batches
from expunge.batches.request import BatchRequest, ItemRequest
from expunge.hooks.outbox import Ended, WebhookOutbox
from tests.contract.books import FREE, PICTURE, PRO, Office

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from expunge.accounts.callers import Caller
    from expunge.batches.batch import Batch
    from expunge.batches.request import BatchResult
    from expunge.jobs.job import Job
    from expunge.stores.ports import Records

PAUSES = (0, 20, 70, 700, 3600, 3600, 7200)
ENDED = {"succeeded", "failed", "canceled"}


class BatchOffice(Office):
    """An office that also makes batches, with all messages in one queue."""

    def __init__(self, records: Records, folder: Path, clock: Any) -> None:
        super().__init__(records, folder, clock, self._job_ended)
        outbox = WebhookOutbox(self.records, self.queue, clock)
        self.batches = Batches(
            self.records,
            self.jobs._objects,
            self.queue,
            self.jobs,
            self.meter,
            lambda batch: outbox.notices_of(_end_of(batch)),
            clock=clock,
        )
        self.accepted: list[Batch] = []

    def _job_ended(self, job: Job) -> None:
        self.batches.job_ended(job)

    def batch(self, caller: Caller, kinds: str, key: str | None = None) -> BatchResult:
        """Create a batch: one item a letter, ``f`` for a file, ``u`` for a URL that fails."""
        items = tuple(_item(index, kind) for index, kind in enumerate(kinds))
        request = BatchRequest(items, zip=True, idempotency_key=key)
        made = self.batches.submit(caller, request)
        if not made.replayed:
            self.accepted.append(made.batch)
        return made

    def handle(self, message: Any) -> None:
        """Process a message by its kind, as `Service.work`."""
        if message.get("kind") == "batch":
            self.batches.work(message)
        elif message.get("kind") != "delivery":
            self.jobs.work(message)

    def sweep(self) -> None:
        self.jobs.sweep()
        self.batches.sweep()
        self.jobs.cleanup.sweep()

    def drain(self, attempt: Callable[[Callable[[], Any]], Any] | None = None) -> None:
        """Process all messages, and those that they lead to; a refused one comes back later."""
        for _ in range(30):
            messages, self.queue.messages = self.queue.messages, []
            for message in messages:
                (attempt or self.attempt)(lambda m=message: self.handle(m))
            if not self.queue.messages:
                return

    def recover_soon(self, most: int = 4) -> None:
        """Restart every process, and let every lease end: far less than a result lives."""
        for pause in PAUSES[:most]:
            self.clock.now += pause
            self.attempt(self.sweep)
            self.drain()

    # ── The audit ────────────────────────────────────────────────────────────

    def known(self, batch: Batch) -> Batch | None:
        return self.batches._register.get(batch.owner, batch.id)

    def audit_ended(self, sizes: dict[str, int]) -> None:
        """Every batch has ended, has each of its jobs once, and has cost what its jobs cost."""
        jobs = self.records.jobs.values()
        made = Counter(job["batch"] for job in jobs if job["batch"])
        assert {job["status"] for job in jobs} <= ENDED
        assert dict(made) == sizes
        for batch in made:
            indices = sorted(job["batch_index"] for job in jobs if job["batch"] == batch)
            assert indices == list(range(sizes[batch]))
        assert not any(self.records.inner.query(shard).entries for shard in register.SHARDS.all())
        self._audit_counters()
        for caller in (FREE, PRO):
            self._audit_pools(caller)

    def _audit_pools(self, caller: Caller) -> None:
        """Each pool equals the sum of its entries; what failed jobs paid was given back once."""
        page = self.records.inner.query(f"owner#{caller.subject}", prefix="entry#", limit=1000)
        entries = [item for _, item in page.entries]
        for pool in Pool:
            total = sum(entry["amount"] for entry in entries if entry["pool"] == pool)
            key = ledger.pool_key(caller.subject, pool)
            assert (self.records.inner.get(key) or {}).get("balance", 0) == total >= 0
        jobs = [job for job in self.records.jobs.values() if job["owner"] == caller.subject]
        by_end = {Reason.RETURNED: {"failed", "canceled"}, Reason.SETTLED: {"succeeded"}}
        for reason, ends in by_end.items():
            costly = [job for job in jobs if job["refund_data"].get("credits")]
            paid = sorted(job["id"] for job in costly if job["status"] in ends)
            assert sorted(e["job"] for e in entries if e["reason"] == reason) == paid
        spent = -sum(e["amount"] for e in entries if e["reason"] == Reason.RESERVED)
        assert spent == sum(sum(j["refund_data"].get("credits", {}).values()) for j in jobs)


def _item(index: int, kind: str) -> ItemRequest:
    pointer = f"/items/{index}"
    if kind == "u":
        return ItemRequest(pointer, "metadata", image_url=f"https://nowhere.example/{index}.png")
    return ItemRequest(pointer, "metadata", image=PICTURE, filename="a.jpg")


def _end_of(batch: Batch) -> Ended:
    return Ended(batch.id, batch.account, EVENT, batch.item, url=batch.webhook_url)
