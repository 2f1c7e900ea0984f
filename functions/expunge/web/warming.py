"""Does the work of a first request before there is one.

FastAPI prepares the routes of its routers when a request first passes them, on the event loop:
0.2 s on an idle core, and over a second on a busy one. All other requests of the process would
wait meanwhile. The same holds for modules that are imported at their first use.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from expunge.imaging.containers.formats import FORMATS
from expunge.operations import MODES
from expunge.web.exchanges import UNCOUNTED
from expunge.web.late import load_all
from expunge.web.middleware.origin_guard import SECRET

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastapi import FastAPI
    from starlette.types import Message, Scope

PATHS = ("/warming", "/api/v1/config")
"""A path that no route has, so that every router is asked for it; and one whose answer comes from
a thread."""


def warm(app: FastAPI) -> None:
    """Load every surface and answer own requests, before a server's event loop runs.

    Parsers and light modes are loaded too. Those that need an extra take 40 MB and more, so they
    wait for their first job.
    """
    load_all(app)
    for one in FORMATS:
        one.container  # noqa: B018 (imports its module)
    for name in app.state.service.modes:
        if MODES[name].extra is None:
            MODES[name].operation  # noqa: B018 (the same)
    loop = asyncio.new_event_loop()  # asyncio.run would take away the thread's own loop
    try:
        loop.run_until_complete(_ask(app))
    finally:
        loop.close()


async def _ask(app: FastAPI) -> None:
    for path in PATHS:
        await app(_scope(path, app.state.service.settings.front_secrets), _no_body, _drop)


def _scope(path: str, secrets: Sequence[str]) -> Scope:
    proof = [(SECRET.encode(), secret.encode()) for secret in secrets[:1]]
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "scheme": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(b"host", b"localhost"), *proof],
        "client": ("127.0.0.1", 0),
        "server": ("localhost", 80),
        UNCOUNTED: True,
    }


async def _no_body() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


async def _drop(_: Message) -> None:
    pass
