"""Refuses to fetch a URL for a request that is itself a fetch by an expunge service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expunge.errors import LoopDetected
from expunge.net.origins import is_looping

if TYPE_CHECKING:
    from starlette.requests import Request


def refuse_loop(request: Request) -> None:
    """Honour CDN-Loop (RFC 8586) and Via (RFC 9110 §7.6.3).

    Raises
    ------
    LoopDetected
        For a request that one of these headers marks as sent by an expunge service.
    """
    if is_looping(request.headers.getlist("cdn-loop"), request.headers.getlist("via")):
        raise LoopDetected(
            "An expunge service sent this request to fetch an image, which would create a loop."
        )
