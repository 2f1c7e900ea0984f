"""The fetcher, imported when it is first used: most jobs bring their image, and need no client."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from expunge.net.fetcher import Fetcher
    from expunge.net.ports import Fetched, Response


class LateFetcher:
    """The `Fetch` and `Sender` ports; ``own`` as in `Fetcher`."""

    def __init__(self, own: Iterable[str] = ()) -> None:
        self._own = tuple(own)

    @cached_property
    def _fetcher(self) -> Fetcher:
        from expunge.net.fetcher import Fetcher

        return Fetcher(own=self._own)

    def get(self, url: str, **options: Any) -> Fetched | None:  # noqa: ANN401
        """See `ports.Fetch.get`."""
        return self._fetcher.get(url, **options)

    def check(self, url: str, **options: Collection[str]) -> None:
        """See `ports.Fetch.check`."""
        self._fetcher.check(url, **options)

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Response:
        """See `ports.Sender.post`."""
        return self._fetcher.post(url, body, headers)
