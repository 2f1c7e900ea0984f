"""The HTTP client's transport, over connections that the guard opens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpcore2
import httpx2

from expunge.net.guard import Guard, GuardedBackend
from expunge.net.h11_lines import use_linear_patterns

if TYPE_CHECKING:
    import ssl
    from collections.abc import Collection, Iterable, Iterator

    from expunge.net.deadline import Deadline

use_linear_patterns()


class Transport(httpx2.BaseTransport):
    """For one exchange: no connection is reused, so the guard checks every request.

    Parameters
    ----------
    schemes
        The schemes of connections to public addresses; to those that the guard's list opens, all.
    """

    def __init__(
        self, guard: Guard, tls: ssl.SSLContext, deadline: Deadline, schemes: Collection[str]
    ) -> None:
        self.backend = GuardedBackend(guard, deadline)
        self._schemes = frozenset(schemes)
        self._pool = httpcore2.ConnectionPool(
            ssl_context=tls,
            max_keepalive_connections=0,
            http2=True,  # for sources that speak nothing else
            network_backend=self.backend,
        )

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        url = request.url
        self.backend.public = url.scheme in self._schemes
        answer = self._pool.handle_request(
            httpcore2.Request(
                method=request.method,
                url=httpcore2.URL(
                    scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
                ),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx2.Response(
            answer.status,
            headers=answer.headers,
            stream=_Body(answer),
            extensions=answer.extensions,
        )

    def close(self) -> None:
        self._pool.close()


class _Body(httpx2.SyncByteStream):
    def __init__(self, answer: httpcore2.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        stream: Iterable[bytes] = self._answer.stream  # type: ignore[assignment]
        yield from stream

    def close(self) -> None:
        self._answer.close()
