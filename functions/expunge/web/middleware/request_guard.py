"""The outermost layer: names each request, caps its body, and turns a crash into a problem."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING
from uuid import uuid4

import anyio
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request

from expunge.errors import PayloadTooLarge, RequestTimeout
from expunge.imaging.limits import LIMITS, REQUEST_ROOM
from expunge.web import problems

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger(__name__)

IDLE_SECONDS = 30
"""Seconds within which something more of a body must arrive."""


class RequestGuard:
    """ASGI middleware. Each request has a UUID: ``scope["request_id"]`` and ``X-Request-Id``."""

    def __init__(self, app: ASGIApp, file_bytes: int = LIMITS.file_bytes) -> None:
        self._app = app
        self._body = _Body(file_bytes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope["request_id"] = str(uuid4())
        started = False

        async def send_named(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                headers["x-request-id"] = scope["request_id"]
                headers["x-content-type-options"] = "nosniff"
            await send(message)

        try:
            self._body.check_declared_length(scope)
            await self._app(scope, self._body.capped(receive), send_named)
        except ClientDisconnect:
            log.info("%s %s: the caller hung up", scope["method"], scope["path"])
        except (PayloadTooLarge, RequestTimeout) as error:
            if started:
                raise
            answer = problems.answer_error(Request(scope), error)
            answer.headers["connection"] = "close"
            await answer(scope, receive, send_named)
        except Exception:
            log.exception("%s %s crashed", scope["method"], scope["path"])
            if started:
                raise
            detail = "The request could not be completed."
            answer = problems.answer(Request(scope), "internal_error", detail)
            await answer(scope, receive, send_named)


class _Body:
    """How much of a request's body is taken: the largest file, and what stands around it."""

    def __init__(self, file_bytes: int) -> None:
        self._file_bytes = file_bytes
        self._most = file_bytes + REQUEST_ROOM

    def check_declared_length(self, scope: Scope) -> None:
        declared = Headers(scope=scope).get("content-length", "")
        if declared.isascii() and declared.isdigit() and int(declared) > self._most:
            raise self._too_large(f"{int(declared):,}")

    def capped(self, receive: Receive) -> Receive:
        """Count what really arrives, and when: a length that lies or is missing changes nothing."""
        seen, more = 0, True

        async def capped() -> Message:
            nonlocal seen, more
            try:
                with anyio.fail_after(IDLE_SECONDS if more else None):
                    message = await receive()
            except TimeoutError:
                raise RequestTimeout(
                    f"No more of the body came for {IDLE_SECONDS} seconds."
                ) from None
            more = bool(message.get("more_body"))
            seen += len(message.get("body", b""))
            if seen > self._most:
                raise self._too_large(f"more than {self._most:,}")
            return message

        return capped

    def _too_large(self, length: str) -> PayloadTooLarge:
        return PayloadTooLarge(
            f"The request has {length} bytes; at most {self._most:,} are taken here. "
            f"Files up to {self._file_bytes:,} bytes go through POST /api/v1/uploads."
        )
