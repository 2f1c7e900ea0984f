"""The HTTP API (payload 2.0) in front of the web application.

SnapStart runs this module once, when a version is published, and every copy
begins as the same memory. What that means for what is made here:

- Clients of AWS are made and have not spoken: the first socket is opened by the
  first request. Their credentials know when they end and are fetched anew.
- Ids and leases come from ``secrets``, transaction tokens from ``uuid4``: both
  ask the kernel, which is given fresh entropy when a copy is restored.
- ``random`` is a generator in memory, and botocore takes the jitter of its
  back-off from it: copies that wait in step come back in step. It is seeded anew.
- Time is read when it is needed, and nothing is computed from it here.
"""

from __future__ import annotations

import os
import random
from typing import TYPE_CHECKING, Any

from mangum import Mangum
from mangum.adapter import DEFAULT_TEXT_MIME_TYPES
from snapshot_restore_py import register_after_restore

from expunge.bootstrap import build
from expunge.handlers.observation import logger, measured, tracer
from expunge.settings import Settings
from expunge.web.app import create_app

if TYPE_CHECKING:
    from mangum.types import LambdaContext

register_after_restore(random.seed)

respond = Mangum(
    create_app(build(Settings.from_env(os.environ), observer=measured)),
    lifespan="off",
    text_mime_types=[*DEFAULT_TEXT_MIME_TYPES, "application/problem+json"],
)


@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return respond(event, context)
