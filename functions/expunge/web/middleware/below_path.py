"""Puts the service's path prefix before the links and redirects of its answers.

Templates, guides and routes write their links as if the service were at the root of its host, as
``/docs``. Behind a prefix such as ``/expunge``, this is the one place that completes them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from starlette.datastructures import MutableHeaders

from expunge.web.urls import below

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_TARGET = re.compile(r"<(/(?!/)[^>]*)>")
"""A path of the service as the target of a ``Link`` header (RFC 8288)."""
_LINK = re.compile(rb'\b((?:href|src|action)=")(/(?!/)[^"]*)')


class BelowPath:
    """ASGI middleware for services with a ``root_path``; others pass unchanged."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        prefix = scope.get("root_path", "")
        if scope["type"] != "http" or not prefix:
            await self._app(scope, receive, send)
            return
        page: Message | None = None
        body = b""

        async def completed(message: Message) -> None:
            nonlocal page, body
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if "location" in headers:
                    headers["location"] = below(prefix, headers["location"])
                if "link" in headers:
                    headers["link"] = _TARGET.sub(
                        lambda target: f"<{below(prefix, target[1])}>", headers["link"]
                    )
                if headers.get("content-type", "").startswith("text/html"):
                    page = message
                    return
            if page is None:
                await send(message)
                return
            body += message.get("body", b"")
            if not message.get("more_body"):
                whole = rooted(body, prefix)
                MutableHeaders(scope=page)["content-length"] = str(len(whole))
                await send(page)
                await send({"type": "http.response.body", "body": whole})

        await self._app(scope, receive, completed)


def rooted(html: bytes, prefix: str) -> bytes:
    """HTML whose links to paths of the service start with its prefix."""
    return _LINK.sub(lambda link: link[1] + below(prefix, link[2].decode()).encode(), html)
