"""Private targets that the operator opens to callers (``EXPUNGE_FETCH_ALLOW``).

An entry names a host, ``*.`` and a domain, an IP address or a network, and may add a port:
``localhost:5678``, ``*.lan:8080``, ``192.168.1.20``, ``10.0.0.0/24:*``, ``[fd00::5]:8080``.
Without a port it opens 80 and 443, with ``*`` all of them. The list opens private addresses alone:
what public ones may do stays as it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

from expunge.net.addresses import Network, is_private, is_private_network, is_public

if TYPE_CHECKING:
    from collections.abc import Iterable

WEB_PORTS = frozenset({80, 443})
LOOPBACK = ("127.0.0.1", "::1")
INTERNAL = ("localhost", "local", "internal", "intranet", "lan", "home", "corp", "private")
"""Top-level labels without a public meaning (RFC 6761, RFC 6762, ICANN's reserved names)."""

_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"(?=.{{1,253}}$)(?:{_LABEL}\.)*{_LABEL}")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
"""A last label that makes a name an IPv4 address (WHATWG URL, «ends in a number»)."""
_ENTRY = re.compile(
    r"(?:\[(?P<six>[0-9a-f:.]+(?:/\d{1,3})?)\]|(?P<other>[^\[\]:]+))(?::(?P<port>\d{1,5}|\*))?"
)
_BARE_6 = re.compile(r"[0-9a-f.]*:[0-9a-f.]*:[0-9a-f:.]*(?:/\d{1,3})?")
"""An IPv6 address or network without brackets, and so without a port."""


class EntryInvalid(ValueError):
    """An entry of the list is wrong; the message says how."""


def is_literal(host: str) -> bool:
    """Whether a URL's host is an IP address, in any notation."""
    return ":" in host or bool(_NUMBER.fullmatch(host.rsplit(".", 1)[-1]))


def is_internal_name(name: str) -> bool:
    """Whether no public DNS can hold this name: one label, or a reserved last one."""
    parent, _, last = name.rpartition(".")
    return not parent or last in INTERNAL or f".{name}".endswith(".home.arpa")


def is_private_host(host: str) -> bool:
    """Whether a host name or IP address leads to a machine or network of its user's own."""
    name = re.sub(r"^\*(?=\.)", "any", host.lower()).strip("[].")
    if is_literal(name):
        return not is_public(name) and not _is_unspecified(name)
    return name != "*" and is_internal_name(name)


def _is_unspecified(address: str) -> bool:
    try:
        return ip_address(address).is_unspecified
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the list: a name, or a network."""

    name: str | None
    """In lower case; ``*.`` at the beginning stands for one or more labels."""
    network: Network | None
    ports: frozenset[int] | None
    """``None`` for all."""

    def has_port(self, port: int) -> bool:
        return self.ports is None or port in self.ports

    def has_name(self, host: str) -> bool:
        if self.name is None:
            return False
        return host == self.name or (self.name.startswith("*.") and host.endswith(self.name[1:]))

    def has_address(self, address: str) -> bool:
        try:
            parsed = ip_address(address)
        except ValueError:
            return False
        network = self.network
        return network is not None and parsed.version == network.version and parsed in network


class AllowList:
    """All entries. Empty, it opens nothing.

    Raises
    ------
    EntryInvalid
        For an entry that names no private target.
    """

    def __init__(self, words: Iterable[str] = ()) -> None:
        self._entries = tuple(entry for word in words for entry in _entries(word.lower()))

    def __bool__(self) -> bool:
        return bool(self._entries)

    def names(self, host: str, port: int) -> bool:
        """Whether an entry has this host itself, by its name or IP address."""
        if is_literal(host):
            return self.opens(host, host, port)
        return any(entry.has_port(port) and entry.has_name(host) for entry in self._entries)

    def may_open(self, host: str, port: int) -> bool:
        """Whether a connection to this host may turn out to be open: by its form, without DNS."""
        if is_literal(host):
            return self.opens(host, host, port)
        return bool(_NAME.fullmatch(host)) and any(
            entry.has_port(port) and (entry.network is not None or entry.has_name(host))
            for entry in self._entries
        )

    def opens(self, host: str, address: str, port: int) -> bool:
        """Whether connections to ``host`` may go to this IP address and port."""
        return is_private(address) and any(
            entry.has_port(port) and (entry.has_name(host) or entry.has_address(address))
            for entry in self._entries
        )


def _entries(word: str) -> list[Entry]:
    match = _ENTRY.fullmatch(f"[{word}]" if _BARE_6.fullmatch(word) else word)
    if match is None:
        raise EntryInvalid(
            f"«{word}» is not a host, IP address or network, with or without a port; write "
            "localhost:5678, 192.168.1.0/24, [fd00::5]:8080 or nas.lan:*"
        )
    target, ports = match["six"] or match["other"], _ports(match["port"], word)
    name = target.removesuffix(".")
    if match["six"] is None and "/" not in target and not is_literal(name):
        if not _NAME.fullmatch(name.removeprefix("*.")):
            raise EntryInvalid(f"«{word}»: «{target}» is not a host name")
        also = [Entry(None, ip_network(one), ports) for one in LOOPBACK if name == "localhost"]
        return [Entry(name, None, ports), *also]
    return [Entry(None, _network(target, word), ports)]


def _ports(port: str | None, word: str) -> frozenset[int] | None:
    if port == "*":
        return None
    if port is None:
        return WEB_PORTS
    if not 1 <= int(port) <= 65_535:
        raise EntryInvalid(f"«{word}»: a port is a number from 1 to 65535, or *")
    return frozenset({int(port)})


def _network(target: str, word: str) -> Network:
    try:
        network = ip_network(target)
    except ValueError as error:
        raise EntryInvalid(f"«{word}»: {error}") from None
    if not is_private_network(network):
        raise EntryInvalid(
            f"«{word}» is not part of a private network, or is a cloud's metadata service, which "
            "is never open; private are 10.0.0.0/8, 100.64.0.0/10, 127.0.0.0/8, 172.16.0.0/12, "
            "192.168.0.0/16, ::1 and fc00::/7"
        )
    return network
