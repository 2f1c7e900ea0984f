"""Notifies every process on one data folder of an event, at once, with best effort.

Each listener binds a datagram socket in a folder; a sender writes to all of them. A full or closed
socket loses the signal, so listeners also poll from time to time.
"""

from __future__ import annotations

import os
import secrets
import socket
import threading
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_BYTES = 128
"""Maximum length of a signal's name."""
_BY_DESCRIPTOR = Path("/proc/self/fd").is_dir()
"""On Linux, an open descriptor gives any folder a short path."""
_MAX_PATH = 100
"""Maximum path of a socket, below every system's ``sun_path`` (104 on macOS, 108 on Linux)."""


class SocketSignals:
    """The `Signals` port over UNIX datagram sockets.

    Parameters
    ----------
    folder
        The folder of the sockets; created if absent, only for this user.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @cached_property
    def _directory(self) -> int:
        """An open descriptor of the folder."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return os.open(self._folder, os.O_RDONLY)

    @cached_property
    def _sender(self) -> socket.socket:
        sender = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        sender.setblocking(False)
        return sender

    def send(self, name: str) -> None:
        """Notify every listener; one whose socket is full misses the signal."""
        for listener in self._listeners():
            try:
                self._sender.sendto(name.encode(), self._address(listener))
            except (ConnectionRefusedError, FileNotFoundError):
                (self._folder / listener).unlink(missing_ok=True)  # its process has ended
            except OSError:
                continue

    def _listeners(self) -> list[str]:
        try:
            with os.scandir(self._folder) as entries:
                return [entry.name for entry in entries if entry.name.endswith(".sock")]
        except FileNotFoundError:
            return []

    def listen(self, heard: Callable[[str], None]) -> Callable[[], None]:
        """Call ``heard`` with each name, from a new thread; return a function that stops it."""
        name = f"{os.getpid()}-{secrets.token_hex(4)}.sock"
        receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        receiver.bind(self._address(name))

        def receive() -> None:
            with suppress(OSError):
                while data := receiver.recv(MAX_BYTES):
                    heard(data.decode("utf-8", "replace"))

        thread = threading.Thread(target=receive, name="signals", daemon=True)
        thread.start()

        def stop() -> None:
            (self._folder / name).unlink(missing_ok=True)
            with suppress(OSError):
                receiver.shutdown(socket.SHUT_RDWR)
            receiver.close()

        return stop

    def close(self) -> None:
        if "_sender" in self.__dict__:
            self._sender.close()
        if "_directory" in self.__dict__:
            os.close(self._directory)

    def _address(self, name: str) -> str:
        if _BY_DESCRIPTOR:
            return f"/proc/self/fd/{self._directory}/{name}"
        return str(self._folder / name)


def signals_in(folder: Path) -> SocketSignals | None:
    """Signals for a folder, or ``None`` if the system has no such sockets."""
    short = _BY_DESCRIPTOR or len(str(folder)) < _MAX_PATH - 32
    return SocketSignals(folder) if hasattr(socket, "AF_UNIX") and short else None
