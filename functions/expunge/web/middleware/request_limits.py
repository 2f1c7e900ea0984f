"""Limits of a request's URL, headers, body size and transfer rate."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from starlette.datastructures import Headers

from expunge.errors import HeadersTooLarge, PayloadTooLarge, RequestTimeout, UriTooLong
from expunge.imaging.limits import REQUEST_ROOM
from expunge.web.urls import own_path

if TYPE_CHECKING:
    from starlette.types import Message, Receive, Scope

MAX_URL = 8_192
"""Bytes of path and query. A signed S3 URL has about 1,500, or 2,000 inside a query."""
MAX_HEADERS = 65_536
"""Bytes of all header fields."""

GRACE_SECONDS = 10.0
"""Seconds a body may pause at first, before its rate counts."""
MIN_BYTES_PER_SECOND = 1_000
"""A body's minimum rate after that: every 1,000 bytes allow one second more."""
MAX_CREDIT_SECONDS = 30.0
"""The longest pause that a fast body can earn, in seconds."""
MAX_BODY_SECONDS = 900.0
"""Seconds for a whole body: 10 MB at 12 kB/s."""
_MAX_DIGITS = 18


class RequestLimits:
    """The limits of one service's requests.

    Parameters
    ----------
    file_bytes
        Maximum size of a file; a body may be larger by the overhead of its encoding.
    movie_bytes
        Maximum size of a movie, in a PUT to a signed URL.
    """

    def __init__(self, file_bytes: int, movie_bytes: int) -> None:
        self._file_bytes = file_bytes
        self._movie_bytes = movie_bytes

    def check_head(self, scope: Scope) -> None:
        """Check the URL, the headers and the declared length.

        Raises
        ------
        expunge.errors.UriTooLong, expunge.errors.HeadersTooLarge, expunge.errors.PayloadTooLarge
        """
        url = len(scope.get("raw_path") or scope["path"].encode()) + len(scope["query_string"])
        if url > MAX_URL:
            raise UriTooLong(f"The URL has {url:,} bytes; at most {MAX_URL:,} are accepted.")
        headers = sum(len(name) + len(value) + 4 for name, value in scope["headers"])
        if headers > MAX_HEADERS:
            raise HeadersTooLarge(
                f"The headers have {headers:,} bytes; at most {MAX_HEADERS:,} are accepted."
            )
        declared, most = declared_length(scope), self._most(scope)
        if declared is not None and declared > most:
            raise self._too_large(f"{declared:,}", most)

    def _most(self, scope: Scope) -> int:
        """Bytes of a body. A PUT to a signed URL has exactly the length that was signed."""
        signed = scope["method"] == "PUT" and own_path(scope).startswith("/objects/")
        largest = max(self._file_bytes, self._movie_bytes) if signed else self._file_bytes
        return largest + REQUEST_ROOM

    def limited(self, scope: Scope, receive: Receive) -> Receive:
        """Limit the bytes that really arrive, and their rate, whatever length was declared.

        Only time spent waiting for the caller counts.

        Raises
        ------
        expunge.errors.PayloadTooLarge, expunge.errors.RequestTimeout
            From the returned callable.
        """
        seen, more, waited, credit = 0, True, 0.0, GRACE_SECONDS
        most = self._most(scope)

        async def counted() -> Message:
            nonlocal seen, more, waited, credit
            began = time.monotonic()
            patience = min(credit, MAX_BODY_SECONDS - waited) if more else None
            try:
                async with asyncio.timeout(patience):
                    message = await receive()
            except TimeoutError:
                waited += time.monotonic() - began
                raise RequestTimeout(
                    f"The body came too slowly: {seen:,} bytes in {waited:.0f} seconds."
                ) from None
            took, arrived = time.monotonic() - began, len(message.get("body", b""))
            seen, waited = seen + arrived, waited + took
            credit = min(credit - took + arrived / MIN_BYTES_PER_SECOND, MAX_CREDIT_SECONDS)
            more = bool(message.get("more_body"))
            if seen > most:
                raise self._too_large(f"more than {most:,}", most)
            return message

        return counted

    def _too_large(self, length: str, most: int) -> PayloadTooLarge:
        return PayloadTooLarge(
            f"The request has {length} bytes; at most {most:,} are accepted. "
            f"Files up to {self._file_bytes:,} bytes go through POST /api/v1/uploads."
        )


def declared_length(scope: Scope) -> int | None:
    """The Content-Length, or ``None`` if it is missing or not a number."""
    declared = Headers(scope=scope).get("content-length", "")
    return int(declared[:_MAX_DIGITS]) if declared.isascii() and declared.isdigit() else None
