"""Lambda handler of the HTTP API (payload 2.0), in front of the web application.

SnapStart runs this module once, when a version is published. Every copy of the function
starts from the same memory snapshot. That is safe here:

- AWS clients exist but have not connected: the first request opens the first socket. Their
  credentials carry an expiry and are refreshed after it.
- Ids and leases come from ``secrets``, transaction tokens from ``uuid4``. Both read the
  kernel's random source, which gets fresh entropy when a copy is restored.
- ``random`` keeps its state in memory, and botocore's back-off jitter comes from it. Without
  a new seed, all copies would retry at the same moments. So it is seeded after each restore.
- Time is read when it is needed; nothing here is computed from it.

A snapshot has every surface, warmed up. A start without one imports only what its request needs.
"""

from __future__ import annotations

import os
import random
from typing import TYPE_CHECKING, Any

from mangum import Mangum
from mangum.adapter import DEFAULT_TEXT_MIME_TYPES
from snapshot_restore_py import register_after_restore, register_before_snapshot

from expunge.bootstrap import build
from expunge.handlers import imported
from expunge.handlers.observation import logger, measured, tracer
from expunge.settings import Settings
from expunge.web.app import create_app
from expunge.web.warming import warm

if TYPE_CHECKING:
    from mangum.types import LambdaContext

app = create_app(build(Settings.from_env(os.environ), observer=measured))
register_before_snapshot(warm, app)
register_after_restore(random.seed)
respond = Mangum(
    app,
    lifespan="off",
    text_mime_types=[*DEFAULT_TEXT_MIME_TYPES, "application/problem+json"],
)


@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return respond(event, context)


imported()
