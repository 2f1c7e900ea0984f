"""The operator's reverse proxies, and what they say about a request.

Any client can send ``X-Forwarded-…``, so only proxies that the operator has named are believed.
Each proxy appends to these headers. So the last values are from the nearest proxy, and values
before those of trusted proxies are the client's own words.
"""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.datastructures import Headers

FORWARDED_FOR = "x-forwarded-for"


class Proxies:
    """Trusted reverse proxies.

    Parameters
    ----------
    networks
        IP addresses or networks, as in ``EXPUNGE_TRUSTED_PROXIES``.
    """

    def __init__(self, networks: Sequence[str]) -> None:
        self._networks = [ip_network(words, strict=False) for words in networks]

    def trusts(self, address: str) -> bool:
        """Whether an IP address is a proxy's."""
        if not self._networks or not is_address(address):
            return False
        return any(ip_address(address) in network for network in self._networks)

    def passed(self, peer: str, headers: Headers) -> list[str]:
        """The IP addresses that a request came through, from the socket's peer to the client.

        All but the last are trusted proxies.
        """
        claimed = _words(headers, FORWARDED_FOR)
        path = [peer]
        while claimed and self.trusts(path[-1]):
            nearer = claimed.pop()
            if not is_address(nearer):
                break
            path.append(nearer)
        return path

    def hops(self, peer: str, headers: Headers) -> int:
        """How many trusted proxies the request came through."""
        return sum(map(self.trusts, self.passed(peer, headers)))

    def told(self, headers: Headers, name: str, hops: int) -> str:
        """What the outermost of ``hops`` trusted proxies says; empty if none says anything.

        A proxy that overwrites the header, where others append to it, leaves fewer values.
        """
        values = _words(headers, name)
        return values[-min(hops, len(values))] if hops and values else ""


def is_address(text: str) -> bool:
    """Whether the text is an IP address."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _words(headers: Headers, name: str) -> list[str]:
    return [word.strip() for line in headers.getlist(name) for word in line.split(",")]
