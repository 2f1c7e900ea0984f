"""Security headers for every answer.

Pages run only scripts, workers and WebAssembly files of this service, no inline scripts. They
show images from this service, from its object store, and images that they create themselves.
Videos that they play are files that a person chose, or has had made.
A script may start as a worker, which has the policy of that script's answer: it loads from this
service and from nowhere else. Every other answer is data: a browser that opens it as a page runs
nothing. No other site may frame an answer, which prevents clickjacking.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ALWAYS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",  # for browsers that do not know frame-ancestors
    # Keeps sign-in links and signed URLs out of other sites' logs.
    "referrer-policy": "same-origin",
}
# Browsers use inline styles to show an image opened on its own.
_DATA = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
_SCRIPT = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; "
    "frame-ancestors 'none'"
)
_YEAR = 31_536_000


def page_policy(*origins: str) -> str:
    """The Content-Security-Policy (W3C CSP Level 3) of pages.

    Parameters
    ----------
    origins
        Further origins of signed URLs, besides the page's own.
    """
    store = "".join(f" {origin}" for origin in origins)
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self' 'wasm-unsafe-eval'",
            "worker-src 'self'",
            "style-src 'self'",
            f"img-src 'self' blob: data:{store}",
            "media-src 'self' blob:",
            f"connect-src 'self' blob:{store}",
            "font-src 'self'",
            "manifest-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


def of_data(*, by_tls: bool) -> dict[str, str]:
    """The headers of an answer that is not a page; ``by_tls`` if callers use only TLS."""
    headers = _ALWAYS | {"content-security-policy": _DATA}
    return headers | {"strict-transport-security": f"max-age={_YEAR}"} if by_tls else headers


class SecurityHeaders:
    """The outermost ASGI middleware; adds security headers to every answer.

    Parameters
    ----------
    public_url
        The service's own URL, if the operator has set it.
    results_origin
        The origin of the object store's signed URLs, if not the service itself.
    """

    def __init__(self, app: ASGIApp, public_url: str | None, results_origin: str | None) -> None:
        self._app = app
        self._is_public_by_tls = (public_url or "").startswith("https:")
        public = urlsplit(public_url or "")
        own = f"{public.scheme}://{public.netloc}" if public_url else None
        self._page_policy = page_policy(*filter(None, (results_origin, own)))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        by_tls = self._is_public_by_tls or scope.get("scheme") == "https"

        async def send_headed(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._complete(message, by_tls=by_tls)
            await send(message)

        await self._app(scope, receive, send_headed)

    def _complete(self, start: Message, *, by_tls: bool) -> None:
        headers = MutableHeaders(scope=start)
        media_type = headers.get("content-type", "").partition(";")[0]
        for name, value in of_data(by_tls=by_tls).items():
            headers.setdefault(name, value)
        if media_type == "text/html":
            headers["content-security-policy"] = self._page_policy
        elif media_type == "text/javascript":
            headers["content-security-policy"] = _SCRIPT
        elif start["status"] == 304:
            # It has no type, and its headers replace those that the browser keeps.
            del headers["content-security-policy"]
        elif media_type == "application/json":  # may hold a signed URL or personal data
            headers.setdefault("cache-control", "no-store")
