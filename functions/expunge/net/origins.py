"""This service's own URLs, and requests that came from such a service (loop detection)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable

Origin = tuple[str, int]
"""Host in lower case, and port; port 80 counts as 443."""

LOOP_ID = "expunge"
"""The cdn-id (RFC 8586 §2) and pseudonym (RFC 9110 §7.6.3) of every expunge service."""
LOOP_HEADERS = {"cdn-loop": LOOP_ID, "via": f"1.1 {LOOP_ID}"}
"""Sent with each fetch, so that a service can recognise a request that comes back."""


def origin(host: str, port: int) -> Origin:
    """The origin of a host and a port."""
    return host.lower().rstrip("."), 443 if port == 80 else port


def origin_of(base_url: str) -> Origin:
    """The origin of a base URL."""
    parts = urlsplit(base_url)
    return origin(parts.hostname or "", parts.port or 443)


def is_looping(cdn_loop: Iterable[str], via: Iterable[str]) -> bool:
    """Whether the values of the CDN-Loop and Via headers name an expunge service."""
    loops = (item.partition(";")[0].strip() for value in cdn_loop for item in value.split(","))
    hops = (item.split() for value in via for item in value.split(","))
    return LOOP_ID in loops or any(len(hop) > 1 and hop[1] == LOOP_ID for hop in hops)
