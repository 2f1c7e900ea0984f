"""Pages of other origins: what they may call, and what they never see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from expunge.bootstrap import build
from expunge.settings import Settings, SettingsInvalid
from tests.api.conftest import client_at
from tests.api.test_jobs import JOBS, multipart

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.testclient import TestClient

    from expunge.service import Service

FOREIGN = "https://app.example"
ALLOW, EXPOSE = "access-control-allow-origin", "access-control-expose-headers"
ASKS = {
    "origin": FOREIGN,
    "access-control-request-method": "POST",
    "access-control-request-headers": "authorization,content-type,idempotency-key,x-client-secret",
}
BASIC = {"authorization": "Basic YWRtaW46eA=="}


def words(field: str) -> set[str]:
    return {word.strip().lower() for word in field.split(",")}


@pytest.fixture
def listing(tmp_path: Path) -> Iterator[Service]:
    """A service whose operator has named the origins."""
    settings = {"data": tmp_path / "data", "cors_origins": f"{FOREIGN} http://localhost:3000"}
    service = build(Settings.model_validate(settings))
    yield service
    service.close()


def test_every_route_answers_a_preflight(reader: TestClient, spec: dict[str, Any]) -> None:
    paths = [*spec["paths"], "/", "/docs", "/objects/in/2026-05-24/up_1.png", "/nowhere"]
    for path in paths:
        answer = reader.options(path, headers=ASKS)
        assert (answer.status_code, answer.content) == (204, b""), path
        assert answer.headers[ALLOW] == "*"
        allowed = words(answer.headers["access-control-allow-headers"])
        assert words(ASKS["access-control-request-headers"]) <= allowed
        methods = words(answer.headers["access-control-allow-methods"])
        assert {"get", "post", "put", "patch", "delete"} <= methods
        assert "access-control-allow-credentials" not in answer.headers


def test_every_header_that_a_route_reads_may_be_sent(
    reader: TestClient, spec: dict[str, Any]
) -> None:
    allowed = words(reader.options(JOBS, headers=ASKS).headers["access-control-allow-headers"])
    for operations in spec["paths"].values():
        for operation in operations.values():
            for parameter in operation.get("parameters", ()):
                if parameter["in"] == "header":
                    assert parameter["name"].lower() in allowed, operation["operationId"]


def test_an_answer_may_be_read_with_its_headers(client: TestClient, photo: bytes) -> None:
    made = client.post(JOBS, **multipart(photo), headers={"origin": FOREIGN})
    failed = client.get(f"{JOBS}/none", headers={"origin": FOREIGN})
    embed = client.get("/api/v1/clean", headers={"origin": FOREIGN})

    for answer in (made, failed, embed):
        assert answer.headers[ALLOW] == "*"
        exposed = words(answer.headers[EXPOSE])
        needed = "x-error-type link ratelimit ratelimit-policy retry-after location etag"
        assert {*needed.split(), "x-client-secret", "x-request-id"} <= exposed
    assert "x-client-secret" in made.headers, "the page's own secret"
    assert "set-cookie" not in made.headers, "the browser's own secret stays as it is"


@pytest.mark.parametrize("page", ["https://sub.testserver", "http://testserver:8001", "null"])
def test_what_a_cookie_gives_is_shared_with_no_other_origin(
    client: TestClient, photo: bytes, page: str
) -> None:
    own = client.post(JOBS, **multipart(photo))
    assert "expunge_browser" in client.cookies
    secret = own.headers["x-client-secret"]

    listed = client.get(JOBS, headers={"origin": page})
    created = client.post(JOBS, **multipart(photo), headers={"origin": page})

    for answer in (listed, created):
        assert answer.status_code == 200
        assert ALLOW not in answer.headers
        assert EXPOSE not in answer.headers
        assert secret not in str(answer.headers)
        assert "x-client-secret" not in answer.headers


def test_a_remembered_password_opens_nothing_to_other_origins(reader: TestClient) -> None:
    for path in ("/api/v1/admin/stats", "/api/v1/admin/queues"):
        answer = reader.get(path, headers={"origin": FOREIGN} | BASIC)
        assert answer.json()["code"] == "csrf_failed", "before the password is looked at"
        assert ALLOW not in answer.headers
    login = {"username": "admin", "password": "wrong"}
    tried = reader.post("/api/v1/admin/auth/login", json=login, headers={"origin": FOREIGN})
    assert tried.json()["code"] == "csrf_failed"


def test_what_caches_may_keep_is_the_same_for_everyone(reader: TestClient) -> None:
    from expunge.web.site.assets import url

    with_cookie = {"cookie": "expunge_session=x", "origin": FOREIGN}
    script = reader.get(f"{url()}/icon.svg", headers=with_cookie)

    assert script.headers["cache-control"].startswith("public")
    assert script.headers[ALLOW] == "*"


def test_an_upload_goes_across_origins(client: TestClient, photo: bytes) -> None:
    asked = {"filename": "a.jpg", "content_type": "image/jpeg", "size": len(photo)}
    upload = client.post("/api/v1/uploads", json=asked, headers={"origin": FOREIGN}).json()
    preflight = client.options(
        upload["upload_url"], headers=ASKS | {"access-control-request-method": "PUT"}
    )
    headers = upload["headers"] | {"origin": FOREIGN}
    client.cookies.clear()
    put = client.put(upload["upload_url"], content=photo, headers=headers)

    assert (preflight.status_code, preflight.headers[ALLOW]) == (204, "*")
    assert (put.status_code, put.headers[ALLOW]) == (200, "*")


def test_named_origins_alone_may_call(listing: Service, photo: bytes) -> None:
    client = client_at(listing, "203.0.113.5")
    for origin, allowed in ((FOREIGN, FOREIGN), ("http://localhost:3000", "http://localhost:3000")):
        preflight = client.options(JOBS, headers=ASKS | {"origin": origin})
        assert preflight.headers[ALLOW] == allowed
        assert client.get("/health", headers={"origin": origin}).headers[ALLOW] == allowed
    for origin in ("https://evil.example", "https://app.example.evil.example", "null"):
        preflight = client.options(JOBS, headers=ASKS | {"origin": origin})
        answer = client.get("/health", headers={"origin": origin})
        assert ALLOW not in preflight.headers
        assert ALLOW not in answer.headers
        assert "origin" in words(answer.headers["vary"])


def test_no_origin_may_call_where_the_operator_says_none(tmp_path: Path) -> None:
    service = build(
        Settings.from_env({"EXPUNGE_DATA": str(tmp_path), "EXPUNGE_CORS_ORIGINS": "none"})
    )
    client = client_at(service, "203.0.113.5")

    assert client.options(JOBS, headers=ASKS).status_code == 204
    assert ALLOW not in client.options(JOBS, headers=ASKS).headers
    assert ALLOW not in client.get("/health", headers={"origin": FOREIGN}).headers
    service.close()


@pytest.mark.parametrize(
    "wrong",
    ["app.example", "https://app.example/", "https://*.example", "*,none", "none https://a"],
)
def test_an_origin_that_is_none_is_named(wrong: str) -> None:
    with pytest.raises(SettingsInvalid, match=r"EXPUNGE_CORS_ORIGINS.* is not an origin"):
        Settings.from_env({"EXPUNGE_CORS_ORIGINS": wrong})
