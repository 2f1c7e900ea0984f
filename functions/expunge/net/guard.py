"""Which connections are allowed, decided when each one is opened.

The guard is the HTTP client's network backend, so redirects and retries cannot bypass it.
It resolves a name once and checks every IP address in the answer. It connects only to an
address that it has checked, so a changed DNS answer (DNS rebinding) has no effect. TLS and
the Host header keep the name.

An operator may open private targets (`own_network`) to some callers. Theirs is another guard, with
that list: `Guard.opening`.
"""

from __future__ import annotations

import re
from copy import copy
from typing import TYPE_CHECKING

import httpcore2

from expunge.net.addresses import is_public
from expunge.net.deadline import DeadlinePassed
from expunge.net.own_network import WEB_PORTS, AllowList, is_internal_name, is_literal
from expunge.net.resolver import system_resolver

if TYPE_CHECKING:
    import ssl
    from collections.abc import Collection, Iterable, Sequence

    from expunge.net.deadline import Deadline
    from expunge.net.resolver import Resolver

MAX_ADDRESSES = 4
"""IP addresses of one name that are tried before it counts as unreachable."""

_NAME = re.compile(r"(?=.{4,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]{1,63}")


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
    allowed
        Private targets that are open as well.
    """

    def __init__(
        self,
        resolve: Resolver = system_resolver,
        *,
        also_public: Collection[tuple[str, int]] = (),
        allowed: AllowList | None = None,
    ) -> None:
        self._resolve = resolve
        self._also_public = frozenset(also_public)
        self.allowed = allowed or AllowList()

    def opening(self, allowed: AllowList) -> Guard:
        """A guard like this one that opens these targets."""
        other = copy(self)
        other.allowed = allowed
        return other

    def check(self, host: str, port: int) -> None:
        """Refuse hosts and ports that need no DNS lookup to be refused.

        Raises
        ------
        Refused
            Unless the target is open: for a port other than 80 and 443, an internal name, an IP
            address that is not public, or a notation of an IP address that only some programs
            understand.
        """
        if self.allowed.may_open(host, port):
            return
        if not self._is_web_port(port):
            raise Refused("not a port of the web")
        if is_literal(host):
            self._judged([host], host, port, public=True)
        elif not _is_public_name(host):
            raise Refused("not a public name")

    def addresses(
        self, host: str, port: int, seconds: float, *, public: bool = True
    ) -> Sequence[str]:
        """The IP addresses that a host's connections may go to: all of the answer, or none.

        Of the answer for an internal name, only those that are open.

        Parameters
        ----------
        public
            Whether a public address may be among them.

        Raises
        ------
        Refused
            If any address is not allowed: legitimate names do not mix the two.
        """
        self.check(host, port)
        if is_literal(host):
            return self._judged([host], host, port, public=public)
        try:
            answer = self._resolve(host, seconds)
        except OSError as error:
            raise Refused("the name has no address") from error
        if not _is_public_name(host):
            public = False
            answer = [each for each in answer if self.allowed.opens(host, each, port)]
        return self._judged(answer, host, port, public=public)[:MAX_ADDRESSES]

    def opens_plainly(self, host: str, port: int) -> bool:
        """Whether http may lead to this host where callers must use https.

        Only a target in the list, or a name that no public DNS can hold, may be opened without
        TLS: nothing else tells them from a public host before its name is resolved.
        """
        listed = self.allowed.names(host, port)
        internal = not is_literal(host) and is_internal_name(host)
        return listed or (internal and self.allowed.may_open(host, port))

    def counts_as_public(self, address: str, port: int) -> bool:
        """Whether anybody may connect there."""
        public = is_public(address) and port in WEB_PORTS
        return public or (address, port) in self._also_public

    def _judged(
        self, addresses: Sequence[str], host: str, port: int, *, public: bool
    ) -> Sequence[str]:
        if not addresses or not all(
            (public and self.counts_as_public(address, port))
            or self.allowed.opens(host, address, port)
            for address in addresses
        ):
            raise Refused("not an address that is open")
        return addresses

    def _is_web_port(self, port: int) -> bool:
        return port in WEB_PORTS or port in {each for _, each in self._also_public}


def _is_public_name(host: str) -> bool:
    return bool(_NAME.fullmatch(host)) and not is_internal_name(host)


class GuardedBackend(httpcore2.NetworkBackend):
    """The HTTP client's network backend: TCP only where the guard allows, under one deadline."""

    def __init__(self, guard: Guard, deadline: Deadline) -> None:
        self.guard = guard
        self.public = True
        """Whether the next connection may go to a public address."""
        self.went_public = False
        """Whether the latest connection did."""
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
        guard, left = self.guard, _left(self._deadline, timeout)
        for address in guard.addresses(host, port, left, public=self.public):
            try:
                stream = self._tcp.connect_tcp(
                    address, port, _left(self._deadline, timeout), local_address, socket_options
                )
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
            else:
                self.went_public = guard.counts_as_public(address, port)
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
        try:
            left = _left(self._deadline, timeout)
        except httpcore2.ReadTimeout:
            self.close()  # as the HTTP client's own streams do
            raise
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
