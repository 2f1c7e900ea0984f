"""Jobs of every kind while things fail, and what must be true when it is over."""

from __future__ import annotations

import io
import os
import random
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from PIL import Image

from expunge.errors import Unavailable
from expunge.jobs import cleanup, pending
from expunge.jobs.job import Job
from expunge.operations import MODES
from expunge.stores.ports import Key
from tests.contract.books import audit_counters, audit_pools
from tests.samples import gif
from tests.unit.purify.scenes import scene

if TYPE_CHECKING:
    from expunge.adapters import Stores
    from expunge.stores.ports import Item, Records

JOBS = int(os.environ.get("FIRE_JOBS", "12"))
SEED = int(os.environ.get("FIRE_SEED", "20260524"))

CALLS = {
    "records": ("get", "query", "write"),
    "objects": ("get", "put", "head", "delete"),
    "queue": ("send", "receive", "ack", "extend", "release"),
}


class Flaky:
    """An adapter whose calls fail at random, before or after they were done."""

    def __init__(
        self,
        inner: Any,
        names: Iterable[str],
        luck: random.Random,
        rate: float,
        error: Callable[[], BaseException] = lambda: Unavailable("The store did not answer."),
    ) -> None:
        self._inner, self._names = inner, frozenset(names)
        self._luck, self._rate, self._error = luck, rate, error

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._inner, name)
        return self._failing(real) if name in self._names else real

    def _failing(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            chance = self._luck.random() / self._rate
            if chance < 0.5:
                raise self._error()
            answer = real(*given, **named)
            if chance < 1:
                raise self._error()
            return answer

        return call


def flaky(stores: Stores, luck: random.Random, rate: float, **how: Any) -> Stores:
    """A whole adapter set that fails so."""
    wrapped = {name: Flaky(getattr(stores, name), CALLS[name], luck, rate, **how) for name in CALLS}
    if stores.inbox is not None:
        wrapped["inbox"] = Flaky(stores.inbox, CALLS["queue"], luck, rate, **how)
    return replace(stores, **wrapped)


@cache
def pictures() -> list[bytes]:
    """Small ones, of several formats."""
    made = []
    for number, form in enumerate(("PNG", "JPEG", "WEBP")):
        file = io.BytesIO()
        Image.fromarray(scene(number)[:96, :128]).save(file, form)
        made.append(file.getvalue())
    return made


@dataclass(frozen=True)
class Call:
    """Something a caller does."""

    number: int
    caller: int
    mode: str
    options: dict[str, Any]
    image: bytes
    respond_async: bool
    key: str | None
    cancel: bool
    """Cancelled as soon as it was made."""
    replays: int
    """Asked for again with the same key."""
    valid: bool


def plan(count: int, seed: int) -> list[Call]:
    """Calls of all modes, some of which ask for what cannot be."""
    luck = random.Random(seed)
    return [_call(number, luck) for number in range(count)]


def _call(number: int, luck: random.Random) -> Call:
    image = luck.choice(pictures())
    mode: str = luck.choice([name for name, mode in MODES.items() if not mode.companions])
    options: dict[str, Any] = {}
    wrong = luck.choice(["mode", "option", "file", "frames"]) if luck.random() < 0.12 else None
    if wrong == "mode":
        mode = "sharpen"
    elif wrong == "option":
        options = {"colour-of-the-sky": 1}
    elif wrong == "file":
        image = image[: luck.randrange(3, 20)]
    elif wrong == "frames":
        mode, image = luck.choice(["invisible", "all", "visible"]), gif.animation()
    keyed = luck.random() < 0.7
    return Call(
        number,
        luck.randrange(3),
        mode,
        options,
        image,
        respond_async=luck.random() < 0.5,
        key=f"key-{number}" if keyed else None,
        cancel=luck.random() < 0.15,
        replays=luck.randrange(1, 3) if keyed and luck.random() < 0.3 else 0,
        valid=wrong is None or (wrong == "file" and MODES[mode].partial),
    )


@dataclass
class Seen:
    """What callers were told."""

    by_key: dict[str, set[str]] = field(default_factory=dict)
    ended: dict[str, tuple[str, Any]] = field(default_factory=dict)
    """The first end that was shown of a job."""
    deleted: set[str] = field(default_factory=set)
    """Jobs that may have been deleted: they had ended when they should be cancelled."""
    counts: Counter[str] = field(default_factory=Counter)
    answers: int = 0

    def job(self, call: Call, view: Mapping[str, Any]) -> None:
        if call.key:
            self.by_key.setdefault(call.key, set()).add(view["id"])
        if view["status"] in ("succeeded", "failed", "canceled"):
            facts = view["status"], view.get("processing_ms")
            assert self.ended.setdefault(view["id"], facts) == facts, "an end stays as it is"


def jobs_of(records: Records, owners: Iterable[str]) -> dict[str, Item]:
    """Every job there is, by id."""
    found: dict[str, Item] = {}
    for owner in owners:
        cursor = None
        while True:
            page = records.query(f"owner#{owner}", prefix="job#", limit=100, cursor=cursor)
            found |= {sort.removeprefix("job#"): _whole(item) for sort, item in page.entries}
            cursor = page.cursor
            if cursor is None:
                break
        found |= _listed(records, owner)
    return found


def _listed(records: Records, browser: str) -> Iterator[tuple[str, Item]]:
    """Anonymous jobs, which are their own owners, by their browser's list."""
    cursor = None
    while True:
        page = records.query(f"owner#{browser}", prefix="listed#", limit=100, cursor=cursor)
        for sort, _ in page.entries:
            name = sort.removeprefix("listed#")
            item = records.get(Key(f"owner#{name}", f"job#{name}"))
            if item is not None:
                yield name, _whole(item)
        cursor = page.cursor
        if cursor is None:
            return


def _whole(item: Item) -> Item:
    """A job with every field; its record leaves out defaults, and packs its report."""
    return asdict(Job.of(item))


def audit(
    records: Records,
    owners: list[str],
    seen: Seen,
    objects: Mapping[str, bytes],
    now: float,
) -> Counter[str]:
    """Every job has ended once, with a result that can be read; the books balance."""
    jobs = jobs_of(records, owners)
    counts: Counter[str] = Counter(jobs=len(jobs))
    for name, job in jobs.items():
        counts[job["status"]] += 1
        counts[f"failed: {job['error_code']}"] += job["status"] == "failed"
        assert job["status"] in ("succeeded", "failed", "canceled"), job
        if name in seen.ended:
            assert seen.ended[name] == (job["status"], job["processing_ms"]), "it ended once"
        if job["status"] == "succeeded" and job["mode"] not in ("detect", "faces"):
            with Image.open(io.BytesIO(objects[job["result_key"]])) as image:
                assert image.size == (128, 96)
                image.load()
        assert job["input_key"] not in objects, "the copy of its image is gone"
    for partition in pending.SHARDS.all():
        for job_id in (sort for sort, _ in records.query(partition, limit=1_000).entries):
            assert job_id not in jobs or jobs[job_id]["apart"], "no other is looked after"
    for key, made in seen.by_key.items():
        assert len(made) == 1, f"{key} is one job"
        assert made <= set(jobs) | seen.deleted
    audit_counters(records, jobs.values(), now, len(seen.deleted))
    for owner in owners:
        audit_pools(records, owner, jobs)
    tasks = (records.query(partition, limit=1_000).entries for partition in cleanup.SHARDS.all())
    waiting = {item["object_key"] for entries in tasks for _, item in entries}
    counts.update(dict(_orphans(jobs, objects, waiting, seen.deleted)))
    return counts


def _orphans(
    jobs: Mapping[str, Item],
    objects: Mapping[str, bytes],
    waiting: Collection[Any],
    deleted: Collection[str],
) -> Iterator[tuple[str, int]]:
    """Objects that belong to nothing, by what left them there."""
    kept = {job["result_key"] for job in jobs.values()}
    strays = [key for key in objects if key.startswith("out/") and key not in kept]
    never = [key for key in objects if key.startswith("in/")]
    unknown = [key for key in strays if _job_in(key) not in jobs and _job_in(key) not in deleted]
    for key in set(strays) - set(unknown):
        job = jobs.get(_job_in(key), {"status": "deleted"})
        assert job["status"] in ("failed", "deleted"), "a run stored a result and ended no job"
        assert key in waiting, "it is registered for deletion"
    for key in never:
        assert _job_in(key) not in jobs, "its admission was cut short"
    yield "results of failed jobs, to be deleted", len(strays) - len(unknown)
    yield "results without the write that ends their job, left to expire", len(unknown)
    yield "pictures of jobs that never were, left to expire", len(never)


def _job_in(key: str) -> str:
    """The id of the job that an object belongs to."""
    return key.rsplit("/", 1)[-1].split(".", maxsplit=1)[0]


def told(counts: Mapping[str, int]) -> str:
    return "\n".join(f"{count:7,}  {name}" for name, count in sorted(counts.items()) if count)
