"""A web process: the HTTP application at a socket that several of them share.

``python -m expunge.embedded.web DESCRIPTOR`` runs one. Whichever is free accepts the next
connection. It ends when its standard input closes, which is what happens when the server that
started it is gone.
"""

from __future__ import annotations

import logging
import os
import socket
import sys
import threading
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import uvicorn

from expunge.bootstrap import build
from expunge.embedded.connections import Connections
from expunge.embedded.pool.pool import Pool
from expunge.embedded.protocol import KEEP_ALIVE_SECONDS, MAX_HEAD, GuardedProtocol
from expunge.logs import RepeatFilter, configure
from expunge.settings import Settings
from expunge.web.app import create_app

if TYPE_CHECKING:
    from fastapi import FastAPI

MODULE = "expunge.embedded.web"
IMAGE_PROCESSES = 2
"""Of each web process, at most; the second is started when both are needed."""
BACKLOG = 2048
"""Connections that wait to be accepted, as many as uvicorn asks for."""
STOP_SECONDS = 10
"""For requests under way when the server is stopped."""


def _config(settings: Settings, app: FastAPI | str, **where: Any) -> uvicorn.Config:  # noqa: ANN401
    protocol = partial(GuardedProtocol, Connections(), settings.public_url)
    return uvicorn.Config(
        app,
        http=cast("type[GuardedProtocol]", protocol),
        ws="none",
        h11_max_incomplete_event_size=MAX_HEAD,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        log_level=settings.log_level,
        log_config=None,
        access_log=False,
        # The caller's address is the socket's: a header that anybody can send proves nothing.
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=STOP_SECONDS,
        lifespan="off",
        **where,
    )


def bound(settings: Settings, host: str, port: int) -> socket.socket:
    """The socket that web processes listen at; exits, and says so, where the port is taken.

    Whoever connects before the first of them is up waits for it.
    """
    listening = _config(settings, MODULE, host=host, port=port).bind_socket()
    listening.listen(BACKLOG)
    return listening


def _leave_with_the_server() -> None:
    while os.read(0, 1024):
        pass
    os._exit(0)


def main() -> None:
    """Answer requests until SIGTERM."""
    settings = Settings.from_env(os.environ)
    configure(settings.log_level)
    logging.getLogger("uvicorn.error").addFilter(RepeatFilter())  # it warns of each bad request
    threading.Thread(target=_leave_with_the_server, daemon=True).start()
    with Pool(IMAGE_PROCESSES) as pool:
        service = build(settings, executor=pool)
        server = uvicorn.Server(_config(settings, create_app(service)))
        server.run(sockets=[socket.socket(fileno=int(sys.argv[1]))])
        service.close()


if __name__ == "__main__":
    main()
