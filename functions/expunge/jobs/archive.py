"""The archive of images stored for the operator, each with its job.

An image and its job share the digits of their ids, so each id leads to the other. Each image has
one entry. A day has several partitions, each with its entries in the order of their digits.
Counters by quarter of an hour and kind of job are written together with the entries, in partitions
of their own. To find a page, the service adds up some hundreds of counters. Then it reads only the
quarters that contain the page, from all of the day's partitions together. An entry expires together
with its quarter's counters, a day after the quarter began. So no counter ever includes an expired
entry.
"""

from __future__ import annotations

import heapq
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from operator import attrgetter
from typing import TYPE_CHECKING

from expunge.errors import Conflict, NotFound
from expunge.ids import earliest, made_at
from expunge.imaging.media_types import EXTENSIONS
from expunge.jobs.job import Job, Status
from expunge.stores.fields import known
from expunge.stores.ports import Add, Delete, Key, Put, WriteRefused
from expunge.stores.shards import Shards

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from expunge.imaging.source import Source
    from expunge.jobs.cleanup import Cleanup
    from expunge.jobs.register import Register
    from expunge.stores.ports import Change, Item, Objects, Records

KEPT_SECONDS = 24 * 3600
SLOT_SECONDS = 900
SHARDS = 16
"""Partitions of a day's entries."""
COUNTERS = Shards("archive#counts", SHARDS, former=("archive",))
"""Partitions of the counters; versions before 0.3 had one."""
_PAGE = 25
"""Entries that are read at once from each of a day's partitions."""
_FIELD = "n"


@dataclass(frozen=True, slots=True)
class Image:
    """A stored image's entry."""

    digits: str
    """The digits that its id and its job's id share."""
    owner: str
    kind: str
    """The mode of its job, or for ``mask`` the method."""
    object_key: str
    media_type: str
    size: int
    """Bytes."""
    width: int
    """Pixels as displayed."""
    height: int
    partition: str | None = None
    """Where it was found, if that is not where it would be stored today."""

    @property
    def id(self) -> str:
        return f"img_{self.digits}"

    @property
    def job_id(self) -> str:
        return f"job_{self.digits}"

    @property
    def made_at(self) -> float:
        moment = made_at(self.digits)
        assert moment is not None
        return moment

    @property
    def slot(self) -> int:
        """The number of its quarter of an hour, since 1970."""
        return int(self.made_at) // SLOT_SECONDS

    @property
    def expires_at(self) -> int:
        return self.slot * SLOT_SECONDS + KEPT_SECONDS

    @property
    def key(self) -> Key:
        return Key(self.partition or _day(self.made_at).of(self.digits), self.digits)

    def item(self) -> Item:
        facts = asdict(self)
        return {name: facts[name] for name in facts if name not in ("digits", "partition")}

    def counted(self, amount: int) -> Add:
        """The change that adds ``amount`` to its counter."""
        key = Key(COUNTERS.of(self.digits), f"{self.slot:09d}#{self.kind}")
        return Add(key, _FIELD, amount, expires_at=self.expires_at)

    @classmethod
    def of(cls, key: Key, item: Item) -> Image:
        return cls(key.sort, **known(cls, item) | {"partition": key.partition})


@dataclass(frozen=True, slots=True)
class StoredImage:
    """An image, and its job if that still has a record."""

    image: Image
    job: Job | None


def image_of(job: Job, source: Source) -> Image:
    """The entry of a new job whose images are stored."""
    assert job.input_key is not None
    layout = source.layout
    sides = (layout.width, layout.height)
    width, height = sides[::-1] if layout.orientation >= 5 else sides
    return Image(
        job.id.removeprefix("job_"),
        job.owner,
        str(job.options.get("method", job.mode)),
        job.input_key,
        source.media_type,
        len(source.content),
        width,
        height,
    )


def image_id(job: Job) -> str:
    """The id of a job's image."""
    return f"img_{job.id.removeprefix('job_')}"


def additions(image: Image) -> tuple[Change, Change]:
    """The changes that store a new entry; part of the write that creates the job."""
    entry = Put(image.key, image.item(), if_absent=True, expires_at=image.expires_at)
    return entry, image.counted(1)


class Archive:
    """Lists, finds and deletes stored images, over two stores."""

    def __init__(
        self,
        records: Records,
        objects: Objects,
        register: Register,
        cleanup: Cleanup,
        clock: Callable[[], float],
    ) -> None:
        self._records = records
        self._objects = objects
        self._register = register
        self._cleanup = cleanup
        self._clock = clock

    def image(self, name: str) -> StoredImage:
        """Find an image by its id.

        Raises
        ------
        NotFound
            If the id is unknown, or the image has expired.
        """
        return self._kept("image", "img_", name)

    def job(self, name: str) -> StoredImage:
        """Find an image by the id of its job; see `image`."""
        return self._kept("job", "job_", name)

    def counts(self) -> Counter[str]:
        """The number of images by kind."""
        return sum(self._slots().values(), Counter())

    def timeline(self) -> list[tuple[int, Counter[str]]]:
        """Every quarter of an hour that is stored: when it began, and its images by kind."""
        slots, now = self._slots(), int(self._clock()) // SLOT_SECONDS
        first = now - KEPT_SECONDS // SLOT_SECONDS + 1
        return [(n * SLOT_SECONDS, slots.get(n, Counter())) for n in range(first, now + 1)]

    def page(
        self, number: int, size: int, kinds: Collection[str] | None = None
    ) -> tuple[list[StoredImage], int]:
        """A page of images, newest first, and the total number of images.

        Parameters
        ----------
        number
            From 1; a page after the last one is empty.
        kinds
            Only images of these kinds; ``None`` for all.
        """
        slots = {
            slot: sum(n for kind, n in counts.items() if kinds is None or kind in kinds)
            for slot, counts in self._slots().items()
        }
        images = list(self._images(slots, (number - 1) * size, size, kinds))
        return [self._with_job(image) for image in images], sum(slots.values())

    def delete(self, name: str) -> None:
        """Delete an image and its job, with their records and files.

        Raises
        ------
        NotFound
            If the id is unknown, or the image has expired.
        Conflict
            While its job is running.
        """
        kept = self.image(name)
        image, job = kept.image, kept.job
        if job is not None and not job.status.ended:
            raise Conflict(
                "The image's job is still running. Delete the image after the job has ended."
            )
        companions = job.companions.values() if job else ()
        tasks = self._cleanup.tasks([image.object_key, *_results(job), *companions])
        try:
            self._records.write(
                Delete(image.key, only_if={"object_key": [image.object_key]}),
                image.counted(-1),
                *(self._register.removal(job) if job else []),
                *(task.registration() for task in tasks),
            )
        except WriteRefused:
            raise _no_such("image") from None  # another process was faster, or it has expired
        self._cleanup.attempt(tasks)

    def original_url(self, image: Image, *, download: bool = False) -> str:
        """The signed URL of the original, valid for as long as it is stored."""
        left = max(1, int(image.expires_at - self._clock()))
        extension = EXTENSIONS[image.media_type]
        filename = f"{image.id}.{extension}" if download else None
        return self._objects.presign_get(image.object_key, expires_in=left, filename=filename)

    def _kept(self, what: str, prefix: str, name: str) -> StoredImage:
        digits = name.removeprefix(prefix)
        moment = made_at(digits) if name.startswith(prefix) else None
        if moment is not None:
            day = _day(moment)
            for key in (Key(partition, digits) for partition in (day.of(digits), *day.former)):
                item = self._records.get(key)
                if item is not None:
                    return self._with_job(Image.of(key, item))
        raise _no_such(what)

    def _with_job(self, image: Image) -> StoredImage:
        return StoredImage(image, self._register.get(image.owner, image.job_id))

    def _slots(self) -> dict[int, Counter[str]]:
        """The number of images by quarter of an hour and kind."""
        slots: dict[int, Counter[str]] = {}
        for partition in COUNTERS.all():
            for sort, item in self._counted(partition):
                slot, kind = sort.split("#")[:2]
                slots.setdefault(int(slot), Counter())[kind] += int(str(item[_FIELD]))
        return slots

    def _counted(self, partition: str) -> Iterator[tuple[str, Item]]:
        cursor = None
        while True:
            page = self._records.query(partition, limit=1_000, cursor=cursor)
            yield from page.entries
            cursor = page.cursor
            if cursor is None:
                return

    def _images(
        self, slots: dict[int, int], skip: int, size: int, kinds: Collection[str] | None
    ) -> Iterator[Image]:
        """Yield the requested number of images, newest first, after those to skip."""
        for slot in sorted(slots, reverse=True):
            if skip >= slots[slot]:
                skip -= slots[slot]
                continue
            for image in self._within(slot):
                if kinds is not None and image.kind not in kinds:
                    continue
                if skip:
                    skip -= 1
                    continue
                yield image
                size -= 1
                if not size:
                    return

    def _within(self, slot: int) -> Iterator[Image]:
        """The images of one quarter of an hour, newest first."""
        start = slot * SLOT_SECONDS
        shards = (self._shard(partition, start) for partition in _day(start).all())
        return heapq.merge(*shards, key=attrgetter("digits"), reverse=True)

    def _shard(self, partition: str, start: int) -> Iterator[Image]:
        """One partition's images of the quarter of an hour that begins at ``start``."""
        first, cursor = earliest(start), earliest(start + SLOT_SECONDS)
        while True:
            page = self._records.query(partition, limit=_PAGE, cursor=cursor, newest_first=True)
            for digits, item in page.entries:
                if digits < first:
                    return
                yield Image.of(Key(partition, digits), item)
            if page.cursor is None:
                return
            cursor = page.cursor


def _day(moment: float) -> Shards:
    """The partitions of a day; versions before 0.3 had one."""
    name = f"archive#{datetime.fromtimestamp(int(moment), UTC).date().isoformat()}"
    return Shards(name, SHARDS, former=(name,))


def _results(job: Job | None) -> list[str]:
    """The object keys of a job's result; for a failed job, every key that it may have used."""
    if job is None:
        return []
    if job.status is Status.FAILED:
        return job.result_keys()
    return [job.result_key] if job.result_key else []


def _no_such(what: str) -> NotFound:
    return NotFound(f"There is no such {what}, or it has expired.")
