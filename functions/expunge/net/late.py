"""The fetcher, imported when it is first used: most jobs bring their image, and need no client."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from expunge.telemetry.tracing import span

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager

    from expunge.net.fetcher import Fetcher
    from expunge.net.ports import Fetched, Response
    from expunge.telemetry.tracing import Span


class LateFetcher:
    """The `Fetch` and `Sender` ports; the ``settings`` are the arguments of `Fetcher`."""

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401
        self._settings = settings

    @cached_property
    def _fetcher(self) -> Fetcher:
        from expunge.net.fetcher import Fetcher

        return Fetcher(**self._settings)

    def get(self, url: str, **options: Any) -> Fetched | None:  # noqa: ANN401
        """See `ports.Fetch.get`."""
        with _span("fetch", url):
            return self._fetcher.get(url, **options)

    def check(self, url: str, **options: Any) -> None:  # noqa: ANN401
        """See `ports.Fetch.check`."""
        self._fetcher.check(url, **options)

    def check_receiver(self, url: str, **options: Any) -> None:  # noqa: ANN401
        """See `ports.Fetch.check_receiver`."""
        self._fetcher.check_receiver(url, **options)

    def post(
        self, url: str, body: bytes, headers: Mapping[str, str], *, private: bool = False
    ) -> Response:
        """See `ports.Sender.post`."""
        with _span("webhook", url):
            return self._fetcher.post(url, body, headers, private=private)


def _span(name: str, url: str) -> AbstractContextManager[Span]:
    """A span that names the host alone: paths and queries may hold tokens."""
    try:
        host = urlsplit(url).hostname
    except ValueError:
        host = None
    return span(name, {"server.address": host} if host else None)
