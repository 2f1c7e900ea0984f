"""Logs, traces and metrics, the same for every function.

The logger bears the package's name, so what any module logs through
``logging`` comes out as the same JSON, with the request's id.
"""

from __future__ import annotations

from aws_lambda_powertools import Logger, Metrics, Tracer

logger = Logger(service="expunge")
metrics = Metrics(namespace="expunge", service="expunge")
tracer = Tracer(service="expunge", patch_modules=("botocore",))
