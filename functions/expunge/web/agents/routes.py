"""Agents surface: ``/mcp`` of the embedded server, by the Model Context Protocol.

The transport is streamable HTTP without sessions: each POST is whole in itself, so any process can
answer it. There is no stream to GET and no session to DELETE; both are a 405, as the protocol says.
"""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from expunge.extras import explained
from expunge.imaging.loading import load
from expunge.web.caller.who import ProgramDep
from expunge.web.dependencies import ServiceDep

router = APIRouter(include_in_schema=False)


@router.post("/mcp")
async def mcp(request: Request, service: ServiceDep, caller: ProgramDep) -> Response:
    """One exchange. A tool call is a job of the API key's account.

    Raises
    ------
    expunge.errors.ExtraMissing
        If the server was installed without the extra.
    """
    with explained():  # most servers never import the SDK
        exchange = await run_in_threadpool(load, "expunge.web.agents.exchange")
    answer: Response = exchange.Exchange(request, service, caller)
    return answer
