"""Logs, traces and metrics, the same for every function.

The logger bears the package's name, so what any module logs through
``logging`` comes out as the same JSON, with the request's id. Names and levels
of the others are the template's ``POWERTOOLS_*`` variables.
"""

from __future__ import annotations

from aws_lambda_powertools import Logger, Metrics, Tracer

logger = Logger(service="expunge")
metrics = Metrics()
tracer = Tracer(patch_modules=("botocore",))
