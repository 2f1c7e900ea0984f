"""Every URL of this service, as callers reach it, is made here.

The service may be below a path (``https://h.example/expunge``), behind proxies that change scheme
and host (`middleware/forwarded.py`). Routes therefore name their paths as if at the root. Absolute
URLs start with `base_url`; `middleware/below_path.py` completes links and redirects.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import Scope

    from expunge.settings import Settings

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def absolute(base_url: str, url: str) -> str:
    """A URL of the object store as callers use it: the local store's is a path of the service."""
    return base_url + url if url.startswith("/") else url


def prefix_of(base_url: str) -> str:
    """The path of a base URL, such as ``/expunge``; empty for a service at the root."""
    return urlsplit(base_url).path.rstrip("/")


def below(prefix: str, url: str) -> str:
    """A path of the service with its prefix; any other URL is unchanged.

    >>> below("/expunge", "/docs"), below("/expunge", "https://h.example/docs")
    ('/expunge/docs', 'https://h.example/docs')
    """
    is_path = url.startswith("/") and not url.startswith("//")
    return prefix + url if is_path else url


def own_path(scope: Scope) -> str:
    """The path of a request as the routes know it, without the prefix."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", "")) or "/"


def mails_links(request: Request) -> bool:
    """Whether a sign-in link in an e-mail would lead to this service.

    The Host header is not trustworthy: the requester could make the link point to a host of
    their own. Two cases are safe: an AWS gateway answers only to its own names, and a link to
    the reader's own machine leaks nothing.
    """
    settings: Settings = request.app.state.service.settings
    if settings.store == "aws":
        return settings.mail_from is not None
    return settings.public_url is not None or request.url.hostname in LOOPBACK


def base_url(request: Request) -> str:
    """The service's own URL: the operator's setting, else the one that the caller used."""
    configured: str | None = request.app.state.service.settings.public_url
    return (configured or str(request.base_url)).rstrip("/")
