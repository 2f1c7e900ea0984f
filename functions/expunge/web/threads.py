"""Threads that one kind of request has for itself, whatever others keep busy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio

if TYPE_CHECKING:
    from starlette.requests import Request


def threads_for(request: Request, what: str, count: int) -> anyio.CapacityLimiter:
    """So many threads of this process for ``what``; made in the event loop that uses them."""
    state, name = request.app.state, f"threads_for_{what}"
    if not hasattr(state, name):
        setattr(state, name, anyio.CapacityLimiter(count))
    limiter: anyio.CapacityLimiter = getattr(state, name)
    return limiter
