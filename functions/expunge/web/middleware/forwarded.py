"""Restores the request that the caller sent, where a reverse proxy has changed it.

A trusted proxy says in ``X-Forwarded-Proto``, ``-Host`` and ``-Prefix`` how the caller reached it.
From anybody else these headers are ignored. With `EXPUNGE_PUBLIC_URL`, its path is the
prefix. A proxy may remove the prefix from the path or leave it there: both arrive here alike.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders

from expunge.web.proxies import Proxies

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from expunge.settings import Settings

SENT_HOSTS = "expunge.hosts"
"""In the scope: the Host headers as they arrived, which `HostGuard` judges."""
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?", re.ASCII | re.IGNORECASE)
_PREFIX = re.compile(r"(/[\w.~-]+)+", re.ASCII)


class Forwarded:
    """The outermost ASGI middleware; sets scheme, host and ``root_path`` of each request."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._proxies = Proxies(settings.trusted_proxies)
        url = settings.public_url
        self._prefix = None if url is None else urlsplit(url).path.rstrip("/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope = dict(scope)
            _mount(scope, self._restore(scope))
        await self._app(scope, receive, send)

    def _restore(self, scope: Scope) -> str:
        """Take scheme and host from trusted headers; return the prefix."""
        headers = Headers(scope=scope)
        scope[SENT_HOSTS] = headers.getlist("host")
        client = scope.get("client")
        hops = self._proxies.hops(client[0] if client else "", headers)
        proto = self._proxies.told(headers, "x-forwarded-proto", hops).lower()
        if proto in ("http", "https"):
            scope["scheme"] = proto
        host = self._proxies.told(headers, "x-forwarded-host", hops)
        if _HOST.fullmatch(host):
            scope["headers"] = list(scope["headers"])
            MutableHeaders(scope=scope)["host"] = host.lower()
        prefix = self._proxies.told(headers, "x-forwarded-prefix", hops).rstrip("/")
        if self._prefix is not None:
            return self._prefix
        return prefix if _PREFIX.fullmatch(prefix) else ""


def _mount(scope: Scope, prefix: str) -> None:
    """Set ``root_path``, and put it before the path, as ASGI has it."""
    if not prefix:
        return
    path: str = scope["path"]
    if path == prefix:
        path += "/"
    scope["root_path"] = prefix
    scope["path"] = path if path.startswith(prefix + "/") else prefix + path
