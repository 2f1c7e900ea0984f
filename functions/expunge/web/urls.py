"""The base URL of this service, as callers reach it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.requests import Request


def absolute(base_url: str, url: str) -> str:
    """A URL of the object store as callers use it: the local store's is a path of the service."""
    return base_url + url if url.startswith("/") else url


def base_url(request: Request) -> str:
    """The service's own URL: the operator's setting, else the host that the caller used."""
    configured: str | None = request.app.state.service.settings.public_url
    return (configured or str(request.base_url)).rstrip("/")
