"""JSON bodies within limits, for every route at once: whichever parses one, this was before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect

from expunge.web import json_limits
from expunge.web.middleware.request_limits import declared_length

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send


class JsonGuard:
    """ASGI middleware: reads a body of JSON whole, checks it, and hands it on.

    Raises
    ------
    expunge.errors.InvalidRequest, expunge.errors.PayloadTooLarge
        For a body that `json_limits.check` refuses.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and _has_json(scope):
            json_limits.check_length(declared_length(scope) or 0)
            body = await _whole(receive)
            json_limits.check(body)
            receive = _first(body, receive)
        await self._app(scope, receive, send)


def _has_json(scope: Scope) -> bool:
    """Whether any route would take the body for JSON."""
    media_type = Headers(scope=scope).get("content-type", "").partition(";")[0]
    return media_type.strip().lower().endswith("json")


async def _whole(receive: Receive) -> bytes:
    pieces, length, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        pieces.append(message.get("body", b""))
        length += len(pieces[-1])
        json_limits.check_length(length)
        more = bool(message.get("more_body"))
    return b"".join(pieces)


def _first(body: bytes, receive: Receive) -> Receive:
    """A stream that begins with the whole body, and goes on as the caller's does."""
    read = False

    async def replayed() -> Message:
        nonlocal read
        if read:
            return await receive()
        read = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replayed
