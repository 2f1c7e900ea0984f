"""Counts and traces each request, by the template of its route.

`Observed` surrounds the other middleware. `RouteNoted` is the innermost one: only there is the
request's scope the one in which the router writes the route.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from starlette.datastructures import Headers

from expunge.telemetry import tracing
from expunge.web.exchanges import KEY, UNCOUNTED, Exchange

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from expunge.telemetry.metrics import Metrics


class RouteNoted:
    """The innermost ASGI middleware; notes the template of the route."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(scope, receive, send)
        finally:
            exchange: Exchange | None = scope.get(KEY)
            if exchange is not None:
                exchange.route = getattr(scope.get("route"), "path", None)


class Observed:
    """ASGI middleware around all that answers requests."""

    def __init__(self, app: ASGIApp, metrics: Metrics | None) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        counted = scope["type"] == "http" and UNCOUNTED not in scope
        if not counted or not (self._metrics or tracing.is_on()):
            await self._app(scope, receive, send)
            return
        exchange = scope[KEY] = Exchange()
        began = time.perf_counter()

        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                exchange.status = message["status"]
            await send(message)

        try:
            await self._traced(scope, receive, noted, exchange)
        finally:
            if self._metrics:
                took = time.perf_counter() - began
                self._metrics.answered(
                    scope["method"], exchange.route, exchange.status, took, exchange.problem
                )

    async def _traced(self, scope: Scope, receive: Receive, send: Send, exchange: Exchange) -> None:
        method = scope["method"]
        parent = Headers(scope=scope).get(tracing.TRACE_PARENT)
        given = {"http.request.method": method}
        with tracing.span(method, given, kind=tracing.SERVER, parent=parent) as span:
            try:
                await self._app(scope, receive, send)
            finally:
                if exchange.route:
                    span.update_name(f"{method} {exchange.route}")
                    span.set_attribute("http.route", exchange.route)
                span.set_attribute("http.response.status_code", exchange.status)
                if exchange.problem:
                    span.set_attribute("error.type", exchange.problem)
                if "request_id" in scope:
                    span.set_attribute("expunge.request_id", scope["request_id"])
