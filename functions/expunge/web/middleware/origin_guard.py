"""What may stand in front of the service: a CDN, known by a secret that it sends along.

With secrets set, a request without one of them did not come through the front and is
refused, so its headers about the viewer can be believed: the viewer's address, which
tells callers apart, and the host that the viewer dialled, which addresses in answers
begin with. Without secrets nothing is believed.
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
    """ASGI middleware.

    Parameters
    ----------
    secrets
        Any of them will do: while one is exchanged for another there are two.
    """

    def __init__(self, app: ASGIApp, secrets: Sequence[str]) -> None:
        self._app = app
        self._secrets = [secret.encode() for secret in secrets]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self._secrets:
            headers = Headers(scope=scope)
            if not self._knows(headers.get(SECRET, "")):
                detail = "This address is not open to callers."
                answer = problems.answer(Request(scope), "forbidden", detail)
                await answer(scope, receive, send)
                return
            _restore_viewer(scope, headers)
        await self._app(scope, receive, send)

    def _knows(self, given: str) -> bool:
        return any(hmac.compare_digest(given.encode(), secret) for secret in self._secrets)


def _restore_viewer(scope: Scope, headers: Headers) -> None:
    """Make the request what the viewer sent, for all who look at it, also further out."""
    if VIEWER_ADDRESS in headers:
        scope["client"] = (headers[VIEWER_ADDRESS], 0)
    own = MutableHeaders(scope=scope)
    if VIEWER_HOST in headers:
        own["host"] = headers[VIEWER_HOST]
    for name in (SECRET, VIEWER_ADDRESS, VIEWER_HOST):
        del own[name]
