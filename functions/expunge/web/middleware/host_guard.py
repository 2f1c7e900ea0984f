"""Answers to the server's own names alone.

A page on the web can have its own name lead to this machine (DNS rebinding), and
would then read what a browser here may read. The name that the browser shows in
``Host`` is still the page's, so that one tells.

What cannot be such a page's name is answered: IP literals, ``localhost``, names
without a dot and under ``.local``, which no public DNS gives out: a NAS, a
service of Docker Compose.
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

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from expunge.settings import Settings

log = logging.getLogger(__name__)
log.addFilter(RepeatFilter())
_NAME = re.compile(r"\[([0-9a-f:.]+)\]|([^:\[\]]*)", re.IGNORECASE)
"""A host as it stands before its port (RFC 3986 §3.2.2)."""


class HostGuard:
    """ASGI middleware; `MisdirectedRequest` for a name that is not one of the server's.

    Parameters
    ----------
    settings
        ``hosts`` holds further names, with ``*.`` before one for all below it, or ``*`` for any;
        ``public_url`` has one more.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        public = urlsplit(settings.public_url or "").hostname
        self._own = {name.lower() for name in (*settings.hosts, public) if name}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            for given in Headers(scope=scope).getlist("host"):
                self._check(given)
        await self._app(scope, receive, send)

    def _check(self, given: str) -> None:
        if is_own(name_of(given), self._own):
            return
        log.warning(
            "refused requests for another host name; if one is this server's, add it to "
            "EXPUNGE_HOSTS or set EXPUNGE_PUBLIC_URL"
        )
        raise MisdirectedRequest(
            f"This server does not answer to «{given[:100]}». The operator can add the name to "
            "EXPUNGE_HOSTS, or set EXPUNGE_PUBLIC_URL."
        )


def name_of(host: str) -> str | None:
    """The name or address in a Host header, lower case, without port; ``None`` for none."""
    match = _NAME.match(host)
    if match is None or not re.fullmatch(r"(:\d*)?", host[match.end() :]):
        return None
    return (match[1] or match[2]).lower().removesuffix(".")


def is_own(name: str | None, own: set[str]) -> bool:
    """Whether the server answers to a name; an empty one stands for none given (HTTP/1.0)."""
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
