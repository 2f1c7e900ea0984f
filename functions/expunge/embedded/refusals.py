"""Problem answers as HTTP/1.1 bytes, for input that the parser refuses."""

from __future__ import annotations

import json
from uuid import uuid4

from uvicorn.protocols.http.h11_impl import STATUS_PHRASES

from expunge.web import problems
from expunge.web.middleware.security_headers import of_data


def refusal(code: str, detail: str, base_url: str) -> bytes:
    """A complete answer like the application's, which closes the connection."""
    request_id = str(uuid4())
    document = problems.document(code, detail, base_url=base_url, instance=request_id)
    body = json.dumps(document, ensure_ascii=False).encode()
    status: int = document["status"]
    headers = {
        "content-type": problems.MEDIA_TYPE,
        "content-length": str(len(body)),
        "cache-control": "no-store",
        "x-request-id": request_id,
        "connection": "close",
        **of_data(by_tls=base_url.startswith("https:")),
    }
    if status == 503:
        headers["retry-after"] = "5"
    fields = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    start = b"HTTP/1.1 %d %b\r\n" % (status, STATUS_PHRASES[status])
    return start + fields.encode("latin-1") + b"\r\n" + body
