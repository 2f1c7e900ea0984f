"""Lets HEAD work wherever GET does, and a trailing slash on every path."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Match

from expunge.web.urls import own_path

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_EXACT = "/objects/"
"""Paths below it are signed, so they stay as they are."""


class Lenient:
    """The innermost ASGI middleware. A route's own answer to HEAD goes first."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope = _without_slash(scope)
            if scope["method"] == "HEAD" and not _is_answered(scope):
                scope = {**scope, "method": "GET"}
                send = _without_body(send)
        await self._app(scope, receive, send)


def _without_slash(scope: Scope) -> Scope:
    path = own_path(scope)
    if len(path) < 2 or not path.endswith("/") or path.startswith(_EXACT):
        return scope
    return {**scope, "path": scope.get("root_path", "") + (path.rstrip("/") or "/")}


def _is_answered(scope: Scope) -> bool:
    return any(route.matches(scope)[0] is Match.FULL for route in scope["app"].routes)


def _without_body(send: Send) -> Send:
    async def headless(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return headless
