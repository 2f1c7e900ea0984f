"""No face is swapped before the content analyser has passed every input.

A still image is scanned within the request where the analyser is installed. Else, and for moving
pictures, a worker scans: the gate stores a copy, queues one scan for each file, and waits a little
for the verdict. Then the caller tries again. Whatever cannot be scanned does not pass.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from expunge import models
from expunge.accounts.meter import MeteredCall
from expunge.errors import (
    ExpungeError,
    ExtraMissing,
    MalformedImage,
    ModelMissing,
    Overloaded,
    PipelineError,
    Unavailable,
)
from expunge.ids import new_id
from expunge.imaging.data import FileData, pieces
from expunge.imaging.loading import load
from expunge.imaging.media_types import EXTENSIONS
from expunge.imaging.progress import silent
from expunge.imaging.source import Source
from expunge.jobs.cleanup import PendingDeletion
from expunge.jobs.failures import NoRoom, may_pass
from expunge.operations import SCAN
from expunge.operations.execution import failure_of
from expunge.operations.memory import peak_bytes
from expunge.operations.options.scan import ANALYSER, ScanOptions, flagged
from expunge.swaps.digests import digest_of
from expunge.swaps.verdicts import CLAIM_SECONDS, Verdicts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from expunge.accounts.callers import Caller
    from expunge.accounts.meter import Meter
    from expunge.jobs.capacity import Dispatch
    from expunge.operations.execution import Executor
    from expunge.stores.ports import Objects, Records, Value

GROUP = "scans"
"""The group in the policy table: a refused swap costs nothing else."""
MOVING = "expunge.imaging.moving"
"""Loaded for a swap alone: it brings numpy."""
KIND = "scan"
"""The kind of its queue messages."""
RETRY_SECONDS = 2
PATIENCE_SECONDS = 6.0
"""How long a request waits for the verdicts of a worker."""
POLL_SECONDS = 0.2
SCAN_SECONDS = 20.0
"""Longest scan within a request."""
TRIES = 3
"""Workers that may begin a scan; a file that ends them all does not pass."""
_OPTIONS = ScanOptions()


class ScanPending(Unavailable):
    """The inputs are being scanned."""

    code = "scan_pending"

    def __init__(self) -> None:
        super().__init__(
            f"The images are being checked. Send the request again in {RETRY_SECONDS} seconds.",
            RETRY_SECONDS,
        )


@dataclass(frozen=True, slots=True)
class _Input:
    """An input of a swap, with its name in messages and the SHA-256 of its bytes."""

    name: str
    digest: str
    source: Source


class Gate:
    """Scans inputs, and remembers the verdicts.

    Parameters
    ----------
    threshold
        Score from which an input is refused.
    weights_elsewhere
        Whether workers have the analyser, and this process has not.
    seconds
        Longest scan of a worker.
    """

    def __init__(
        self,
        records: Records,
        objects: Objects,
        dispatch: Dispatch,
        executor: Executor,
        meter: Meter,
        *,
        threshold: float,
        clock: Callable[[], float],
        weights_elsewhere: bool = False,
        seconds: float = 900.0,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self._records = records
        self._objects = objects
        self._dispatch = dispatch
        self._executor = executor
        self._meter = meter
        self._threshold = threshold
        self._clock = clock
        self._elsewhere = weights_elsewhere
        self._seconds = seconds
        self._patience = patience
        self.verdicts = Verdicts(records, clock)

    def check(self, caller: Caller, inputs: Sequence[Source]) -> None:
        """Pass inputs that the analyser has passed: the target, then each face.

        Raises
        ------
        NsfwDetected
            For an input whose score reaches the threshold.
        ScanPending
            If a worker has not yet scanned every input.
        ModelMissing
            If the analyser is not installed.
        LimitReached
            If the caller has had too many files scanned.
        MalformedImage
            For an input that cannot be scanned.
        """
        until = time.monotonic() + self._patience
        named = [_named(number, source) for number, source in enumerate(inputs)]
        for unknown in self._unknown(caller, named):
            if self.verdicts.of(unknown.digest) is None:
                self._begin(caller, unknown)
        while self._unknown(caller, named):
            if time.monotonic() >= until:
                raise ScanPending
            time.sleep(POLL_SECONDS)

    def refuses(self, digest: str) -> bool:
        """Whether a scan has refused a file, and the operator has not allowed it."""
        score = (self.verdicts.of(digest) or {}).get("score")
        flagged = score is not None and score >= self._threshold
        return flagged and not self.verdicts.is_allowed(digest)

    def _unknown(self, caller: Caller, inputs: Sequence[_Input]) -> list[_Input]:
        """The inputs without a score; raises for those that do not pass."""
        return [each for each in inputs if not self._is_passed(caller, each)]

    def _is_passed(self, caller: Caller, given: _Input) -> bool:
        verdict = self.verdicts.of(given.digest) or {}
        if "code" in verdict:
            raise _unscanned(given.name, verdict)
        if self.refuses(given.digest):
            self.verdicts.refused(caller.subject, given.digest)
            raise flagged(given.name, given.digest)
        return "score" in verdict

    def _begin(self, caller: Caller, given: _Input) -> None:
        """Scan an input here, or have a worker do so."""
        here = _is_installed()
        if not (here or self._elsewhere):
            raise _missing()
        self._meter.take(caller, MeteredCall(GROUP))
        if here and not load(MOVING).is_moving(given.source):
            self.verdicts.scored(given.digest, self._score(given.source, SCAN_SECONDS))
        elif self.verdicts.claim(given.digest):
            try:
                self._send(given)
            except Exception:
                self.verdicts.release(given.digest)
                raise

    def _score(self, source: Source, seconds: float, begun: Callable[[], object] = int) -> float:
        with self._executor.turn(SCAN, peak_bytes(SCAN, source, _OPTIONS)) as turn:
            begun()
            outcome = turn.run(SCAN, source, _OPTIONS, silent, seconds=seconds)
        return float(outcome.report["score"])

    def _send(self, given: _Input) -> None:
        """Store a copy for the worker, whose deletion is registered first."""
        source, now = given.source, self._clock()
        day = datetime.fromtimestamp(now, UTC).date().isoformat()
        key = f"in/{day}/{new_id('scan', now)}.{EXTENSIONS[source.media_type]}"
        gone = int(now + self._seconds) + CLAIM_SECONDS
        self._records.write(PendingDeletion(key, gone, gone).registration())
        if source.file is None:
            self._objects.put(key, source.data, content_type=source.media_type)
        else:
            with source.file.scratch() as copy:
                for piece in pieces(source.file, 0, len(source.file)):
                    copy.write(piece)
                self._objects.put_file(key, copy, content_type=source.media_type)
        message: dict[str, Value] = {"kind": KIND, "digest": given.digest, "object": key}
        message["media"] = True  # the weights are where swaps run
        self._dispatch.post(message, peak_bytes(SCAN, source, _OPTIONS))

    def work(self, message: Mapping[str, Value]) -> None:
        """Scan a file for a queue message. Doing it twice is harmless.

        Raises
        ------
        NoRoom
            If other work uses the memory.
        Unavailable
            If a store failed; the message should be retried.
        """
        digest, key = str(message["digest"]), str(message["object"])
        verdict = self.verdicts.of(digest)
        if verdict is not None and "tries" in verdict:
            self._scan_stored(digest, key, int(verdict["tries"]))
        self._objects.delete(key)

    def _scan_stored(self, digest: str, key: str, tries: int) -> None:
        if tries >= TRIES:
            self.verdicts.failed(digest, PipelineError.code, "the scan does not end")
            return
        file = self._objects.open(key)
        if file is None:
            return
        with file:
            try:
                source = Source.over(FileData(file, self._objects.scratch), limits=None)
                score = self._score(
                    source,
                    self._seconds,
                    lambda: self.verdicts.tried(digest, tries, self._seconds),
                )
            except Overloaded:
                raise NoRoom from None
            except Exception as error:  # noqa: BLE001 (each is reported or raised again)
                failure = failure_of(error, f"the scan of {digest}")
                if may_pass(failure):
                    raise failure from None
                self.verdicts.failed(digest, failure.code, failure.detail)
            else:
                self.verdicts.scored(digest, score)


def _named(number: int, source: Source) -> _Input:
    name = "the target" if number == 0 else f"face image {number}"
    return _Input(name, digest_of(source), source)


def _is_installed() -> bool:
    return any(each.name == ANALYSER and each.path().is_file() for each in models.catalogue())


def _missing() -> ModelMissing:
    return ModelMissing(
        "Face swaps need the content analyser, which is not installed; run: expunge models pull "
        f"{ANALYSER}"
    )


def _unscanned(name: str, verdict: Mapping[str, Any]) -> ExpungeError:
    if verdict["code"] == ModelMissing.code:
        return _missing()
    if verdict["code"] == ExtraMissing.code:
        return ExtraMissing(verdict["detail"])
    said = name[:1].upper() + name[1:]
    return MalformedImage(f"{said} cannot be checked, so it is not swapped: {verdict['detail']}")
