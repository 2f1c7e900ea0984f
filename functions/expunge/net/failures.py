"""What a failed exchange with a source is called: out of reach for good, or only now.

All failures of a connection give one of two messages. Neither reveals whether a name exists, a
port is open or an IP address is private: what the guard refuses never counts as temporary.
"""

from __future__ import annotations

import re
import time
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import httpcore2
import httpx2

from expunge.errors import SourceUnavailable, SourceUnreachable

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_RETRY_AFTER = 24 * 3600
"""The longest time, in seconds, that a source's Retry-After can ask for."""
RETRYABLE = frozenset({408, 425, 429})
"""Statuses below 500 that may change by themselves (RFC 9110, RFC 8470, RFC 6585)."""

_FOR_NOW = (
    httpx2.TimeoutException,
    httpx2.ReadError,
    httpx2.WriteError,
    httpcore2.TimeoutException,
    httpcore2.ReadError,
    httpcore2.WriteError,
)
"""A time-out, and a connection that was reset."""
_CLOSED = re.compile(r"disconnected|closed connection")
"""In the HTTP client's message: the other side closed the connection before its answer's end."""
_FOR_GOOD = (
    httpx2.HTTPError,
    httpx2.InvalidURL,
    UnicodeEncodeError,  # from the URL parser, for half of a surrogate pair
    httpcore2.NetworkError,
    httpcore2.ProtocolError,
    httpcore2.UnsupportedProtocol,
)


@contextmanager
def uniform_failures(hint: str = "") -> Iterator[None]:
    """Raise the HTTP client's errors as `SourceUnavailable` or `SourceUnreachable`.

    ``hint`` follows the message, whatever the reason was: it must not tell the one from the other.
    """
    try:
        yield
    except (*_FOR_NOW, *_FOR_GOOD) as error:
        if isinstance(error, _FOR_NOW) or _is_cut_off(error):
            raise SourceUnavailable("The URL did not answer in time, or broke off.") from error
        raise SourceUnreachable(f"The URL could not be reached.{hint}") from error


def _is_cut_off(error: Exception) -> bool:
    kinds = httpx2.RemoteProtocolError, httpcore2.RemoteProtocolError
    return isinstance(error, kinds) and bool(_CLOSED.search(str(error)))


def check_status(answer: httpx2.Response) -> None:
    """Raise unless the source answered with success (2xx)."""
    if answer.is_success:
        return
    status = answer.status_code
    detail = f"The source answered {status}."
    if status in RETRYABLE or 500 <= status < 600:
        raise SourceUnavailable(detail, retry_after(answer.headers.get("retry-after")))
    raise SourceUnreachable(detail)


def retry_after(field: str | None, now: float | None = None) -> int | None:
    """Seconds that a Retry-After field (RFC 9110 §10.2.3) asks to wait, at most a day.

    ``None`` without a field, and for one that is neither a number nor a date.
    """
    text = (field or "").strip()
    if re.fullmatch(r"\d{1,18}", text, re.ASCII):
        return min(int(text), MAX_RETRY_AFTER)
    try:
        moment = parsedate_to_datetime(text).timestamp()
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    left = moment - (time.time() if now is None else now)
    return min(max(round(left), 0), MAX_RETRY_AFTER)
