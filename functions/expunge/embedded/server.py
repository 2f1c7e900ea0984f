"""The embedded server: web processes, workers and the store in one command."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import threading
from importlib.util import find_spec
from typing import TYPE_CHECKING

import expunge
from expunge.bootstrap import build
from expunge.embedded.listening import bound
from expunge.embedded.supervisor import Place, Supervisor
from expunge.errors import ExtraMissing
from expunge.extras import sentence
from expunge.fetching import check_listening
from expunge.operations.available import lacking, modes_of
from expunge.stores.local.presence import present
from expunge.telemetry import tracing

if TYPE_CHECKING:
    from expunge.service import Service
    from expunge.settings import Settings

log = logging.getLogger(__name__)

WEB, WORKER = "expunge.embedded.web", "expunge.embedded.worker"
"""The modules that its processes run. They are not imported here: this process needs no more."""


def _tell_new_password(service: Service) -> None:
    password = service.administrator.ensure_password()
    if password is not None:
        name = service.administrator.username
        level = max(logging.WARNING, log.getEffectiveLevel())  # every log level shows it
        log.log(level, "the administrator is «%s» with the password %s", name, password)
        log.log(level, "it is shown only once; set another with: expunge admin password")


def serve(settings: Settings, *, host: str, port: int, workers: int, web_workers: int) -> None:
    """Run until interrupted. All processes read the same settings from the environment.

    Raises
    ------
    expunge.errors.ExtraMissing
        If the service or an enabled mode needs libraries that are not installed.
    expunge.stores.local.presence.InUse
        While a backup is restored into the data folder.
    expunge.embedded.listening.CannotListen
        If the port is taken, or not one of this machine.
    expunge.settings.SettingsInvalid
        For settings that do not fit each other or the address.
    """
    if find_spec("uvicorn") is None:
        raise ExtraMissing(sentence("serve"))
    advice = lacking(modes_of(settings))
    if advice is not None:
        raise ExtraMissing(advice)
    with present(settings.data) if settings.store == "local" else contextlib.nullcontext():
        _serve(settings, host, port, workers, web_workers)


def _share_metrics(settings: Settings, port: int) -> None:
    """Let all processes of this server count together, apart from other servers of its data."""
    if settings.metrics:
        from expunge.telemetry.metrics import share  # noqa: PLC0415  only where they are on

        share(settings.data / "run" / f"metrics-{port}")


def _serve(settings: Settings, host: str, port: int, workers: int, web_workers: int) -> None:
    with bound(host, port) as listening:
        check_listening(settings, listening.getsockname()[0])
        tracing.start(os.environ, expunge.__version__)
        _share_metrics(settings, port)
        service = build(settings)
        log.info("expunge %s at http://%s:%d", expunge.__version__, host, port)
        _tell_settings(settings)
        _tell_new_password(service)
        places = [
            *(Place("web process", WEB, listening.fileno()) for _ in range(web_workers)),
            *(Place("worker", WORKER) for _ in range(workers)),
        ]
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        with Supervisor(service, places, courier=workers > 0):
            stop.wait()
    service.close()


def _tell_settings(settings: Settings) -> None:
    log.info("studio at /, API at /docs, data in %s", settings.data)
    if settings.quotas == "on":
        log.info("the limits of docs/reference/limits.md apply; EXPUNGE_QUOTAS=off removes them")
    if settings.fetch_allow:
        opened = ", ".join(settings.fetch_allow)
        log.info("callers with a key, and pages of this server, reach %s", opened)
