"""The Python client, and a service in this process for it to talk to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest
from anyio.from_thread import start_blocking_portal

from expunge.bootstrap import build
from expunge.settings import Settings
from expunge.web.app import create_app

if TYPE_CHECKING:
    from collections.abc import Iterator

    from anyio.from_thread import BlockingPortal

    from expunge.service import Service

URL = "http://testserver"


class InProcess(httpx.BaseTransport):
    """Carries a synchronous client's requests to an ASGI application in this process."""

    def __init__(self, app: Any, portal: BlockingPortal) -> None:
        self._inner = httpx.ASGITransport(app)
        self._portal = portal
        self.seen: list[httpx.Request] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request)

        async def answered() -> httpx.Response:
            body = request.read()
            sent = httpx.Request(request.method, request.url, headers=request.headers, content=body)
            answer = await self._inner.handle_async_request(sent)
            content = await answer.aread()
            return httpx.Response(answer.status_code, headers=answer.headers, content=content)

        answer: httpx.Response = self._portal.call(answered)
        return answer


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    service = build(Settings(data=tmp_path_factory.mktemp("clients"), hosts=("testserver",)))
    yield service
    service.close()


@pytest.fixture(scope="module")
def app(running: Service) -> Any:
    return create_app(running)


@pytest.fixture(scope="module")
def transport(app: Any) -> Iterator[InProcess]:
    with start_blocking_portal() as portal:
        yield InProcess(app, portal)
