"""What other rooms ask of the network; `net.fetcher` answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

HTTPS = ("https",)
WEB = ("http", "https")


def never() -> bool:
    """The answer of a caller who waits to the end."""
    return False


@dataclass(frozen=True, slots=True)
class Fetched:
    """A body, whole, and the tag its server gave it, if any."""

    data: bytes
    etag: str | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """How a receiver took a message: the status, and the beginning of what it said."""

    status: int
    said: bytes


class Fetch(Protocol):
    """Reads from user-supplied URLs."""

    def get(
        self,
        url: str,
        *,
        limit: int,
        schemes: Collection[str] = HTTPS,
        known: str | None = None,
        own: str = "",
        abandoned: Callable[[], bool] = never,
    ) -> Fetched | None:
        """The body behind ``url``, at most ``limit`` bytes; ``None`` where ``known`` is its tag.

        Parameters
        ----------
        own
            The base URL by which the caller reached this service; it is no source, and neither
            are the others that the service has.
        abandoned
            Asked between steps; the fetch ends once it says that nobody waits any more.

        Raises
        ------
        expunge.errors.LoopDetected
            For a URL, or a redirect to one, of this service itself.
        expunge.errors.SourceUnreachable
            For an address that may not be opened, or does not answer well or in time.
        expunge.errors.PayloadTooLarge
            For a body over the limit.
        """
        ...

    def check(self, url: str, *, schemes: Collection[str] = HTTPS) -> None:
        """Raise `SourceUnreachable` for an address whose form alone rules it out."""
        ...


class Sender(Protocol):
    """Sending to an address that a caller named."""

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Response:
        """Send once; redirects are not followed.

        Raises
        ------
        expunge.errors.SourceUnreachable
            Where nothing answered, or may be asked.
        """
        ...

    def check(self, url: str, *, schemes: Collection[str] = HTTPS) -> None:
        """Raise `SourceUnreachable` for an address whose form alone rules it out."""
        ...
