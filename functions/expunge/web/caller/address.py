"""Finds the client's IP address from sources that the client cannot forge.

Any client can send ``X-Forwarded-For``, so only proxies that the operator has named are trusted
with it. On AWS the address comes from the request context. For a request through CloudFront,
`OriginGuard` has replaced it with the viewer's.
"""

from __future__ import annotations

import logging
import math
from typing import TYPE_CHECKING

from expunge.logs import RepeatFilter
from expunge.web.proxies import FORWARDED_FOR, Proxies

if TYPE_CHECKING:
    from starlette.requests import Request

    from expunge.settings import Settings

log = logging.getLogger(__name__)
log.addFilter(RepeatFilter(math.inf))

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
    proxies = Proxies(settings.trusted_proxies)
    if not proxies.trusts(peer) and settings.store == "local" and FORWARDED_FOR in request.headers:
        log.warning(UNTRUSTED)
    return proxies.passed(peer, request.headers)[-1]
