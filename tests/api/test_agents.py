"""Tools for AI agents at /mcp, called by the SDK's own client."""

from __future__ import annotations

import base64
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import anyio
import httpx2
import pytest
from starlette.testclient import TestClient

from expunge.accounts.callers import Tier
from expunge.bootstrap import build
from expunge.settings import Settings
from expunge.web.app import create_app
from tests import sdk
from tests.api.conftest import work_off

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

    from fastapi import FastAPI
    from mcp import Client
    from mcp.types import CallToolResult

    from expunge.service import Service

URL = "http://expunge.localhost/mcp"
PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
ACCEPT = {"accept": "application/json, text/event-stream"}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    settings = Settings(data=tmp_path_factory.mktemp("agents"), modes=("metadata", "detect", "all"))
    service = build(settings)
    yield service
    service.close()


@pytest.fixture(scope="module")
def app(service: Service) -> FastAPI:
    return create_app(service)


@pytest.fixture
def http(app: FastAPI) -> TestClient:
    return TestClient(app, base_url="http://expunge.localhost", raise_server_exceptions=False)


def new_key(service: Service, tier: Tier = Tier.PRO) -> str:
    _, secret = service.accounts.create_key(service.accounts.create(tier).id, "")
    return secret


@pytest.fixture(scope="module")
def key(service: Service) -> str:
    return new_key(service)


@asynccontextmanager
async def connected(app: FastAPI, key: str, era: str) -> AsyncIterator[Client]:
    async with (
        httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app), headers={"authorization": f"Bearer {key}"}
        ) as http,
        sdk.client_over_http(URL, http, era) as client,
    ):
        yield client


def with_client(
    app: FastAPI, key: str, work: Callable[[Client], Awaitable[Any]], era: str = sdk.MODERN
) -> Any:
    async def run() -> Any:
        async with connected(app, key, era) as client:
            return await work(client)

    return anyio.run(run)


def call(
    app: FastAPI, key: str, tool: str, era: str = sdk.MODERN, **arguments: object
) -> CallToolResult:
    return with_client(app, key, lambda client: client.call_tool(tool, arguments), era)


def inline(image: bytes) -> str:
    return base64.b64encode(image).decode()


def text(result: CallToolResult) -> str:
    return result.content[0].text


@pytest.mark.parametrize("era", sdk.ERAS)
def test_a_call_is_a_job_of_the_keys_account(
    app: FastAPI, http: TestClient, key: str, photo: bytes, era: str
) -> None:
    result = call(app, key, "clean", era, mode="metadata", image_base64=inline(photo))

    made = result.structured_content
    assert made["status"] == "succeeded"
    assert made["report"]["changed"] is True
    clean = http.get(made["result_url"])
    assert clean.headers["content-type"] == "image/jpeg"
    assert b"Camera Maker" not in clean.content
    mine = {"authorization": f"Bearer {key}"}
    [newest, *_] = http.get("/api/v1/jobs", headers=mine).json()["jobs"]
    assert newest["id"] == made["job_id"]


def test_only_enabled_modes_are_offered(app: FastAPI, key: str) -> None:
    tools = with_client(app, key, lambda client: client.list_tools()).tools

    assert [tool.name for tool in tools] == ["detect", "clean", "job_status"]
    [clean] = [tool for tool in tools if tool.name == "clean"]
    assert clean.input_schema["properties"]["mode"]["enum"] == ["metadata", "all"]
    assert "path" not in clean.input_schema["properties"]
    assert "unknown tool «mask»" in text(call(app, key, "mask"))


def test_an_upload_is_taken_by_its_object_key(
    app: FastAPI, http: TestClient, key: str, photo: bytes
) -> None:
    upload = http.post(
        "/api/v1/uploads",
        json={"filename": "a.jpg", "content_type": "image/jpeg", "size": len(photo)},
        headers={"authorization": f"Bearer {key}"},
    ).json()
    http.request(upload["method"], upload["upload_url"], headers=upload["headers"], content=photo)

    result = call(app, key, "detect", object_key=upload["object_key"])

    assert "Camera Maker" in str(result.structured_content["report"])


def test_a_heavy_job_is_followed_to_its_result(
    app: FastAPI, service: Service, key: str, photo: bytes
) -> None:
    async def followed(client: Client) -> tuple[CallToolResult, CallToolResult, list[float]]:
        reported: list[float] = []

        async def report(progress: float, total: float | None, message: str | None) -> None:
            reported.append(progress)

        started = await client.call_tool(
            "clean", {"mode": "all", "image_base64": inline(photo), "wait_seconds": 0}
        )
        job_id = started.structured_content["job_id"]
        await anyio.to_thread.run_sync(partial(work_off, service))
        ended = await client.call_tool("job_status", {"job_id": job_id}, progress_callback=report)
        return started, ended, reported

    started, ended, reported = with_client(app, key, followed)

    assert started.structured_content["status"] == "queued"
    assert "job_status" in started.structured_content["next_step"]
    assert ended.structured_content["status"] == "succeeded"
    assert reported == [100]


def test_nobody_sees_the_job_of_another_account(
    app: FastAPI, service: Service, key: str, photo: bytes
) -> None:
    made = call(app, key, "detect", image_base64=inline(photo)).structured_content

    seen = call(app, new_key(service), "job_status", job_id=made["job_id"])

    assert seen.is_error
    assert text(seen).startswith("job_not_found:")


def test_a_call_counts_toward_the_accounts_quota(
    app: FastAPI, http: TestClient, service: Service, photo: bytes
) -> None:
    key = new_key(service, Tier.FREE)
    caller = service.credentials.of_key(key)

    def left() -> int:
        return min(quota.remaining for quota in service.meter.quotas(caller, "light"))

    before = left()
    call(app, key, "clean", mode="metadata", image_base64=inline(photo))

    assert left() == before - 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({}, "give exactly one of image_url, image_base64, object_key, not none"),
        ({"image_base64": "!"}, "/image_base64: is not base64"),
        ({"image_base64": "A" * 1_500_000}, "at most 1,048,576 are accepted"),
        ({"image_base64": "AAAA"}, "unsupported_media_type"),
        ({"image_url": "http://pictures.example/a.png"}, "must start with https://"),
        ({"image_url": "https://127.0.0.1/a.png"}, "source_unreachable"),
        ({"object_key": "in/none"}, "upload_not_found"),
        ({"path": "/etc/passwd"}, "/path: there is no such field"),
        ({"image_base64": "AAAA", "options": {"deeep": True}}, "/options/deeep"),
    ],
)
def test_a_refused_call_says_why(
    app: FastAPI, key: str, arguments: dict[str, Any], told: str
) -> None:
    result = call(app, key, "detect", **arguments)

    assert result.is_error
    assert told in text(result)


def test_a_key_is_required(http: TestClient) -> None:
    missing = http.post("/mcp", json=PING, headers=ACCEPT)
    wrong = http.post("/mcp", json=PING, headers=ACCEPT | {"x-api-key": "uk_wrong"})

    assert (missing.status_code, missing.json()["code"]) == (401, "unauthorized")
    assert missing.headers["www-authenticate"] == "Bearer"
    assert (wrong.status_code, wrong.json()["code"]) == (401, "invalid_api_key")


def test_another_host_name_is_refused(http: TestClient, key: str) -> None:
    headers = ACCEPT | {"authorization": f"Bearer {key}", "host": "evil.example"}
    answer = http.post("/mcp", json=PING, headers=headers)

    assert answer.json()["code"] == "misdirected_request"


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_there_are_no_sessions(http: TestClient, key: str, method: str) -> None:
    answer = http.request(method, "/mcp", headers={"authorization": f"Bearer {key}"})

    assert answer.status_code == 405
