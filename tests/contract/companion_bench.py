"""The job engine on a set of adapters, with swaps that only note what they get."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from expunge.accounts.meter import Meter
from expunge.accounts.policies import Policies
from expunge.errors import PipelineError
from expunge.hooks.outbox import WebhookOutbox
from expunge.jobs.guard import Open
from expunge.jobs.jobs import Jobs
from expunge.jobs.request import Given, JobRequest
from expunge.net.fetcher import Fetcher
from expunge.net.guard import Guard
from expunge.operations.outcome import Outcome
from tests.contract.books import FREE, PICTURE, HeldQueue, Unreliable
from tests.unit.faces.making import file, scene

if TYPE_CHECKING:
    from expunge.imaging.source import Source
    from expunge.jobs.job import Job
    from expunge.stores.ports import Objects

FACE, OTHER = (file(scene((24, size)), "PNG") for size in (16, 18))
TWO = {"face_swaps": [{"face_index": n, "source": f"source-{n}"} for n in (0, 1)]}


class Looks(Open):
    """Looks at what is stored when the images of a new job are inspected."""

    def __init__(self, look: Callable[[], None]) -> None:
        self.look = look

    def inspect(self, *_: object) -> None:
        self.look()


@dataclass
class Bench:
    """The job engine on one adapter set, and a swap that only notes what it gets."""

    records: Unreliable
    objects: Objects
    clock: Any
    seen: list[Source] = field(default_factory=list)
    fails: bool = False
    inspected: list[set[str]] = field(default_factory=list)
    """What was stored whenever the images of a new job were inspected."""

    def __post_init__(self) -> None:
        self._put, self._used = self.objects.put, set[str]()
        self.queue = HeldQueue()
        meter = Meter(self.records, Policies(on=True), self.clock)
        self.jobs = Jobs(
            self.records,
            self.objects,
            self.queue,
            Fetcher(Guard(lambda *_: [])),
            WebhookOutbox(self.records, self.queue, self.clock),
            modes=("swap", "metadata"),
            lease_seconds=15,
            attempts=2,
            clock=self.clock,
            meter=meter,
            job_guard=Looks(lambda: self.inspected.append(self.keys())),
        )

    def put(self, key: str, *args: Any, **more: Any) -> None:
        self._used.add(key)
        self._put(key, *args, **more)

    def keys(self) -> set[str]:
        """The keys of all stored objects."""
        return {key for key in self._used if self.objects.head(key)}

    def swap(self, *_: object) -> Outcome:
        self.seen.append(_[0])
        if self.fails:
            raise PipelineError("The face is hidden.")
        return Outcome(PICTURE, "image/jpeg", {"changed": True})

    def submit(self, **request: Any) -> Job:
        asked = {"companions": {"source": Given(FACE)}, "options": {}, "price": 10} | request
        return self.jobs.submit(FREE, JobRequest("swap", image=PICTURE, **asked)).job

    def two(self, **request: Any) -> Job:
        faces = {"source-0": Given(FACE), "source-1": Given(OTHER)}
        return self.submit(options=TWO, companions=faces, **request)

    def work(self) -> None:
        messages, self.queue.messages = self.queue.messages, []
        for message in messages:
            self.jobs.work(message)

    def copies(self) -> set[str]:
        return {key for key in self.keys() if key.startswith("in/")}

    def recover(self) -> None:
        for pause in (70, 700):
            self.clock.advance(pause)
            self.jobs.sweep()
            self.work()
            self.jobs.cleanup.sweep()
