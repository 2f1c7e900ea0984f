"""An image process: it runs one operation after another for the server that started it.

``python -m expunge.embedded.pool.process DESCRIPTOR`` runs one. It ends when the server closes
the connection or has ended. Its memory is limited as in a queue worker. The server limits its run
time by killing it.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import ExitStack, suppress
from dataclasses import replace
from multiprocessing.connection import Connection

from expunge.embedded.pool import wire
from expunge.embedded.reserve import limit_memory, reserve_of
from expunge.errors import ExpungeError
from expunge.imaging.provenance.own_label import OwnLabel
from expunge.logs import configure
from expunge.operations import runnable
from expunge.operations.execution import failure_of
from expunge.settings import Settings


def serve(connection: Connection, settings: Settings) -> None:
    """Run the server's requests until it disconnects."""
    while True:
        asked, _ = wire.receive(connection)
        with ExitStack() as held:
            try:
                reserve = reserve_of(settings, patience=asked["patience"])
                held.enter_context(reserve.share(asked["memory"]))
            except ExpungeError as error:
                wire.send_error(connection, error)
                continue
            wire.send(connection, {"type": "ready"})
            head, body = wire.receive(connection)
            if head["type"] == "run":
                _run(connection, head, body)


def _run(connection: Connection, head: wire.Head, body: bytes) -> None:
    def report(fraction: float) -> None:
        wire.send(connection, {"type": "progress", "fraction": fraction})

    try:
        mode = runnable(head["mode"])
        source = wire.source_of(connection, head, body, partial=mode.partial)
        if head["label"]:
            source = replace(source, label=OwnLabel.parsed(head["label"]))
        outcome = mode.run(source, mode.options(head["options"]), report)
    except Exception as error:  # noqa: BLE001 (each is reported)
        failure = failure_of(error, head["mode"])
    else:
        wire.send_outcome(connection, outcome)
        return
    wire.send_error(connection, failure)  # here the traceback no longer holds memory


def _preload() -> None:
    """Import what every operation on pixels needs, before the first request."""
    with suppress(ImportError):  # the operation reports what to install
        from expunge.operations import detect, visible  # noqa: F401, PLC0415


def _leave_with_the_server() -> None:
    """Exit when standard input closes: the server has ended, so the result is useless."""
    while os.read(0, 1024):
        pass
    os._exit(0)


def main() -> None:
    settings = Settings.from_env(os.environ)
    configure(settings.log_level, settings.log_format)
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # the server handles Ctrl-C and then ends this process
    threading.Thread(target=_leave_with_the_server, daemon=True).start()
    limit_memory(settings.job_memory_mb)
    _preload()
    with suppress(EOFError, ConnectionError):
        serve(Connection(int(sys.argv[1])), settings)


if __name__ == "__main__":
    main()
