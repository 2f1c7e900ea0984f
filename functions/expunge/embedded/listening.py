"""The socket on which all web processes listen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import uvicorn

if TYPE_CHECKING:
    import socket

BACKLOG = 2048
"""Connections that may wait to be accepted; uvicorn's default."""


def bound(host: str, port: int) -> socket.socket:
    """The socket on which web processes listen; exits with a message if the port is in use.

    A caller that connects before the first process has started waits for it.
    """
    config = uvicorn.Config("expunge", host=host, port=port, log_config=None)
    listening = config.bind_socket()
    listening.listen(BACKLOG)
    return listening
