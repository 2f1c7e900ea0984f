"""Gives each request an id and limits it; turns every error of the inner app into a problem."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING
from uuid import uuid4

from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect, Request

from expunge.errors import ExpungeError, RequestTimeout
from expunge.logs import REQUEST
from expunge.web import problems
from expunge.web.middleware.request_limits import RequestLimits

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger(__name__)


class RequestGuard:
    """ASGI middleware. Each request gets a UUID: ``scope["request_id"]`` and ``X-Request-Id``."""

    def __init__(self, app: ASGIApp, file_bytes: int, movie_bytes: int) -> None:
        self._app = app
        self._limits = RequestLimits(file_bytes, movie_bytes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope["request_id"] = str(uuid4())
        REQUEST.set(scope["request_id"])
        started = False

        async def send_named(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                MutableHeaders(scope=message)["x-request-id"] = scope["request_id"]
            await send(message)

        try:
            self._limits.check_head(scope)
            await self._app(scope, self._limits.limited(scope, receive), send_named)
        except ClientDisconnect:
            log.info("%s %s: the caller disconnected", scope["method"], scope["path"])
        except ExpungeError as error:
            if started:
                raise
            answer = problems.answer_error(Request(scope), error)
            # After other errors the server drops the rest of the body. A client that sends all of
            # it before reading then gets an answer, not a reset connection.
            if isinstance(error, RequestTimeout):
                answer.headers["connection"] = "close"
            await answer(scope, receive, send_named)
        except Exception:
            log.exception("%s %s crashed", scope["method"], scope["path"])
            if started:
                raise
            detail = "The request could not be completed."
            answer = problems.answer(Request(scope), "internal_error", detail)
            await answer(scope, receive, send_named)
