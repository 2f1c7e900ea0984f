"""How to reach a service."""

from __future__ import annotations

from typing import Any

import httpx

from expunge_client.generated.client import AuthenticatedClient, Client

Connection = Client | AuthenticatedClient


def connect(
    base_url: str,
    key: str | None = None,
    *,
    timeout: float = 60.0,
    **httpx_args: Any,  # noqa: ANN401 (as httpx takes them)
) -> Connection:
    """A client of one service, for synchronous and asynchronous calls.

    Parameters
    ----------
    base_url
        Such as ``http://127.0.0.1:8000``, also with a path.
    key
        An API key, ``uk_…``; without one the caller is anonymous.
    timeout
        Seconds for one request. A request may wait 25 seconds for its job.
    httpx_args
        Further arguments of ``httpx.Client``, such as ``proxy``.
    """
    arguments: dict[str, Any] = {
        "base_url": base_url.rstrip("/"),
        "timeout": httpx.Timeout(timeout),
        "follow_redirects": True,
        "httpx_args": httpx_args,
    }
    return Client(**arguments) if key is None else AuthenticatedClient(**arguments, token=key)
