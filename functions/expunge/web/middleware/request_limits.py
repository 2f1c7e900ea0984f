"""What a request may be before anything is done for it: its URL, its headers, its body's pace."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import anyio
from starlette.datastructures import Headers

from expunge.errors import HeadersTooLarge, PayloadTooLarge, RequestTimeout, UriTooLong
from expunge.imaging.limits import REQUEST_ROOM

if TYPE_CHECKING:
    from starlette.types import Message, Receive, Scope

MAX_URL = 8_192
"""Bytes of path and query; an address that S3 signed has some 1,500, in a query some 2,000."""
MAX_HEADERS = 65_536
"""Bytes of all header fields."""

GRACE_SECONDS = 10.0
"""Of a body's silence before its pace counts."""
MIN_BYTES_PER_SECOND = 1_000
"""A body's least pace after that: each so many bytes buy a second more."""
MAX_CREDIT_SECONDS = 30.0
"""What a fast body may save up: so long it may then be silent."""
MAX_BODY_SECONDS = 900.0
"""For a whole body: 10 MB at 12 kB/s."""
_MAX_DIGITS = 18


class RequestLimits:
    """What is taken of a request.

    Parameters
    ----------
    file_bytes
        Of the largest file; a body may have so many, and what stands around a file.
    """

    def __init__(self, file_bytes: int) -> None:
        self._file_bytes = file_bytes
        self._most = file_bytes + REQUEST_ROOM

    def check_head(self, scope: Scope) -> None:
        """Raise for a URL or headers that are too long, or a declared length that is.

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
        declared = declared_length(scope)
        if declared is not None and declared > self._most:
            raise self._too_large(f"{declared:,}")

    def limited(self, receive: Receive) -> Receive:
        """Count what really arrives, and how fast, whatever length was declared.

        Only time that is spent waiting for the caller counts.

        Raises
        ------
        expunge.errors.PayloadTooLarge, expunge.errors.RequestTimeout
            Out of the callable that this returns.
        """
        seen, more, waited, credit = 0, True, 0.0, GRACE_SECONDS

        async def counted() -> Message:
            nonlocal seen, more, waited, credit
            began = time.monotonic()
            patience = min(credit, MAX_BODY_SECONDS - waited) if more else None
            try:
                with anyio.fail_after(patience):
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
            if seen > self._most:
                raise self._too_large(f"more than {self._most:,}")
            return message

        return counted

    def _too_large(self, length: str) -> PayloadTooLarge:
        return PayloadTooLarge(
            f"The request has {length} bytes; at most {self._most:,} are taken here. "
            f"Files up to {self._file_bytes:,} bytes go through POST /api/v1/uploads."
        )


def declared_length(scope: Scope) -> int | None:
    """The Content-Length, or ``None`` where there is none that is a number."""
    declared = Headers(scope=scope).get("content-length", "")
    return int(declared[:_MAX_DIGITS]) if declared.isascii() and declared.isdigit() else None
