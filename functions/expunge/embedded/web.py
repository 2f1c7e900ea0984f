"""A web process: the HTTP application on a socket that all web processes share.

``python -m expunge.embedded.web DESCRIPTOR`` runs one. A free process accepts the next connection
(`accepting`). The process ends when its standard input closes, which happens when the server that
started it has ended.
"""

from __future__ import annotations

import gc
import logging
import os
import socket
import sys
import threading
from functools import partial
from typing import TYPE_CHECKING, cast

import uvicorn

import expunge
from expunge.bootstrap import build
from expunge.embedded.accepting import SharingServer
from expunge.embedded.allocator import keep_freed_memory
from expunge.embedded.connections import Connections
from expunge.embedded.pool.pool import Pool
from expunge.embedded.protocol import KEEP_ALIVE_SECONDS, MAX_HEAD, GuardedProtocol
from expunge.embedded.reserve import readings
from expunge.embedded.turns import Turns
from expunge.logs import RepeatFilter, configure
from expunge.settings import Settings
from expunge.telemetry import tracing
from expunge.web.app import create_app
from expunge.web.warming import warm

if TYPE_CHECKING:
    from fastapi import FastAPI

IMAGE_PROCESSES = 2
"""Maximum per web process; the second one starts when both are needed."""
SWITCH_SECONDS = 0.0005
"""Time after which a thread takes the interpreter from another one. With Python's 5 ms, the event
loop waits behind every job, and so do all writes while one that has begun waits."""
STOP_SECONDS = 10
"""Time for requests in progress when the server stops."""


def _config(settings: Settings, app: FastAPI) -> uvicorn.Config:
    protocol = partial(GuardedProtocol, Connections(), settings.public_url)
    return uvicorn.Config(
        Turns(app),
        http=cast("type[GuardedProtocol]", protocol),
        ws="none",
        h11_max_incomplete_event_size=MAX_HEAD,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        log_level=settings.log_level,
        log_config=None,
        access_log=False,
        # The caller's IP address is the socket's: any client can send a header.
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=STOP_SECONDS,
        lifespan="off",
    )


def _leave_with_the_server() -> None:
    while os.read(0, 1024):
        pass
    os._exit(0)


def main() -> None:
    """Answer requests until SIGTERM."""
    keep_freed_memory()
    sys.setswitchinterval(SWITCH_SECONDS)
    settings = Settings.from_env(os.environ)
    configure(settings.log_level, settings.log_format)
    tracing.start(os.environ, expunge.__version__)
    logging.getLogger("uvicorn.error").addFilter(RepeatFilter())  # it warns of each bad request
    threading.Thread(target=_leave_with_the_server, daemon=True).start()
    with Pool(IMAGE_PROCESSES) as pool:
        service = build(settings, executor=pool)
        if service.metrics:
            service.metrics.sources.append(partial(readings, settings))
        service.ready()  # the first test write begins before anybody asks
        app = create_app(service)
        warm(app)
        server = SharingServer(_config(settings, app))
        gc.collect()
        gc.freeze()  # a full collection would look at 80,000 lasting objects, for 0.1 s
        server.run(sockets=[socket.socket(fileno=int(sys.argv[1]))])
        service.close()


if __name__ == "__main__":
    main()
