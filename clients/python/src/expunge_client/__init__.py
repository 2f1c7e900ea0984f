"""Client of the expunge API.

`connect` gives a client for the functions in `generated.api`, which are made from the OpenAPI
document, each in four forms (`sync`, `asyncio` and both `_detailed`). By hand are only uploads and
polling (`create_job`, `upload`, `wait_for`; asynchronously in `aio`) and `verify_webhook`.
"""

from expunge_client.connection import Connection, connect
from expunge_client.generated.errors import Problem
from expunge_client.jobs import create_job, upload, wait_for
from expunge_client.parts import JobTimeout
from expunge_client.webhooks import WebhookInvalid, verify_webhook

__all__ = [
    "Connection",
    "JobTimeout",
    "Problem",
    "WebhookInvalid",
    "connect",
    "create_job",
    "upload",
    "verify_webhook",
    "wait_for",
]
