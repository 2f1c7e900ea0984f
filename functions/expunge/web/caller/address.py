"""Whose request it is, by what the edge itself saw.

A header that any client can send proves nothing: ``X-Forwarded-For`` is
believed from a proxy that the operator has named. On AWS the address is the
request context's, or, of a request that provably came through CloudFront, the
one that `front` took from it.
"""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ipaddress import IPv4Network, IPv6Network

    from starlette.requests import Request

    from expunge.settings import Settings


def client_address(request: Request, settings: Settings) -> str:
    """The address that the request came from; empty where nobody knows.

    That is the socket's, on AWS the one in the gateway's context, or with trusted
    proxies before it the nearest that is not one of theirs.
    """
    peer = request.client.host if request.client else ""
    trusted = settings.trusted_proxies
    return _behind(peer, request, trusted) if trusted else peer


def _behind(peer: str, request: Request, trusted: tuple[str, ...]) -> str:
    """The nearest address that is not a trusted proxy's, walking back from the socket."""
    networks = [ip_network(words, strict=False) for words in trusted]
    passed = [
        hop.strip()
        for line in request.headers.getlist("x-forwarded-for")
        for hop in line.split(",")
    ]
    while passed and _within(peer, networks):
        nearer = passed.pop()
        if not _is_address(nearer):
            break
        peer = nearer
    return peer


def _within(address: str, networks: list[IPv4Network | IPv6Network]) -> bool:
    return _is_address(address) and any(ip_address(address) in network for network in networks)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
