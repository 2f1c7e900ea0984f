"""The OpenAPI document, and the pages in ``docs/`` that are made of it and of the registry."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel

from expunge.web.problems import REGISTRY, example

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from fastapi import FastAPI

    Completion = Callable[[dict[str, Any]], None]

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
    "admin": {"type": "http", "scheme": "basic", "description": "The administrator's."},
    "adminSession": {
        "type": "apiKey",
        "in": "cookie",
        "name": "__Host-expunge_admin",
        "description": "From `logIn`. Without TLS the name has no prefix.",
    },
}
"""Ways to say who calls; the first alternative is to say nothing."""
_SECURITY: dict[str, list[dict[str, list[str]]]] = {
    "faces": [{"keyHeader": []}, {"key": []}],
    "admin": [{"admin": []}, {"adminSession": []}],
}
"""What routes of a tag need, where it is not just anything."""
_REF = "#/components/schemas/{model}"
_REFERENCE = re.compile(r'"#/components/schemas/([^"]+)"')


def describe(
    app: FastAPI,
    *models: type[BaseModel],
    completions: Sequence[Completion],
    file_bytes: int,
) -> None:
    """Have the app answer its document.

    Parameters
    ----------
    models
        Schemas that routes name by reference.
    completions
        Add to the document what is made of the modes' options: when somebody asks for it, and
        not at every start.
    file_bytes
        What a file may have.
    """

    @cache
    def document() -> dict[str, Any]:
        spec = get_openapi(
            title=app.title,
            version=app.version,
            description=app.description,
            routes=app.routes,
            tags=[
                {"name": "uploads", "description": "Where to put files."},
                {"name": "jobs", "description": "What is done with them."},
                {"name": "account", "description": "Who you are, and what it costs."},
                {"name": "hooks", "description": "Who is told when a job has ended."},
                {"name": "faces", "description": "Faces found, or hidden, in one call."},
                {"name": "admin", "description": "What the operator sees of that, and API keys."},
                {"name": "clean", "description": "An address in, a picture out."},
                {"name": "service", "description": "The service itself."},
            ],
        )
        spec["components"]["securitySchemes"] = _SCHEMES
        spec["security"] = [{}, *({name: []} for name in _SCHEMES)]
        schemas = spec["components"]["schemas"]
        for model in models:
            schema = model.model_json_schema(ref_template=_REF)
            schemas |= schema.pop("$defs", {})
            schemas[model.__name__] = schema
        schemas["UploadCreate"]["properties"]["size"]["maximum"] = file_bytes
        spec["components"]["examples"] = {
            code: {"summary": problem.title, "value": example(problem)}
            for code, problem in REGISTRY.items()
        }
        for complete in completions:
            complete(spec)
        _say_who_may(spec)
        _drop_framework_errors(spec)
        _restore_nulls(schemas)
        _drop_unused(spec)
        return spec

    app.openapi = document  # type: ignore[method-assign]


def _say_who_may(spec: dict[str, Any]) -> None:
    for path in spec["paths"].values():
        for operation in path.values():
            for tag in _SECURITY.keys() & set(operation.get("tags", ())):
                operation.setdefault("security", _SECURITY[tag])


def _drop_framework_errors(spec: dict[str, Any]) -> None:
    """The framework lists its own 422 for routes that do not say; nothing here answers so."""
    for path in spec["paths"].values():
        for operation in path.values():
            answer = operation["responses"].get("422", {})
            if "application/json" in answer.get("content", {}):
                del operation["responses"]["422"]


def _restore_nulls(schemas: dict[str, Any]) -> None:
    """The framework leaves out every ``null``, also of examples, where it is a member's value."""
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
    """Schemas that nothing refers to, the framework's own for errors among them."""
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
            "Every answer that is not 2xx is an `application/problem+json` document (RFC 9457).",
            "Its `type` is a page of the service, its `code` never changes, and `retryable` says",
            "whether the same request may succeed later.",
            "",
            "| code | status | title | what to do | retryable |",
            "|---|---|---|---|---|",
            *rows,
            "",
        ]
    )


def openapi_text(app: FastAPI) -> str:
    """The document as it is committed."""
    return json.dumps(app.openapi(), indent=2, ensure_ascii=False) + "\n"
