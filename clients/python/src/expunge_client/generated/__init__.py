"""A client library for accessing expunge"""

from .client import AuthenticatedClient, Client

__all__ = ("AuthenticatedClient", "Client")
