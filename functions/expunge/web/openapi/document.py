"""The OpenAPI document: made from the routes, the modes' options and the registry of problems."""

from __future__ import annotations

import json
from copy import deepcopy
from functools import cache
from typing import TYPE_CHECKING, Any

from fastapi.openapi.utils import get_openapi
from starlette.responses import JSONResponse, Response

from expunge.web.late import load_all
from expunge.web.openapi import problems, shapes
from expunge.web.openapi.security import add_security
from expunge.web.problems import REGISTRY, example
from expunge.web.urls import base_url

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fastapi import FastAPI
    from pydantic import BaseModel
    from starlette.requests import Request

    from expunge.imaging.limits import Limits

    Completion = Callable[[dict[str, Any]], None]

PATH = "/openapi.json"
LOCAL = {"url": "http://127.0.0.1:8000", "description": "`expunge serve` on this machine."}
"""The server in the committed document. A running service states its own URL."""
TAGS = {
    "uploads": "Upload image files.",
    "jobs": "Create, poll, cancel and delete jobs.",
    "batches": "Up to 100 jobs by one request.",
    "tasks": "Hide the faces in images, for credits.",
    "swaps": "Replace faces in images and videos by their URLs, for credits, and find faces.",
    "account": "Sign-in, API keys, quotas and credits.",
    "hooks": "Webhook subscriptions for ended jobs.",
    "faces": "Detect or hide faces in one request.",
    "admin": "Stored images, face jobs, API keys, queues and alarms.",
    "clean": "Clean an image by its URL, for `<img src>`, or send it and get it back.",
    "service": "The health of the service.",
}
_REF = "#/components/schemas/{model}"


def describe(
    app: FastAPI,
    *models: type[BaseModel],
    completions: Sequence[Completion],
    limits: Limits,
) -> None:
    """Make the app serve its OpenAPI document, which a thread makes at the first request.

    Parameters
    ----------
    models
        Schemas that routes name by reference.
    completions
        Functions that add the parts made from the modes' options.
    limits
        The maximum sizes of uploaded files.
    """

    @cache
    def document() -> dict[str, Any]:
        load_all(app)
        spec = _of_routes(app)
        schemas = spec["components"]["schemas"]
        for model in models:
            schema = model.model_json_schema(ref_template=_REF)
            schemas |= schema.pop("$defs", {})
            schemas[model.__name__] = schema
        shapes.limit_uploads(schemas["UploadCreate"], limits.file_bytes, limits.movie_bytes)
        spec["components"]["examples"] = {
            code: {"summary": problem.title, "value": example(problem)}
            for code, problem in REGISTRY.items()
        }
        for complete in completions:
            complete(spec)
        spec = deepcopy(spec)  # the steps below change what is shared with routes and options
        schemas = spec["components"]["schemas"]
        add_security(spec, app.routes)
        problems.drop_framework_errors(spec)
        problems.add_common_problems(spec)
        problems.share_responses(spec)
        shapes.restore_nulls(schemas)
        shapes.simplify_tuples(spec)
        shapes.drop_null_parameters(spec)
        shapes.drop_unused(spec)
        return spec

    @cache
    def rendered() -> bytes:
        rest = {name: part for name, part in document().items() if name != "servers"}
        return bytes(JSONResponse(rest).body)

    def serve(request: Request) -> Response:
        servers = json.dumps([{"url": base_url(request)}]).encode()
        text = b'{"servers":' + servers + b"," + rendered()[1:]
        return Response(text, media_type="application/json")

    app.openapi = document  # type: ignore[method-assign]
    # FastAPI's own route would make the document on the event loop: 0.4 s for every other request.
    app.add_route(PATH, serve, include_in_schema=False)


def _of_routes(app: FastAPI) -> dict[str, Any]:
    return get_openapi(
        title=app.title,
        version=app.version,
        description=app.description,
        contact={"name": "The operator of this server"},
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        servers=[LOCAL],
        routes=app.routes,
        tags=[{"name": name, "description": words} for name, words in TAGS.items()],
    )


def openapi_text(app: FastAPI) -> str:
    """The document as text, in the form committed to the repository."""
    return json.dumps(app.openapi(), indent=2, ensure_ascii=False) + "\n"
