"""The OpenAPI document, and the pages in ``docs/`` generated from it and from the registry."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from starlette.responses import JSONResponse, Response

from expunge.web.late import load_all
from expunge.web.problems import MEDIA_TYPE, REGISTRY, example, responses
from expunge.web.problems.dialects import dialect_of
from expunge.web.urls import base_url

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from fastapi import FastAPI
    from starlette.requests import Request

    Completion = Callable[[dict[str, Any]], None]

PATH = "/openapi.json"
_SCHEMES = {
    "key": {"type": "http", "scheme": "bearer", "description": "An API key, `uk_…`."},
    "keyHeader": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "__Host-expunge_session",
        "description": "Requests that change something also need `X-CSRF-Token`, with the value "
        "of the cookie `__Host-expunge_csrf`.",
    },
    "admin": {"type": "http", "scheme": "basic", "description": "The administrator's login."},
    "adminSession": {
        "type": "apiKey",
        "in": "cookie",
        "name": "__Host-expunge_admin",
        "description": "Set by `logIn`. Without TLS the name has no prefix.",
    },
}
"""Ways to authenticate. The first alternative in the document is no credentials at all."""
_SECURITY: dict[str, list[dict[str, list[str]]]] = {
    "faces": [{"keyHeader": []}, {"key": []}],
    "tasks": [{"key": []}, {"keyHeader": []}, {"session": []}],
    "admin": [{"admin": []}, {"adminSession": []}],
}
"""The schemes that the routes of a tag accept, where they do not accept all of them."""
_REF = "#/components/schemas/{model}"
_REFERENCE = re.compile(r'"#/components/schemas/([^"]+)"')


def describe(
    app: FastAPI,
    *models: type[BaseModel],
    completions: Sequence[Completion],
    upload_bytes: int,
) -> None:
    """Make the app serve its OpenAPI document, which a thread makes at the first request.

    Parameters
    ----------
    models
        Schemas that routes name by reference.
    completions
        Functions that add the parts made from the modes' options.
    upload_bytes
        The maximum size of an uploaded file, in bytes.
    """

    @cache
    def document() -> dict[str, Any]:
        load_all(app)
        spec = get_openapi(
            title=app.title,
            version=app.version,
            description=app.description,
            routes=app.routes,
            tags=[
                {"name": "uploads", "description": "Upload image files."},
                {"name": "jobs", "description": "Create, poll, cancel and delete jobs."},
                {"name": "batches", "description": "Up to 100 jobs by one request."},
                {"name": "tasks", "description": "Hide the faces in images, for credits."},
                {"name": "account", "description": "Sign-in, API keys, quotas and credits."},
                {"name": "hooks", "description": "Webhook subscriptions for ended jobs."},
                {"name": "faces", "description": "Detect or hide faces in one request."},
                {
                    "name": "admin",
                    "description": "Stored images, face jobs, API keys, queues and alarms.",
                },
                {"name": "clean", "description": "Clean an image by its URL, for `<img src>`."},
                {"name": "service", "description": "The health of the service."},
            ],
        )
        spec["components"]["securitySchemes"] = _SCHEMES
        spec["security"] = [{}, *({name: []} for name in _SCHEMES)]
        schemas = spec["components"]["schemas"]
        for model in models:
            schema = model.model_json_schema(ref_template=_REF)
            schemas |= schema.pop("$defs", {})
            schemas[model.__name__] = schema
        schemas["UploadCreate"]["properties"]["size"]["maximum"] = upload_bytes
        spec["components"]["examples"] = {
            code: {"summary": problem.title, "value": example(problem)}
            for code, problem in REGISTRY.items()
        }
        for complete in completions:
            complete(spec)
        _add_security(spec)
        _drop_framework_errors(spec)
        _add_common_problems(spec)
        _restore_nulls(schemas)
        _drop_unused(spec)
        return spec

    @cache
    def rendered() -> bytes:
        return bytes(JSONResponse(document()).body)

    def serve(request: Request) -> Response:
        servers = json.dumps([{"url": base_url(request)}]).encode()
        text = b'{"servers":' + servers + b"," + rendered()[1:]
        return Response(text, media_type="application/json")

    app.openapi = document  # type: ignore[method-assign]
    # FastAPI's own route would make the document on the event loop: 0.4 s for every other request.
    app.add_route(PATH, serve, include_in_schema=False)


def _add_security(spec: dict[str, Any]) -> None:
    for path in spec["paths"].values():
        for operation in path.values():
            for tag in _SECURITY.keys() & set(operation.get("tags", ())):
                operation.setdefault("security", _SECURITY[tag])


def _drop_framework_errors(spec: dict[str, Any]) -> None:
    """Remove the 422 that the framework adds to routes; no route here answers with it."""
    for path in spec["paths"].values():
        for operation in path.values():
            answer = operation["responses"].get("422", {})
            if "application/json" in answer.get("content", {}):
                del operation["responses"]["422"]


def _add_common_problems(spec: dict[str, Any]) -> None:
    """Add what any route of its kind may answer: with a JSON body, with parameters, with pages."""
    for path, operations in spec["paths"].items():
        for operation in operations.values():
            if "500" in operation["responses"]:  # of `responses`, which every route should use
                _merge(
                    operation["responses"],
                    responses(*sorted(_common(operation)), dialect=dialect_of(path)),
                )


def _common(operation: dict[str, Any]) -> set[str]:
    codes = set[str]()
    names = {parameter["name"] for parameter in operation.get("parameters", ())}
    if "application/json" in operation.get("requestBody", {}).get("content", {}):
        codes |= {"invalid_request", "payload_too_large", "unsupported_media_type"}
    if "cursor" in names:
        codes.add("invalid_request")
    if names or "requestBody" in operation:
        codes.add("validation_error")
    return codes


def _merge(documented: dict[str, Any], more: dict[int | str, dict[str, Any]]) -> None:
    for status, entry in more.items():
        known = documented.setdefault(str(status), entry)
        if known is not entry and MEDIA_TYPE in known.get("content", {}):
            examples = known["content"][MEDIA_TYPE].setdefault("examples", {})
            examples |= entry["content"][MEDIA_TYPE]["examples"] | examples


def _restore_nulls(schemas: dict[str, Any]) -> None:
    """Restore the ``null`` values in examples, which the framework removes."""
    for model in _subclasses(BaseModel):
        more = model.model_config.get("json_schema_extra")
        if model.__name__ in schemas and isinstance(more, dict) and "examples" in more:
            schemas[model.__name__]["examples"] = more["examples"]


def _subclasses(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for subclass in model.__subclasses__():
        if subclass.__module__.startswith("expunge.web."):
            yield subclass
        yield from _subclasses(subclass)


def _drop_unused(spec: dict[str, Any]) -> None:
    """Remove schemas without a reference, such as the framework's own for errors."""
    schemas = spec["components"]["schemas"]
    while unused := schemas.keys() - _REFERENCE.findall(json.dumps(spec)):
        for name in unused:
            del schemas[name]


def problems_page() -> str:
    """The registry as a table in Markdown."""
    rows = [
        f"| `{p.code}` | {p.status} | {p.title} | {p.remedy} | {'yes' if p.retryable else 'no'} |"
        for p in REGISTRY.values()
    ]
    return "\n".join(
        [
            "# Problems",
            "",
            "Every error response is an `application/problem+json` document (RFC 9457).",
            "Its `type` is the URL of a page that explains it. Its `code` never changes.",
            "`retryable` says whether the same request may succeed later.",
            "On the [tasks API](tasks-api.md), input errors are 400, and `code` is the status.",
            "",
            "| code | status | title | what to do | retryable |",
            "|---|---|---|---|---|",
            *rows,
            "",
        ]
    )


def openapi_text(app: FastAPI) -> str:
    """The document as text, in the form committed to the repository."""
    return json.dumps(app.openapi(), indent=2, ensure_ascii=False) + "\n"
