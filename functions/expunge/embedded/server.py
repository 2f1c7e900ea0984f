"""The embedded server: the HTTP application, its workers and its store in one command."""

from __future__ import annotations

import contextlib
import logging
from functools import partial
from typing import TYPE_CHECKING, cast

import uvicorn

import expunge
from expunge.bootstrap import build
from expunge.embedded.connections import Connections
from expunge.embedded.protocol import KEEP_ALIVE_SECONDS, MAX_HEAD, GuardedProtocol
from expunge.embedded.supervisor import Supervisor
from expunge.errors import ExtraMissing
from expunge.logs import Seldom
from expunge.operations.available import lacking, modes_of
from expunge.stores.local.presence import present
from expunge.web.app import create_app

if TYPE_CHECKING:
    from expunge.service import Service
    from expunge.settings import Settings

log = logging.getLogger(__name__)


def _tell_new_password(service: Service) -> None:
    password = service.administrator.ensure_password()
    if password is not None:
        name = service.administrator.username
        level = max(logging.WARNING, log.getEffectiveLevel())  # no log leaves it out
        log.log(level, "the administrator is «%s» with the password %s", name, password)
        log.log(level, "it is shown this once; another is set with: expunge admin password")


def serve(settings: Settings, *, host: str, port: int, workers: int) -> None:
    """Run until interrupted. Worker processes read the same settings from the environment.

    Raises
    ------
    expunge.errors.ExtraMissing
        Where a mode that is on needs libraries that are not installed.
    expunge.stores.local.presence.InUse
        While a backup is restored into the data folder.
    """
    advice = lacking(modes_of(settings))
    if advice is not None:
        raise ExtraMissing(advice)
    with present(settings.data) if settings.store == "local" else contextlib.nullcontext():
        _serve(settings, host, port, workers)


def _serve(settings: Settings, host: str, port: int, workers: int) -> None:
    service = build(settings)
    protocol = partial(GuardedProtocol, Connections(), settings.public_url)
    config = uvicorn.Config(
        create_app(service),
        http=cast("type[GuardedProtocol]", protocol),
        ws="none",
        h11_max_incomplete_event_size=MAX_HEAD,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        host=host,
        port=port,
        log_level=settings.log_level,
        log_config=None,
        access_log=False,
        # The caller's address is the socket's: a header that anybody can send proves nothing.
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=10,
        lifespan="off",
    )
    logging.getLogger("uvicorn.error").addFilter(Seldom())  # it warns of each bad request
    listening = config.bind_socket()  # says so and ends here where the port is taken
    log.info("expunge %s at http://%s:%d", expunge.__version__, host, port)
    log.info("playground at /, API at /docs, data in %s", settings.data)
    if settings.quotas == "on":
        log.info(
            "callers are limited as docs/reference/limits.md says; EXPUNGE_QUOTAS=off lifts that"
        )
    _tell_new_password(service)
    with Supervisor(service, workers), contextlib.suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listening])
    service.close()
