"""Cleans one object of the source bucket into the target bucket.

It always reads the current version. So events that arrive twice or out of order end with the
result of the newest version, and an object that was deleted in the meantime is left out.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from expunge.errors import Unavailable
from expunge.imaging.limits import Limits
from expunge.imaging.media_types import EXTENSIONS, with_extension
from expunge.imaging.progress import silent
from expunge.imaging.source import Source
from expunge.operations import Mode, check_input
from expunge.operations.memory import peak_bytes, too_large_for
from expunge.operations.options.base import ModeOptions

if TYPE_CHECKING:
    from expunge.intake.events import Arrival
    from expunge.operations.outcome import Outcome
    from expunge.stores.ports import Buckets

log = logging.getLogger(__name__)

MARK = "expunge-mode"
"""Name of the metadata of each result. An object that has it is not cleaned again, so buckets
that feed each other make no loop."""
REPORT = "expunge-report"
MAX_METADATA = 1_500
"""Characters of a report as metadata. S3 allows 2 KB of user-defined metadata in all."""


class ReportPlace(StrEnum):
    """Where a report is stored."""

    NONE = "none"
    METADATA = "metadata"
    """As metadata of the result, if it is short enough."""
    SIBLING = "sibling"
    """As an object beside the result, with ``.json`` after its name."""


@dataclass(frozen=True, slots=True)
class Route:
    """Where objects come from, what is done to them, and where the results go."""

    source_bucket: str
    source_prefix: str
    target_bucket: str
    target_prefix: str
    mode: Mode
    options: ModeOptions
    report: ReportPlace
    limits: Limits
    memory: int
    """Bytes of memory that a run may need."""

    def takes(self, arrival: Arrival) -> bool:
        """Whether an object belongs here, and is no folder."""
        here = arrival.bucket == self.source_bucket
        return here and arrival.key.startswith(self.source_prefix) and not arrival.key.endswith("/")

    def target_key(self, key: str, media_type: str) -> str:
        """The key of a result: the same below the prefix, and the extension of its true type.

        A wrong extension stays before it. Otherwise ``a.jpg`` and ``a.png`` of one type would
        overwrite each other.
        """
        below = key.removeprefix(self.source_prefix)
        name = below.rpartition("/")[2]
        right = with_extension(name, media_type) == name
        return f"{self.target_prefix}{below}" + ("" if right else f".{EXTENSIONS[media_type]}")


class Intake:
    """Cleans objects along one route."""

    def __init__(self, buckets: Buckets, route: Route) -> None:
        self._buckets = buckets
        self._route = route

    def clean(self, arrival: Arrival) -> str | None:
        """Clean one object; return the key of the result, or ``None`` if there is none to make.

        Raises
        ------
        expunge.errors.ExpungeError
            If it cannot be cleaned: not an image, too large, damaged, or a store failed.
        """
        if not self._route.takes(arrival):
            return None
        source = self._read(arrival)
        if source is None:
            return None
        route = self._route
        check_input(route.mode, source, route.options)
        memory = peak_bytes(route.mode, source, route.options)
        if memory > route.memory:
            raise too_large_for(route.mode, source, route.options, route.memory)
        outcome = route.mode.run(source, route.options, silent)
        return self._write(arrival.key, outcome)

    def _read(self, arrival: Arrival) -> Source | None:
        """The object's structure. Its size is checked before any byte is read."""
        found = self._buckets.head(arrival.bucket, arrival.key)
        if found is None:
            log.info("s3://%s/%s is not there any more", arrival.bucket, arrival.key)
            return None
        if MARK in found.metadata or found.length == 0:
            return None
        self._route.limits.check_bytes(found.length)
        data = self._buckets.get(arrival.bucket, arrival.key, found.etag)
        if data is None:
            raise Unavailable("The object was replaced while it was read.")
        return Source.of(data, partial=self._route.mode.partial, limits=self._route.limits)

    def _write(self, key: str, outcome: Outcome) -> str:
        route, bucket = self._route, self._route.target_bucket
        target = route.target_key(key, outcome.media_type)
        if route.report is ReportPlace.SIBLING:
            text = json.dumps(outcome.report, indent=1, ensure_ascii=False).encode()
            self._buckets.put(
                bucket,
                f"{target}.json",
                text,
                content_type="application/json",
                metadata={MARK: route.mode.name},
            )
        self._buckets.put(
            bucket,
            target,
            b"".join(outcome.parts()),
            content_type=outcome.media_type,
            metadata={MARK: route.mode.name} | self._reported(outcome.report),
        )
        return target

    def _reported(self, report: dict[str, Any]) -> dict[str, str]:
        """The report as ASCII metadata; only whether something changed, if it is too long."""
        if self._route.report is not ReportPlace.METADATA:
            return {}
        text = json.dumps(report, separators=(",", ":"))
        if len(text) > MAX_METADATA:
            short = {"changed": report.get("changed"), "shortened": True}
            text = json.dumps(short, separators=(",", ":"))
        return {REPORT: text}
