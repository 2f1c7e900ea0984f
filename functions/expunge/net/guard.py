"""Where a connection may go, decided at the moment it is dialled.

The guard stands in the HTTP client's own place for opening sockets, its network
back-end, so nothing that the client does (a redirect, a second try) passes by it.
A name is resolved once, every address of the answer is judged, and what is dialled
is an address that was judged: a name that changes its answer has no second chance.
TLS and the Host header keep the name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import httpcore2

from expunge.net.addresses import is_public
from expunge.net.deadline import DeadlinePassed
from expunge.net.resolver import system_resolver

if TYPE_CHECKING:
    import ssl
    from collections.abc import Collection, Iterable, Sequence

    from expunge.net.deadline import Deadline
    from expunge.net.resolver import Resolver

PORTS = frozenset({80, 443})
MAX_ADDRESSES = 4
"""Of one name that are tried before it counts as unreachable."""

_NAME = re.compile(r"(?=.{4,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]{1,63}")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
"""A last label that makes a name an IPv4 address (WHATWG URL, «ends in a number»)."""
_INTERNAL = ("localhost", "local", "internal", "intranet", "lan", "home", "corp", "private")
"""Top labels that lead nowhere in public (RFC 6761, RFC 6762, ICANN's reserved names)."""


class Refused(httpcore2.ConnectError):
    """The guard does not let this connection be opened."""


class Guard:
    """Says which addresses a host may be reached at.

    Parameters
    ----------
    resolve
        Asked once for each connection to a name.
    also_public
        ``(address, port)`` pairs that count as public although they are not. For tests,
        which have their servers on loopback: no setting leads here.
    """

    def __init__(
        self,
        resolve: Resolver = system_resolver,
        *,
        also_public: Collection[tuple[str, int]] = (),
    ) -> None:
        self._resolve = resolve
        self._also_public = frozenset(also_public)

    def check(self, host: str, port: int) -> None:
        """Refuse what can be refused without asking the resolver.

        Raises
        ------
        Refused
            For a port that is not the web's, an internal name, an address that is not
            public, or a way to write an address that only some programs understand.
        """
        if port not in PORTS and port not in {p for _, p in self._also_public}:
            raise Refused("not a port of the web")
        if _is_literal(host):
            self._judge([host], port)
        elif not _NAME.fullmatch(host) or host.rsplit(".", 1)[-1] in _INTERNAL:
            raise Refused("not a public name")

    def addresses(self, host: str, port: int, seconds: float) -> Sequence[str]:
        """The addresses that may be dialled for a host: all of its answer, or none.

        Raises
        ------
        Refused
            Where even one address is not public: honest names do not mix them.
        """
        self.check(host, port)
        if _is_literal(host):
            return [host]
        try:
            answer = self._resolve(host, seconds)
        except OSError as error:
            raise Refused("the name has no address") from error
        self._judge(answer, port)
        return answer[:MAX_ADDRESSES]

    def _judge(self, addresses: Sequence[str], port: int) -> None:
        if not addresses or not all(
            is_public(address) or (address, port) in self._also_public for address in addresses
        ):
            raise Refused("not a public address")


def _is_literal(host: str) -> bool:
    return ":" in host or bool(_NUMBER.fullmatch(host.rsplit(".", 1)[-1]))


class GuardedBackend(httpcore2.NetworkBackend):
    """The client's network: TCP to where the guard allows, and all of it by one deadline."""

    def __init__(self, guard: Guard, deadline: Deadline) -> None:
        self._guard = guard
        self._deadline = deadline
        self._tcp = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        failure: Exception = Refused("the name has no address")
        for address in self._guard.addresses(host, port, _left(self._deadline, timeout)):
            try:
                stream = self._tcp.connect_tcp(
                    address, port, _left(self._deadline, timeout), local_address, socket_options
                )
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
            else:
                return _TimedStream(stream, self._deadline)
        raise failure

    def connect_unix_socket(
        self,
        path: str,  # noqa: ARG002
        timeout: float | None = None,  # noqa: ARG002
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,  # noqa: ARG002
    ) -> httpcore2.NetworkStream:
        raise Refused("no sockets of this machine")


class _TimedStream(httpcore2.NetworkStream):
    """A stream whose every step ends by the deadline, so that no drip outlasts it."""

    def __init__(self, stream: httpcore2.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(self._deadline, timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(self._deadline, timeout))

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        left = _left(self._deadline, timeout)
        return _TimedStream(
            self._stream.start_tls(ssl_context, server_hostname, left), self._deadline
        )

    def close(self) -> None:
        self._stream.close()

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


def _left(deadline: Deadline, timeout: float | None) -> float:
    try:
        return deadline.within(timeout)
    except DeadlinePassed:
        raise httpcore2.ReadTimeout from None
