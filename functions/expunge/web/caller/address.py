"""Finds the client's IP address from sources that the client cannot forge.

Any client can send ``X-Forwarded-For``, so only proxies that the operator has named are trusted
with it. On AWS the address comes from the request context. For a request through CloudFront,
`OriginGuard` has replaced it with the viewer's.
"""

from __future__ import annotations

import logging
import math
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

from expunge.logs import RepeatFilter

if TYPE_CHECKING:
    from ipaddress import IPv4Network, IPv6Network

    from starlette.requests import Request

    from expunge.settings import Settings

log = logging.getLogger(__name__)
log.addFilter(RepeatFilter(math.inf))

FORWARDED = "x-forwarded-for"
UNTRUSTED = (
    "A peer that is not a trusted proxy sent X-Forwarded-For. The header is ignored, and ALL "
    "CALLERS BEHIND THAT PEER COUNT AS ONE. If it is your reverse proxy, set "
    "EXPUNGE_TRUSTED_PROXIES to its address."
)
"""Logged once, since any caller can send the header. On AWS the gateway always sends it."""


def client_address(request: Request, settings: Settings) -> str:
    """The IP address that the request came from; empty if unknown.

    It is the socket's peer, or on AWS the one in the gateway's context. Behind trusted proxies,
    it is the nearest address that is not one of theirs.
    """
    peer = request.client.host if request.client else ""
    networks = [ip_network(words, strict=False) for words in settings.trusted_proxies]
    if not _within(peer, networks):
        if settings.store == "local" and FORWARDED in request.headers:
            log.warning(UNTRUSTED)
        return peer
    return _behind(peer, request, networks)


def _behind(peer: str, request: Request, networks: list[IPv4Network | IPv6Network]) -> str:
    """The nearest address that is not a trusted proxy's, walking back from the socket."""
    passed = [hop.strip() for line in request.headers.getlist(FORWARDED) for hop in line.split(",")]
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
