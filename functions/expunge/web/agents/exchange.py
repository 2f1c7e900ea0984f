"""One request and its answer, by the MCP SDK."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from fastapi import Response
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

from expunge.agents.server import server_of
from expunge.web import json_limits
from expunge.web.agents.server_jobs import ServerJobs

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import Receive, Scope, Send

    from expunge.accounts.callers import Caller
    from expunge.service import Service

logging.getLogger("mcp").setLevel(logging.WARNING)  # it logs every request


class Exchange(Response):
    """Answers with what the SDK sends. `HostGuard` has checked the host already."""

    def __init__(self, request: Request, service: Service, caller: Caller) -> None:
        super().__init__()
        self._server = server_of(ServerJobs(request, service, caller))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        manager = StreamableHTTPSessionManager(
            self._server, stateless=True, max_request_body_size=json_limits.MAX_BYTES
        )
        async with manager.run():
            await manager.handle_request(scope, receive, send)
