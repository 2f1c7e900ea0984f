"""Entries in many partitions: those of earlier versions are found, and no role is shut out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from expunge.accounts import erasures
from expunge.accounts.erasures import PendingErasure
from expunge.hooks import deliveries
from expunge.hooks.deliveries import Deliveries, Delivery, milliseconds
from expunge.jobs import archive, cleanup, pending
from expunge.jobs.attempts import Attempts
from expunge.jobs.cleanup import Cleanup, PendingDeletion
from expunge.jobs.job import Retention
from expunge.stores.ports import Delete, Key, Put
from expunge.stores.shards import Shards
from tests.contract.books import ANONYMOUS, FREE, Office
from tests.contract.partitions import all_partitions as few_partitions  # noqa: F401 (a fixture)

if TYPE_CHECKING:
    from expunge.stores.ports import Records

DAY = archive._day(1_800_000_000.0)
KINDS = {
    "pending": pending.SHARDS,
    "cleanup": cleanup.SHARDS,
    "erasures": erasures.SHARDS,
    "outbox": deliveries.SHARDS,
    "counts": archive.COUNTERS,
    "archive": DAY,
}


@pytest.fixture
def office(records: Records, tmp_path, clock) -> Office:
    return Office(records, tmp_path / "objects", clock)


def moved(records: Records, new: Key, old: str) -> None:
    """Move an entry to the partition where an earlier version stored it."""
    item = records.get(new)
    assert item is not None
    records.write(Delete(new), Put(Key(old, new.sort), item))


@pytest.mark.parametrize("kind", KINDS)
def test_names_are_spread_over_every_partition_and_always_the_same(kind):
    shards = KINDS[kind]
    used = {shards.of(f"job_{number}") for number in range(2_000)}

    assert used == set(shards.all()) - set(shards.former)
    assert shards.of("job_7") == shards.of("job_7")
    assert not used & set(shards.former)
    assert len(used) == len(shards.all()) - len(shards.former) >= 4


def test_pending_entries_have_64_partitions_and_the_sweep_begins_anywhere():
    assert len(pending.SHARDS.all()) - len(pending.SHARDS.former) == 64
    starts = {pending.SHARDS.from_random()[0] for _ in range(200)}
    assert len(starts) > 20
    assert sorted(pending.SHARDS.from_random()) == sorted(pending.SHARDS.all())


def test_a_job_that_an_earlier_version_queued_is_sent_again_and_forgotten(office: Office):
    job = office.submit(FREE, respond_async=True).job
    office.queue.messages.clear()
    old = f"pending#{3:x}"
    moved(office.records.inner, Key(pending.SHARDS.of(job.id), job.id), old)
    office.clock.advance(61)

    assert office.jobs.sweep().sent_again == 1
    office.jobs.work(office.queue.messages[0])
    office.clock.advance(200)
    office.jobs.sweep()

    assert office.records.jobs[job.id]["status"] == "succeeded"
    assert not office.records.inner.query(old).entries


def test_a_deletion_that_an_earlier_version_registered_is_made(office: Office):
    office.objects.put("out/2026-01-01/job_1.png", b"image", content_type="image/png")
    now = int(office.clock())
    task = PendingDeletion("out/2026-01-01/job_1.png", now, now, partition="cleanup")
    office.records.inner.write(task.registration())

    assert office.jobs.cleanup.sweep().objects_deleted == 1
    assert office.objects.head("out/2026-01-01/job_1.png") is None
    assert not office.records.inner.query("cleanup").entries


def test_a_deletion_of_an_earlier_version_that_fails_moves_to_its_shard(office: Office, clock):
    class Broken:
        def delete(self, key: str) -> None:
            raise OSError("it is down")

    now = int(clock())
    task = PendingDeletion("out/2026-01-01/job_1.png", now, now, partition="cleanup")
    records = office.records.inner
    records.write(task.registration())

    assert Cleanup(records, Broken(), clock).sweep().cleanups_failed == 1
    assert not records.query("cleanup").entries
    (_, item), *_ = records.query(cleanup.SHARDS.of(task.object_key)).entries
    assert "partition" not in item


def test_an_erasure_that_an_earlier_version_registered_keeps_its_key():
    old = PendingErasure.of("erasures", {"account": "acc_1", "registered_at": 5, "due": 9})

    assert old.key == Key("erasures", "000000000009#acc_1")
    assert old.registration().item == {
        "account": "acc_1",
        "registered_at": 5,
        "due": 9,
        "if_guest": False,
    }
    assert PendingErasure("acc_1", 5, 9).key.partition in erasures.SHARDS.all()


def test_an_image_that_an_earlier_version_archived_is_listed_found_and_deleted(office: Office):
    records = office.records.inner
    job = office.submit(FREE, mode="visible", retention=Retention.ALL).job
    new, other = (office.submit(FREE, mode="visible", retention=Retention.ALL).job, job)
    image = office.jobs.archive.job(other.id).image
    day = archive._day(image.made_at)
    moved(records, image.key, day.former[0])
    counter = image.counted(1).key
    count = records.get(counter)
    assert count is not None
    records.write(
        Delete(counter),
        Put(Key("archive", f"{counter.sort}#2"), count, expires_at=image.expires_at),
    )

    page, total = office.jobs.archive.page(1, 10)
    assert total == len(page) == 2
    assert {kept.image.job_id for kept in page} == {job.id, new.id}
    office.jobs.archive.delete(f"img_{image.digits}")

    page, total = office.jobs.archive.page(1, 10)
    assert [kept.image.job_id for kept in page] == [new.id]
    assert total == 1
    assert not records.query(day.former[0]).entries


def test_a_delivery_that_an_earlier_version_planned_is_sent_from_its_shard(office: Office):
    records, now = office.records.inner, int(office.clock())
    delivery = Delivery(
        "msg_1",
        "hook_1",
        FREE.subject,
        "job.succeeded",
        "https://a.example/",
        "",
        {"id": "x"},
        created_at=now,
        due=milliseconds(now),
    )
    kept, entry = Deliveries(records).added(delivery)
    records.write(kept, Put(Key("outbox#2", entry.key.sort), entry.item))

    found = [one for _ in range(2) for one in Deliveries(records).due(now + 1, Attempts())]
    assert set(map(repr, found)) == {repr(delivery)}
    assert not records.query("outbox#2").entries
    assert records.get(entry.key) == entry.item


def test_an_entry_that_was_written_alone_is_forgotten_only_when_its_job_cannot_follow(
    office: Office, monkeypatch
):
    write, calls = office.records.inner.write, []

    def first_only(*changes: object) -> None:
        if calls:
            raise KeyboardInterrupt
        calls.append(changes)
        write(*changes)

    with monkeypatch.context() as patch:
        patch.setattr(office.records.inner, "write", first_only)
        with pytest.raises(KeyboardInterrupt):
            office.submit(ANONYMOUS, mode="visible")
    (entry,) = pending.Pending(office.records.inner, office.clock).all()
    office.clock.advance(pending.ALONE_SECONDS - 1)
    office.jobs.sweep()
    assert list(pending.Pending(office.records.inner, office.clock).all()) == [entry]
    office.clock.advance(2)
    office.jobs.sweep()

    assert not list(pending.Pending(office.records.inner, office.clock).all())


def test_a_shard_is_named_by_two_digits():
    assert Shards("x", 64).all()[63] == "x#3f"
