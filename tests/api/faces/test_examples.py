"""Every example of the OpenAPI document works as it stands: what `/docs` sends at the first click.

A tool fills a request with the examples and defaults of its parameters and of its body. A caller
who presses Execute adds at most a file. What such a request names may be absent, a credential may
be missing and a part of the service may be off; but it is never refused as wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from starlette.testclient import TestClient

from expunge.bootstrap import build
from expunge.settings import Settings
from expunge.web.app import create_app
from tests.api.faces.conftest import ADMIN, PASSWORD, PNG, basic

if TYPE_CHECKING:
    from pathlib import Path

Operation = tuple[str, str, dict[str, Any]]

WRONG = {400, 405, 406, 411, 413, 415, 422, 500}
EXEMPT = {
    "cleanImage": "its example is an image of nowhere, and no server reaches it",
    "createTask": "as cleanImage: its example is the URL of the reference",
    "createFaceDetection": "as createTask",
    "createHook": "as cleanImage: no server receives at its example",
    "receiveBillingEvent": "only Stripe can sign an event",
    "followSignInLink": "only a mail has a link that works",
    "finishGoogleSignIn": "only the identity provider has the answer",
}


@pytest.fixture(scope="module")
def spec(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    service = build(Settings(data=tmp_path_factory.mktemp("spec")))
    document: dict[str, Any] = create_app(service).openapi()
    service.close()
    return document


@pytest.fixture(scope="module")
def operations(spec: dict[str, Any]) -> list[Operation]:
    return [
        (method, path, operation)
        for path, methods in spec["paths"].items()
        for method, operation in methods.items()
    ]


def shown(spec: dict[str, Any], schema: dict[str, Any]) -> Any:
    """What a tool shows for a schema: its first example, else its default."""
    while "$ref" in schema:
        schema = spec["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
    if schema.get("examples"):
        return schema["examples"][0]
    return schema.get("default")


def request_of(spec: dict[str, Any], operation: dict[str, Any], path: str) -> dict[str, Any]:
    """The request, as arguments of a client."""
    query: dict[str, Any] = {}
    for parameter in operation.get("parameters", ()):
        value = parameter.get("example", shown(spec, parameter["schema"]))
        if parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", str(value))
        elif parameter.get("explode"):
            query |= value
        elif parameter["in"] == "query" and value is not None and parameter.get("required"):
            query[parameter["name"]] = value
    content = operation.get("requestBody", {}).get("content", {})
    return {"url": path, "params": query} | _body(spec, content)


def _body(spec: dict[str, Any], content: dict[str, Any]) -> dict[str, Any]:
    media_type = next(iter(content), None)
    if media_type is None:
        return {}
    told = content[media_type]
    if media_type == "application/json":
        examples = told.get("examples")
        return {"json": next(iter(examples.values()))["value"] if examples else _first(spec, told)}
    if media_type == "multipart/form-data":
        schema = told["schema"]
        fields = _resolved(spec, schema)["properties"]
        texts = {n: _text(spec, s) for n, s in fields.items() if s.get("format") != "binary"}
        return {"files": {"image": ("photo.png", PNG, "image/png")}, "data": texts}
    return {"content": PNG, "headers": {"content-type": "image/png"}}


def _first(spec: dict[str, Any], told: dict[str, Any]) -> Any:
    return told.get("example", shown(spec, told["schema"]))


def _resolved(spec: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        found: dict[str, Any] = spec["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
        return found
    return schema


def _text(spec: dict[str, Any], schema: dict[str, Any]) -> str:
    """What a tool writes into a field of a form: a choice, an example, a default, or «string»."""
    value = shown(spec, schema)
    return str(value if value is not None else schema.get("enum", ["string"])[0])


@pytest.mark.parametrize("who", ["anonymous", "guest", "administrator"])
def test_no_example_is_refused_as_wrong(
    spec: dict[str, Any], operations: list[Operation], tmp_path: Path, who: str
) -> None:
    service = build(
        Settings(
            data=tmp_path / who,
            admin_password=PASSWORD,
            faces_storage=True,
            faces_key_required=False,
            quotas="off",
        )
    )
    app, refused = create_app(service), []
    for method, path, operation in operations:
        if operation["operationId"] in EXEMPT:
            continue
        client = TestClient(app, raise_server_exceptions=False)
        if who == "guest":
            client.post("/api/v1/auth/guest")
        if who == "administrator" and path.startswith(ADMIN):
            client.headers["authorization"] = basic("admin", PASSWORD)
        request = request_of(spec, operation, path)
        token = next((v for n, v in client.cookies.items() if n.endswith("expunge_csrf")), "")
        headers = {"x-csrf-token": token} | request.pop("headers", {})
        answer = client.request(method, headers=headers, follow_redirects=False, **request)
        if answer.status_code in WRONG:
            refused.append(f"{operation['operationId']}: {answer.status_code} {answer.text[:300]}")
    service.close()

    assert not refused, "\n".join(refused)


@pytest.mark.parametrize("media_type", ["multipart/form-data", "application/json"])
def test_the_examples_of_a_new_job_succeed(
    spec: dict[str, Any], client: Any, media_type: str
) -> None:
    operation = spec["paths"]["/api/v1/jobs"]["post"]
    content = operation["requestBody"]["content"][media_type]

    answer = client.post("/api/v1/jobs", **_body(spec, {media_type: content}))

    assert answer.status_code == 200, answer.text
    assert answer.json()["status"] == "succeeded"
