"""The two network ports; `net.fetcher` implements both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, BinaryIO, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

HTTPS = ("https",)
WEB = ("http", "https")


def never() -> bool:
    """The default ``abandoned``: the caller waits to the end."""
    return False


class Caching(StrEnum):
    """Which caches may keep a source's answer (RFC 9111 §5.2.2)."""

    PUBLIC = "public"
    PRIVATE = "private"
    NONE = "no-store"
    OWN_NETWORK = "own-network"
    """None, whatever the settings say: the source is on the operator's own network."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A whole body and its ``ETag``, if the server sent one."""

    data: bytes
    """The body; empty if it is in a ``file``."""
    etag: str | None = None
    caching: Caching = Caching.PUBLIC
    file: BinaryIO | None = None
    """A body that went to disk. The caller closes it."""


@dataclass(frozen=True, slots=True)
class Spool:
    """Takes to disk a body that is too large for memory."""

    most: Callable[[bytes], int]
    """The bytes that a body may have, by its first ones."""
    scratch: Callable[[], BinaryIO]
    """Opens an empty file for it."""


@dataclass(frozen=True, slots=True)
class Response:
    """A receiver's response: the status and the first bytes of the body."""

    status: int
    beginning: bytes
    retry_after: int | None = None
    """Seconds after which the receiver wants the next attempt, if it says so."""


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
        private: bool = False,
        abandoned: Callable[[], bool] = never,
        spool: Spool | None = None,
    ) -> Fetched | None:
        """Fetch ``url``, at most ``limit`` bytes; ``None`` if its ``ETag`` is still ``known``.

        Parameters
        ----------
        spool
            Takes a body over the limit, which then has more time.
        own
            The base URL at which the caller reached this service. It is refused as a source,
            like the service's other base URLs.
        private
            Whether the caller may reach the private targets that the operator has opened.
        abandoned
            Called between steps; the fetch ends once it returns true.

        Raises
        ------
        expunge.errors.LoopDetected
            For a URL of this service itself, or a redirect to one.
        expunge.errors.SourceUnreachable
            If the URL is not allowed, or answers with an error.
        expunge.errors.SourceUnavailable
            If it does not answer in time, or its error may pass.
        expunge.errors.PayloadTooLarge
            For a body over the limit.
        """
        ...

    def check(self, url: str, *, schemes: Collection[str] = HTTPS, private: bool = False) -> None:
        """Raise `SourceUnreachable` if the URL's form alone rules it out."""
        ...

    def check_receiver(
        self, url: str, *, schemes: Collection[str] = HTTPS, private: bool = False
    ) -> None:
        """Raise `SourceUnreachable` unless a message may go to this URL, as DNS is now.

        A name that does not resolve in time counts as one that does not exist, as in `get`.
        """
        ...


class Sender(Protocol):
    """Sends to user-supplied URLs."""

    def post(
        self, url: str, body: bytes, headers: Mapping[str, str], *, private: bool = False
    ) -> Response:
        """Send once, over http or https as the URL says; redirects are not followed.

        Which of the two a caller may name is checked when the URL is accepted.

        Raises
        ------
        expunge.errors.SourceUnreachable
            If the URL is not allowed, or does not answer in time.
        """
        ...
