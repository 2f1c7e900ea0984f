"""Shows problems as HTML to people: a browser that opens a URL cannot do much with JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders

from expunge.web.problems import MEDIA_TYPE
from expunge.web.problems.page import of_document

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send


class ProblemPages:
    """ASGI middleware: a problem becomes a page if the request asks for HTML.

    Only browsers that open a URL do so. Scripts, images and programs get the problem as JSON.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not _is_visit(scope):
            await self._app(scope, receive, send)
            return
        start: Message | None = None
        body = b""

        async def shown(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start" and _is_problem(message):
                start = message
            elif start is None:
                await send(message)
            else:
                body += message.get("body", b"")
                if not message.get("more_body"):
                    await _send_page(start, body, send)

        await self._app(scope, receive, shown)


def _is_visit(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
        return False
    return "text/html" in Headers(scope=scope).get("accept", "").lower()


def _is_problem(start: Message) -> bool:
    return Headers(raw=start["headers"]).get("content-type", "").startswith(MEDIA_TYPE)


async def _send_page(start: Message, body: bytes, send: Send) -> None:
    page = of_document(json.loads(body)).encode()
    headers = MutableHeaders(scope=start)
    headers["content-type"] = "text/html; charset=utf-8"
    headers["content-length"] = str(len(page))
    headers.add_vary_header("accept")
    await send(start)
    await send({"type": "http.response.body", "body": page})
