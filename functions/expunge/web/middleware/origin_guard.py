"""Accepts requests only from the CDN in front of the service, if there is one.

The CDN proves itself with a secret header. If secrets are set, a request without one is refused.
The CDN's headers about the viewer can then be trusted: the IP address identifies the caller, and
the host starts the URLs in answers. Without secrets, these headers are ignored.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request

from expunge.web import problems

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.types import ASGIApp, Receive, Scope, Send

SECRET = "x-origin-secret"  # noqa: S105  the header's name
VIEWER_ADDRESS = "x-viewer-address"
VIEWER_HOST = "x-viewer-host"


class OriginGuard:
    """ASGI middleware that refuses requests without the CDN's secret.

    Parameters
    ----------
    secrets
        Any of them is accepted: there are two during a rotation.
    """

    def __init__(self, app: ASGIApp, secrets: Sequence[str]) -> None:
        self._app = app
        self._secrets = [secret.encode() for secret in secrets]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self._secrets:
            headers = Headers(scope=scope)
            if not self._knows(headers.get(SECRET, "")):
                detail = "This URL is not open to callers."
                answer = problems.answer(Request(scope), "forbidden", detail)
                await answer(scope, receive, send)
                return
            _restore_viewer(scope, headers)
        await self._app(scope, receive, send)

    def _knows(self, given: str) -> bool:
        return any(hmac.compare_digest(given.encode(), secret) for secret in self._secrets)


def _restore_viewer(scope: Scope, headers: Headers) -> None:
    """Change the request to what the viewer sent, for inner and outer middleware alike."""
    if VIEWER_ADDRESS in headers:
        scope["client"] = (headers[VIEWER_ADDRESS], 0)
    own = MutableHeaders(scope=scope)
    if VIEWER_HOST in headers:
        own["host"] = headers[VIEWER_HOST]
    for name in (SECRET, VIEWER_ADDRESS, VIEWER_HOST):
        del own[name]
