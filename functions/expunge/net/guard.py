"""Which connections are allowed, decided when each one is opened.

The guard is the HTTP client's network backend, so redirects and retries cannot bypass it.
It resolves a name once and checks every IP address in the answer. It connects only to an
address that it has checked, so a changed DNS answer (DNS rebinding) has no effect. TLS and
the Host header keep the name.
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
"""IP addresses of one name that are tried before it counts as unreachable."""

_NAME = re.compile(r"(?=.{4,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]{1,63}")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
"""A last label that makes a name an IPv4 address (WHATWG URL, «ends in a number»)."""
_INTERNAL = ("localhost", "local", "internal", "intranet", "lan", "home", "corp", "private")
"""Top-level labels without a public meaning (RFC 6761, RFC 6762, ICANN's reserved names)."""


class Refused(httpcore2.ConnectError):
    """The guard does not allow this connection."""


class Guard:
    """Decides to which IP addresses a host's connections may go.

    Parameters
    ----------
    resolve
        Called once for each connection to a name.
    also_public
        ``(address, port)`` pairs that count as public although they are not. Only for
        tests, whose servers run on loopback; no setting changes it.
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
        """Refuse hosts and ports that need no DNS lookup to be refused.

        Raises
        ------
        Refused
            For a port other than 80 and 443, an internal name, an IP address that is not
            public, or a notation of an IP address that only some programs understand.
        """
        if port not in PORTS and port not in {p for _, p in self._also_public}:
            raise Refused("not a port of the web")
        if _is_literal(host):
            self._judge([host], port)
        elif not _NAME.fullmatch(host) or host.rsplit(".", 1)[-1] in _INTERNAL:
            raise Refused("not a public name")

    def addresses(self, host: str, port: int, seconds: float) -> Sequence[str]:
        """The IP addresses that a host's connections may go to: all of the answer, or none.

        Raises
        ------
        Refused
            If any address is not public: legitimate names do not mix the two.
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
    """The HTTP client's network backend: TCP only where the guard allows, under one deadline."""

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
        raise Refused("Unix sockets are not allowed")


class _TimedStream(httpcore2.NetworkStream):
    """A stream whose reads and writes end by the deadline, so a slow sender cannot exceed it."""

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
