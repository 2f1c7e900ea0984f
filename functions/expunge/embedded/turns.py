"""Starts one request in each turn of the event loop, and one health check beside it.

In a burst of connections, a health check would else wait until all requests before it have begun.
A flood of health checks holds up no other request: each kind waits for its own.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

HEALTH = "/health"


class Turns:
    """ASGI middleware around the whole application; requests keep their order."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._checks, self._others = _Line(), _Line()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            line = self._checks if scope["path"].endswith(HEALTH) else self._others
            await line.turn()
        await self._app(scope, receive, send)


class _Line:
    """Requests of which one begins in each turn of the event loop."""

    def __init__(self) -> None:
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._taken = False

    async def turn(self) -> None:
        loop = asyncio.get_running_loop()
        if self._taken:
            mine = loop.create_future()
            self._waiting.append(mine)
            await mine
        else:
            self._taken = True
            loop.call_soon(self._next)

    def _next(self) -> None:
        while self._waiting:
            waiting = self._waiting.popleft()
            if not waiting.done():
                waiting.set_result(None)
                waiting.get_loop().call_soon(self._next)
                return
        self._taken = False
