"""Metrics in Prometheus's text format.

Every process of the embedded server adds to files in one folder, as the Prometheus client does it
for several processes: whichever web process answers ``/metrics`` adds all of them up. What is a
state, like the length of a queue, is read when it is asked for (`Reading`).

Labels have few values: routes as templates, modes, states, problem codes and queues.
"""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Any

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from expunge.telemetry.readings import Reading

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""The client's own variable; it has to be set before a process imports the client."""
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
OTHER = "other"
"""The label of methods and paths that the service does not know: callers choose them freely."""
_REQUEST_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_JOB_SECONDS = (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900)


def share(folder: Path) -> None:
    """Let this process and those that it starts count together, from zero."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    os.environ[FOLDER] = str(folder)


class Metrics:
    """The metrics of one process, and the exposition of all processes."""

    def __init__(self) -> None:
        own = self._registry = CollectorRegistry()
        self.sources: list[Callable[[], Iterable[Reading]]] = []
        """Called for each exposition."""
        self._requests = Counter(
            "expunge_http_requests",
            "HTTP requests that were answered.",
            ("method", "route", "status"),
            registry=own,
        )
        self._request_seconds = Histogram(
            "expunge_http_request_duration_seconds",
            "Time from a request's headers to the end of its answer.",
            ("route",),
            buckets=_REQUEST_SECONDS,
            registry=own,
        )
        self._refused = Counter(
            "expunge_refused_requests",
            "Requests that ended in a problem, by its code.",
            ("reason",),
            registry=own,
        )
        self._jobs = Counter(
            "expunge_jobs",
            "Jobs that reached a state: queued, succeeded, failed or canceled.",
            ("mode", "state"),
            registry=own,
        )
        self._job_seconds = Histogram(
            "expunge_job_run_seconds",
            "Run time of a job that ended.",
            ("mode",),
            buckets=_JOB_SECONDS,
            registry=own,
        )

    def answered(
        self, method: str, route: str | None, status: int, seconds: float, problem: str | None
    ) -> None:
        """Count a request; ``problem`` is the code of the problem that it got."""
        known, template = method if method in METHODS else OTHER, route or OTHER
        self._requests.labels(known, template, str(status)).inc()
        self._request_seconds.labels(template).observe(seconds)
        if problem is not None:
            self._refused.labels(problem).inc()

    def job(self, mode: str, state: str, milliseconds: int | None) -> None:
        """Count a job that is queued or has ended."""
        self._jobs.labels(mode, state).inc()
        if milliseconds is not None:
            self._job_seconds.labels(mode).observe(milliseconds / 1000)

    def exposition(self, accept: str = "") -> tuple[bytes, str]:
        """All series, and their media type; the format is the one that the scraper prefers."""
        registry: Any = CollectorRegistry()
        if FOLDER in os.environ:
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        else:
            registry.register(self._registry)
        registry.register(_Gauges(self.sources))
        encode, media_type = _encoder(accept)
        return encode(registry), media_type


def _encoder(accept: str) -> tuple[Callable[[CollectorRegistry], bytes], str]:
    """The encoder of a format that the scraper accepts; of the default one for a wrong header."""
    try:
        return choose_encoder(accept)
    except (TypeError, ValueError):  # the client compares versions that are no numbers
        return choose_encoder("")


class _Gauges:
    """Collects the readings of all sources, one family a name."""

    def __init__(self, sources: Iterable[Callable[[], Iterable[Reading]]]) -> None:
        self._sources = sources

    def describe(self) -> list[GaugeMetricFamily]:
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        families: dict[str, GaugeMetricFamily] = {}
        for reading in (each for source in self._sources for each in source()):
            labels = tuple(reading.labels)
            family = families.setdefault(
                reading.name, GaugeMetricFamily(reading.name, reading.text, labels=labels)
            )
            family.add_metric(tuple(reading.labels.values()), reading.value)
        yield from families.values()
