"""Send an image, and wait for its job."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from expunge_client import parts
from expunge_client.connection import Connection
from expunge_client.generated.api.jobs import create_job as creating
from expunge_client.generated.api.jobs import get_job as getting
from expunge_client.generated.api.uploads import create_upload as uploading
from expunge_client.generated.errors import Problem
from expunge_client.generated.types import UNSET
from expunge_client.parts import Job, JobTimeout


def create_job(
    client: Connection,
    image: bytes | Path,
    mode: str,
    options: Mapping[str, Any] | None = None,
    *,
    content_type: str | None = None,
    webhook_url: str | None = None,
    idempotency_key: str | None = None,
) -> Job:
    """Create a job from a file: in one request, or by a signed URL if the file is large.

    Raises
    ------
    Problem
        The service's refusal.
    """
    file = parts.picture(image, content_type)
    if len(file.data) <= parts.DIRECT_BYTES:
        body = parts.form(mode, options, webhook_url, file=file)
    else:
        key = upload(client, image, content_type=content_type)
        body = parts.form(mode, options, webhook_url, object_key=key)
    answer = creating.sync(client=client, body=body, idempotency_key=idempotency_key or UNSET)
    return parts.job_of(answer)


def upload(client: Connection, image: bytes | Path, *, content_type: str | None = None) -> str:
    """Send a file to the store by a signed URL; returns its object key, for one job.

    Raises
    ------
    ValueError
        For a file whose type is unknown.
    Problem
        The refusal of the service or of the store.
    """
    file = parts.picture(image, content_type)
    wanted = uploading.sync(client=client, body=parts.upload_request(file))
    assert wanted is not None
    http = client.get_httpx_client()
    parts.stored(http.send(parts.put(http, wanted, file.data)))
    return wanted.object_key


def wait_for(client: Connection, job_id: str, *, timeout: float = 600.0) -> Job:
    """Poll a job until it ends, as often as `Retry-After` says.

    Raises
    ------
    JobTimeout
        If it does not end within `timeout` seconds.
    Problem
        A problem that a retry does not solve.
    """
    until = time.monotonic() + timeout
    while True:
        try:
            answer = getting.sync_detailed(job_id, client=client, prefer=parts.WAIT)
            if parts.has_ended(answer.parsed):
                return answer.parsed
            pause = parts.pause_after(answer)
        except Problem as problem:
            if not problem.retryable:
                raise
            pause = problem.retry_after or parts.PAUSE_SECONDS
        if time.monotonic() + pause > until:
            raise JobTimeout(f"{job_id} did not end within {timeout:g} seconds")
        time.sleep(pause)
