"""Lets pages of other origins call the service as anybody else may: without cookies.

Follows the Fetch standard. Answers never allow credentials, so a browser lets no foreign page read
what a cookie or a remembered password gave access to. Such answers do not even name the page's
origin. What a public cache may keep is the same for everyone, with and without cookies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

ANY = "*"
METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE"
HEADERS = (
    "Accept, Accept-Language, Authorization, Content-Type, Expunge-Purpose, Idempotency-Key, "
    "If-Match, If-None-Match, Prefer, X-API-Key, X-Client-Fingerprint, X-Client-Secret"
)
"""Request headers that the service reads. ``*`` would not include Authorization."""
EXPOSED = (
    "Content-Disposition, Content-Length, ETag, Expunge-Receipt, Idempotent-Replayed, Link, "
    "Location, Preference-Applied, RateLimit, RateLimit-Policy, Retry-After, X-Client-Secret, "
    "X-Corrected, X-Encode-Ms, X-Error-Type, X-Face-Count, X-Image-Id, X-Inference-Ms, "
    "X-Job-Id, X-Mask-Ms, X-Model, X-Request-Id, X-Total-Ms"
)
"""Response headers that the pages may read."""
MAX_AGE = "86400"
"""Seconds that a browser may keep the answer to a preflight; Chromium keeps it for two hours."""
MISDIRECTED = 421
"""The status of an answer to a name that is not this service's: no page has business with it."""
_ORIGIN = "access-control-allow-origin"


class Cors:
    """ASGI middleware for the answers of all inner ones.

    Parameters
    ----------
    origins
        Origins whose pages may call the service; ``*`` for any, none for no page.
    """

    def __init__(self, app: ASGIApp, origins: Sequence[str]) -> None:
        self._app = app
        self._origins = frozenset(origin.lower() for origin in origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
            await self._preflight(headers)(scope, receive, send)
            return

        async def shared(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] != MISDIRECTED:
                self._share(headers, MutableHeaders(scope=message))
            await send(message)

        await self._app(scope, receive, shared)

    def _preflight(self, asked: Headers) -> Response:
        answer = Response(status_code=204, headers=self._allowed(asked))
        if _ORIGIN in answer.headers:
            answer.headers["access-control-allow-methods"] = METHODS
            answer.headers["access-control-allow-headers"] = HEADERS
            answer.headers["access-control-max-age"] = MAX_AGE
        return answer

    def _share(self, asked: Headers, answer: MutableHeaders) -> None:
        is_public = "public" in answer.get("cache-control", "")
        if _has_credentials(asked) and not is_public:
            return
        vary = answer.get("vary")
        answer.update(self._allowed(asked))
        if vary and "vary" in answer and vary != answer["vary"]:
            answer["vary"] = f"{vary}, {answer['vary']}"
        if _ORIGIN in answer:
            answer["access-control-expose-headers"] = EXPOSED

    def _allowed(self, asked: Headers) -> dict[str, str]:
        """The page's origin, if it is allowed. With a list of origins, the answer varies."""
        if ANY in self._origins:
            return {_ORIGIN: ANY}
        if not self._origins:
            return {}
        origin = asked.get("origin", "")
        allowed = {_ORIGIN: origin} if origin.lower() in self._origins else {}
        return allowed | {"vary": "Origin"}


def _has_credentials(asked: Headers) -> bool:
    """Whether a browser may have added something by itself that tells who the caller is."""
    return "cookie" in asked or asked.get("authorization", "").lower().startswith("basic")
