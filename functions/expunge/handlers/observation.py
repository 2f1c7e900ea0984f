"""Logs, traces and metrics, the same for every Lambda function.

The logger has the package's name, so every module's ``logging`` calls give the same JSON
with the request id. The template's ``POWERTOOLS_*`` variables set the other names and the
log level.
"""

from __future__ import annotations

import logging
import os
import time
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger, Metrics, Tracer, single_metric
from aws_lambda_powertools.metrics import MetricUnit

from expunge.settings import renamed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from expunge.jobs.job import Job

logger = Logger(service="expunge")
metrics = Metrics()
tracer = Tracer(patch_modules=("botocore",))

for sentence in renamed(os.environ):
    logger.warning(sentence)


class _Refusals(logging.Handler):
    """Counts calls that a store refuses to this service; the template's alarm reads the metric."""

    def emit(self, record: logging.LogRecord) -> None:  # noqa: ARG002
        _metric("store_misconfigured", MetricUnit.Count, 1)


logging.getLogger("expunge.stores.aws.faults").addHandler(_Refusals(logging.ERROR))


def measured(job: Job) -> None:
    """Count queued jobs by mode, and failures by code; record the run time of other ended jobs."""
    if not job.status.ended:
        _metric("jobs_queued", MetricUnit.Count, 1, mode=job.mode)
    elif job.error_code:
        _metric("jobs_failed", MetricUnit.Count, 1, code=job.error_code)
    elif job.processing_ms is not None:
        _metric("job_run_time", MetricUnit.Milliseconds, job.processing_ms, mode=job.mode)


def measure_age(records: Sequence[Mapping[str, Any]]) -> None:
    """Record the age in milliseconds of the oldest message in an SQS batch, by queue."""
    sent = min(int(record["attributes"]["SentTimestamp"]) for record in records)
    queue = records[0]["eventSourceARN"].rsplit(":", 1)[-1]
    waited = max(time.time() * 1000 - sent, 0)
    _metric("oldest_message_age", MetricUnit.Milliseconds, waited, queue=queue)


def _metric(name: str, unit: MetricUnit, value: float, **dimensions: str) -> None:
    with single_metric(name=name, unit=unit, value=value) as metric:
        for dimension, of in dimensions.items():
            metric.add_dimension(name=dimension, value=of)
