"""Checks the limits of JSON bodies for every route, before any route parses one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect

from expunge.web import json_limits
from expunge.web.middleware.request_limits import declared_length

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send


class JsonGuard:
    """ASGI middleware: reads a whole JSON body, checks it, and passes it on.

    Raises
    ------
    expunge.errors.InvalidRequest, expunge.errors.PayloadTooLarge
        For a body that `json_limits.check` refuses.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and json_limits.is_json(
            Headers(scope=scope).get("content-type")
        ):
            json_limits.check_length(declared_length(scope) or 0)
            body = await _whole(receive)
            json_limits.check(body)
            receive = _first(body, receive)
        await self._app(scope, receive, send)


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
    """A receive function that returns the whole body first, then the caller's other messages."""
    read = False

    async def replayed() -> Message:
        nonlocal read
        if read:
            return await receive()
        read = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replayed
