"""Processes that share a listening socket share its connections."""

from __future__ import annotations

import asyncio
import errno
import socket
import sys
from contextlib import ExitStack

import pytest

from expunge.embedded import accepting
from expunge.embedded.accepting import Acceptor

PATIENCE = 60
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="cannot watch a socket")


class Accepted(asyncio.Protocol):
    """Ends each connection and notes which loop accepted it."""

    def __init__(self, by: int, log: asyncio.Queue[int]) -> None:
        self.by, self.log = by, log

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.log.put_nowait(self.by)
        transport.close()


async def first(count: int, log: asyncio.Queue[int]) -> list[int]:
    async with asyncio.timeout(PATIENCE):
        return [await log.get() for _ in range(count)]


def test_a_burst_of_connections_is_shared() -> None:
    async def main() -> list[int]:
        log: asyncio.Queue[int] = asyncio.Queue()
        with ExitStack() as stack:
            one = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=64))
            second = stack.enter_context(one.dup())
            for _ in range(40):
                stack.enter_context(socket.create_connection(one.getsockname()))
            acceptors = [
                Acceptor(listening, lambda by=by: Accepted(by, log))
                for by, listening in enumerate((one, second))
            ]
            accepted = await first(40, log)
            for acceptor in acceptors:
                acceptor.close()
                await acceptor.wait_closed()
            return accepted

    accepted = asyncio.run(main())

    assert 10 <= accepted.count(0) <= 30


def test_a_lack_of_descriptors_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accepting, "PAUSE_SECONDS", 0.01)

    class Listening(socket.socket):
        lacking = 2

        def accept(self) -> tuple[socket.socket, object]:
            if self.lacking:
                self.lacking -= 1
                raise OSError(errno.EMFILE, "Too many open files")
            return super().accept()

    async def main() -> list[int]:
        log: asyncio.Queue[int] = asyncio.Queue()
        with Listening() as listening:
            listening.bind(("127.0.0.1", 0))
            listening.listen()
            acceptor = Acceptor(listening, lambda: Accepted(0, log))
            with socket.create_connection(listening.getsockname()):
                accepted = await first(1, log)
            acceptor.close()
            await acceptor.wait_closed()
            return accepted

    assert asyncio.run(main()) == [0]
