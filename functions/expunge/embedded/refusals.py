"""Answers to what never becomes a request: problems, as bytes of HTTP/1.1."""

from __future__ import annotations

import json
from http import HTTPStatus
from uuid import uuid4

from expunge.web import problems
from expunge.web.middleware.security_headers import ALWAYS


def refusal(code: str, detail: str, base_url: str) -> bytes:
    """A whole answer that ends its connection; as the application would give it."""
    request_id = str(uuid4())
    document = problems.document(code, detail, base_url=base_url, instance=request_id)
    body = json.dumps(document, ensure_ascii=False).encode()
    status = HTTPStatus(document["status"])
    headers = {
        "content-type": problems.MEDIA_TYPE,
        "content-length": str(len(body)),
        "cache-control": "no-store",
        "x-request-id": request_id,
        "connection": "close",
        **ALWAYS,
    }
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers["retry-after"] = "5"
    lines = [f"HTTP/1.1 {status.value} {status.phrase}", *map(": ".join, headers.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body
