"""The socket on which all web processes listen."""

from __future__ import annotations

import errno
import socket
import time

from expunge.embedded.port_holder import holder_of, will_be_free

BACKLOG = 2048
"""Connections that may wait to be accepted; uvicorn's default."""
LEFT_OVER_SECONDS = 20.0
"""Time for the web processes of a server that was killed to end. They notice at once, and have
little of a busy processor."""
UNSEEN_SECONDS = 2.0
"""Time for a port whose holder is not in sight. Most often it ended while it was looked for."""
_PAUSE = 0.1


class CannotListen(Exception):
    """The server cannot listen there; the message says why, and what to do."""


def bound(host: str, port: int) -> socket.socket:
    """The socket on which web processes listen.

    A caller that connects before the first process has started waits for it. A port that processes
    of a killed server still hold is waited for.

    Raises
    ------
    CannotListen
        If the port is taken or not allowed, or the host is not one of this machine.
    """
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        _bind(listening, host, port)
        listening.listen(BACKLOG)
    except (OSError, UnicodeError) as error:  # the latter for what cannot be a host name
        listening.close()
        raise CannotListen(_sentence(error, host, port)) from error
    return listening


def _bind(listening: socket.socket, host: str, port: int) -> None:
    began = time.monotonic()
    while True:
        try:
            listening.bind((host, port))
        except OSError as error:
            if error.errno != errno.EADDRINUSE or not _worth_waiting(port, began):
                raise
            time.sleep(_PAUSE)
        else:
            return


def _worth_waiting(port: int, began: float) -> bool:
    soon = will_be_free(port)
    patience = UNSEEN_SECONDS if soon is None else LEFT_OVER_SECONDS * soon
    return time.monotonic() < began + patience


def _sentence(error: OSError | UnicodeError, host: str, port: int) -> str:
    number = getattr(error, "errno", None)
    if number == errno.EADDRINUSE:
        return _taken(host, port)
    if number == errno.EACCES:
        return (
            f"This user may not listen on port {port}. Ports below 1024 need privileges: choose "
            "another one, such as --port 8000, and let a reverse proxy forward to it."
        )
    if number == errno.EADDRNOTAVAIL or isinstance(error, (socket.gaierror, UnicodeError)):
        return (
            f"«{host}» is not an address of this machine. Choose 127.0.0.1 for this machine alone, "
            "0.0.0.0 for every network, or one of its own addresses: --host 127.0.0.1"
        )
    return f"The server cannot listen on port {port} of {host}: {error}."


def _taken(host: str, port: int) -> str:
    holder = holder_of(port)
    who = (
        f"by {holder}"
        if holder
        else f"by another program, perhaps another «expunge serve»; «ss -ltnp sport = :{port}» on "
        f"Linux, or «lsof -nP -iTCP:{port} -sTCP:LISTEN», shows which"
    )
    other = port + 1 if port < 65_535 else port - 1
    return (
        f"Port {port} of {host} is taken {who}. Stop it, or choose another port: expunge serve "
        f"--port {other} (from a checkout: make serve PORT={other})."
    )
