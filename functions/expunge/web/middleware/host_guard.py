"""Answers only requests for the server's own host names.

A web page can make its own domain name resolve to this machine (DNS rebinding). It could then
read everything that a browser on this network may read. The browser still sends the page's name
in ``Host``, so that header reveals the attack.

Names that no public DNS can hold are safe and always answered: IP literals, ``localhost``, names
without a dot, and names under ``.local``. A NAS or a Docker Compose service has such a name.
"""

from __future__ import annotations

import logging
import re
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.datastructures import Headers

from expunge.errors import MisdirectedRequest
from expunge.logs import RepeatFilter
from expunge.web.middleware.forwarded import SENT_HOSTS

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from expunge.settings import Settings

log = logging.getLogger(__name__)
log.addFilter(RepeatFilter())
_NAME = re.compile(r"\[([0-9a-f:.]+)\]|([a-z0-9._-]*)", re.ASCII | re.IGNORECASE)
"""The host, without its port (RFC 3986 §3.2.2). Other characters could end the host in a URL:
«evil.example/.local» would lead to evil.example."""


class HostGuard:
    """ASGI middleware that raises `MisdirectedRequest` for a name that is not the server's.

    Parameters
    ----------
    settings
        ``hosts`` holds further names: ``*.`` before a name includes all its subdomains, ``*``
        means any name. The host of ``public_url`` is added to them.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        public = urlsplit(settings.public_url or "").hostname
        self._own = {name.lower() for name in (*settings.hosts, public) if name}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            for given in scope.get(SENT_HOSTS, Headers(scope=scope).getlist("host")):
                self._check(given)
        await self._app(scope, receive, send)

    def _check(self, given: str) -> None:
        if is_own(name_of(given), self._own):
            return
        log.warning(
            "refused requests for another host name; if it is this server's, add it to "
            "EXPUNGE_HOSTS or set EXPUNGE_PUBLIC_URL"
        )
        raise MisdirectedRequest(
            f"This server does not answer to «{given[:100]}». The operator can add the name to "
            "EXPUNGE_HOSTS, or set EXPUNGE_PUBLIC_URL."
        )


def name_of(host: str) -> str | None:
    """The name or IP address in a Host header, in lower case, without port; ``None`` if invalid."""
    match = _NAME.match(host)
    if match is None or not re.fullmatch(r"(:\d*)?", host[match.end() :]):
        return None
    return (match[1] or match[2]).lower().removesuffix(".")


def is_own(name: str | None, own: set[str]) -> bool:
    """Whether the server answers to a name; HTTP/1.0 requests may have an empty one."""
    if name is None:
        return False
    parent = name.partition(".")[2]
    return (
        not parent
        or name.endswith((".local", ".localhost"))
        or _is_literal(name)
        or bool({name, "*"} & own)
        or any(known.startswith("*.") and name.endswith(known[1:]) for known in own)
    )


def _is_literal(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
