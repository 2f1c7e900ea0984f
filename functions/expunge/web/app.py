"""The HTTP application: one router a surface, one shape for every problem."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.routing import Match, Mount

import expunge
from expunge.errors import ExpungeError, FieldError
from expunge.operations import pointer, sentence
from expunge.web import (
    admin,
    admin_auth,
    admin_keys,
    auth,
    billing,
    clean,
    faces,
    health,
    hooks,
    jobs,
    keys,
    me,
    objects,
    problems,
    site,
    uploads,
)
from expunge.web.edge import Edge
from expunge.web.front import Front
from expunge.web.openapi import describe

if TYPE_CHECKING:
    from starlette.responses import Response

    from expunge.service import Service

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


def create_app(service: Service) -> FastAPI:
    """Put the surfaces together over a wired service."""
    app = FastAPI(
        title="expunge",
        version=expunge.__version__,
        description="Takes out of images what should not leave with them.",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.service = service
    native = (uploads.router, jobs.router, clean.router, hooks.router)
    account = (me.router, keys.router, auth.router, billing.router)
    seen = (faces.router, admin_auth.router, admin.router, admin_keys.router)
    for surface in (*native, *account, *seen, health.router, site.router):
        app.include_router(surface)
    if service.signed_objects:
        app.include_router(objects.router(service.signed_objects))
    app.mount("/static", StaticFiles(directory=site.FOLDER))
    app.mount("/swagger", StaticFiles(packages=[("fastapi_swagger", "resources")]))
    app.add_exception_handler(ExpungeError, _on_error)
    app.add_exception_handler(RequestValidationError, _on_validation)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_middleware(Front, secrets=service.settings.front_secrets)
    app.add_middleware(Edge)
    describe(app)
    return app


def _on_error(request: Request, error: Exception) -> Response:
    return problems.answer_error(request, cast("ExpungeError", error))


def _on_validation(request: Request, error: Exception) -> Response:
    """FastAPI's own checks of path, query and body, as pointers."""
    found: list[dict[str, Any]] = list(cast("RequestValidationError", error).errors())
    broken = next((e for e in found if e["type"] == "json_invalid"), None)
    if broken:
        reason = broken.get("ctx", {}).get("error", "it does not parse")
        return problems.answer(request, "invalid_request", f"The body is not JSON: {reason}.")
    if any(tuple(e["loc"]) == ("body",) for e in found) and not _is_json(request):
        detail = "The body must be JSON, and say so: Content-Type: application/json."
        return problems.answer(request, "unsupported_media_type", detail)
    errors = tuple(FieldError(_pointer(e["loc"]), sentence(e["type"], e["msg"])) for e in found)
    detail = "; ".join(f"{e.pointer or '/'}: {e.detail}" for e in errors)
    return problems.answer(request, "validation_error", detail, errors=errors)


def _is_json(request: Request) -> bool:
    return "json" in request.headers.get("content-type", "").partition(";")[0].lower()


def _pointer(loc: tuple[Any, ...]) -> str:
    """Below the document for a body's field; ``/query/limit`` and the like for the others."""
    return pointer(loc[1:] if loc[:1] == ("body",) else loc)


def _on_http(request: Request, error: Exception) -> Response:
    """What the framework itself refuses: unknown paths, methods, unreadable forms."""
    if isinstance(error.__cause__, ExpungeError):  # met by the framework while it read the body
        return problems.answer_error(request, error.__cause__)
    http = cast("HTTPException", error)
    code = problems.code_for_status(http.status_code)
    detail = {
        "not_found": f"Nothing is at {request.url.path}; see /docs.",
        "method_not_allowed": f"{request.method} is not allowed at {request.url.path}.",
    }.get(code, str(http.detail))
    headers = {"allow": _allowed(request)} if code == "method_not_allowed" else http.headers
    return problems.answer(request, code, detail, headers=headers)


def _allowed(request: Request) -> str:
    """Every method of the address; the framework names only those of the first route it met."""

    def taken(method: str) -> bool:
        scope = {**request.scope, "method": method}
        return any(route.matches(scope)[0] is Match.FULL for route in request.app.routes)

    mounted = any(
        isinstance(route, Mount) and route.matches(request.scope)[0] is Match.FULL
        for route in request.app.routes
    )
    return "GET, HEAD" if mounted else ", ".join(filter(taken, METHODS))
