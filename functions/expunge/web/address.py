"""Whose request it is, by what the edge itself saw.

A header that any client can send proves nothing. Two are believed, each only
from whom it can come: ``CloudFront-Viewer-Address`` with the secret that the
operator's distribution adds to each request it passes on, and
``X-Forwarded-For`` from a proxy that the operator has named.
"""

from __future__ import annotations

import hmac
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ipaddress import IPv4Network, IPv6Network

    from starlette.requests import Request

    from expunge.settings import Settings

EDGE_SECRET = "x-edge-secret"  # noqa: S105 - a header's name
_VIEWER = "cloudfront-viewer-address"


def client_address(request: Request, settings: Settings) -> str:
    """The address that the request came from; empty where nobody knows."""
    viewer = request.headers.get(_VIEWER)
    if viewer and _came_through_edge(request, settings.edge_secret):
        return viewer.rpartition(":")[0].strip("[]")
    peer = request.client.host if request.client else ""
    return _behind(peer, request, settings.trusted_proxies)


def _came_through_edge(request: Request, secret: str | None) -> bool:
    shown = request.headers.get(EDGE_SECRET, "")
    return secret is not None and hmac.compare_digest(shown.encode(), secret.encode())


def _behind(peer: str, request: Request, trusted: tuple[str, ...]) -> str:
    """The nearest address that is not a trusted proxy's, walking back from the socket."""
    if not trusted:
        return peer
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
