"""Where this service is, as a caller reaches it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.requests import Request


def base_url(request: Request) -> str:
    """The service's own address: as the operator set it, else as the caller dialled it."""
    configured: str | None = request.app.state.service.settings.public_url
    return (configured or str(request.base_url)).rstrip("/")
