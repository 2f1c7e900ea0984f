"""Lambda handler that runs each minute: restarts or ends jobs with a lost message or worker."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.metrics import MetricUnit

from expunge.bootstrap import build
from expunge.handlers import imported
from expunge.handlers.observation import logger, measured, metrics, tracer
from expunge.settings import Settings

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

service = build(Settings.from_env(os.environ), observer=measured)


@tracer.capture_lambda_handler
@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:  # noqa: ARG001
    swept = service.sweep()
    for name, count in swept.items():
        metrics.add_metric(name, MetricUnit.Count, count)
    return swept


imported()
