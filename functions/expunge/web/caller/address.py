"""Whose request it is, by what the edge itself saw.

A header that any client can send proves nothing: ``X-Forwarded-For`` is
believed from a proxy that the operator has named. On AWS the address is the
request context's, or, of a request that provably came through CloudFront, the
one that `front` took from it.
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
    "A request came with X-Forwarded-For from a peer that is no trusted proxy: the header is "
    "ignored, and ALL CALLERS BEHIND THAT PEER COUNT AS ONE. If it is your reverse proxy, set "
    "EXPUNGE_TRUSTED_PROXIES to its address."
)
"""Said once, since it may be a caller's own header too; on AWS the gateway always sends one."""


def client_address(request: Request, settings: Settings) -> str:
    """The address that the request came from; empty where nobody knows.

    That is the socket's, on AWS the one in the gateway's context, or with trusted
    proxies before it the nearest that is not one of theirs.
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
