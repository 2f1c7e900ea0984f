"""The fetcher, imported when it is first used: most jobs bring their image, and need no client."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from expunge.net.fetcher import Fetcher
    from expunge.net.ports import Fetched, Response


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
        return self._fetcher.get(url, **options)

    def check(self, url: str, **options: Any) -> None:  # noqa: ANN401
        """See `ports.Fetch.check`."""
        self._fetcher.check(url, **options)

    def post(
        self, url: str, body: bytes, headers: Mapping[str, str], *, private: bool = False
    ) -> Response:
        """See `ports.Sender.post`."""
        return self._fetcher.post(url, body, headers, private=private)
