"""The agents' SDK as a client. It is imported by the first test that calls: that takes a second."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mcp import Client

MODERN = "modern"
LEGACY = "legacy"
ERAS = (MODERN, LEGACY)


def client(target: Any, era: str = MODERN) -> Client:
    """A client of one era of the protocol. The modern one is named by its version, since asking
    a server for it has a time limit."""
    from mcp import Client
    from mcp.types.version import MODERN_PROTOCOL_VERSIONS

    return Client(target, mode=MODERN_PROTOCOL_VERSIONS[-1] if era == MODERN else era)


def client_over_http(url: str, http: Any, era: str = MODERN) -> Client:
    from mcp.client.streamable_http import streamable_http_client

    return client(streamable_http_client(url, http_client=http), era)


def client_of_command(era: str = MODERN, **process: Any) -> Client:
    from mcp import StdioServerParameters

    return client(StdioServerParameters(**process), era)
