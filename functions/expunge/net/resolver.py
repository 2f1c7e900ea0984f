"""DNS names to IP addresses by the system's resolver, with a timeout."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Sequence

Resolver = Callable[[str, float], Sequence[str]]
"""Takes a name and a timeout in seconds; returns IP addresses or raises `OSError`."""


def system_resolver(name: str, seconds: float) -> Sequence[str]:
    """Resolve a name with one call to the system.

    `socket.getaddrinfo` has no timeout, so it runs in a separate thread. The answer of a
    call that takes too long is ignored.

    Raises
    ------
    OSError
        If the name does not exist; `TimeoutError` if there was no answer in time.
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
