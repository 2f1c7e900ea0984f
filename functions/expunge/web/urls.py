"""The base URL of this service, as callers reach it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.requests import Request

    from expunge.settings import Settings

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def absolute(base_url: str, url: str) -> str:
    """A URL of the object store as callers use it: the local store's is a path of the service."""
    return base_url + url if url.startswith("/") else url


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
    """The service's own URL: the operator's setting, else the host that the caller used."""
    configured: str | None = request.app.state.service.settings.public_url
    return (configured or str(request.base_url)).rstrip("/")
