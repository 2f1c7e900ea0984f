"""Names to addresses by the system's resolver, within a time."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Sequence

Resolver = Callable[[str, float], Sequence[str]]
"""Takes a name and how many seconds it may take; answers addresses, or raises `OSError`."""


def system_resolver(name: str, seconds: float) -> Sequence[str]:
    """Ask the system once.

    `socket.getaddrinfo` cannot be told a time, so it runs in a thread of its own; one
    that comes too late is left to end by itself, unheard.

    Raises
    ------
    OSError
        Where there is no such name; `TimeoutError` where the answer did not come in time.
    """
    found: list[Sequence[str] | OSError] = []

    def ask() -> None:
        try:
            found.append(_addresses(name))
        except (OSError, UnicodeError) as error:
            found.append(error if isinstance(error, OSError) else OSError(str(error)))

    thread = threading.Thread(target=ask, name="resolver", daemon=True)
    thread.start()
    thread.join(seconds)
    if not found:
        raise TimeoutError
    if isinstance(found[0], OSError):
        raise found[0]
    return found[0]


def _addresses(name: str) -> Sequence[str]:
    answers = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    return list(dict.fromkeys(str(address[0]) for *_, address in answers))
