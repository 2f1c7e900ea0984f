"""Turns every error of a route or of the framework into a problem."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match, Mount

from expunge.errors import ExpungeError, FieldError, ValidationFailed
from expunge.validation import pointer, sentence
from expunge.web.json_limits import is_json
from expunge.web.problems import answers
from expunge.web.urls import own_path

if TYPE_CHECKING:
    from fastapi import FastAPI, Request
    from starlette.responses import Response

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


def install(app: FastAPI) -> None:
    """Make the app answer every error with a problem document."""
    app.add_exception_handler(ExpungeError, _on_error)
    app.add_exception_handler(RequestValidationError, _on_validation)
    app.add_exception_handler(HTTPException, _on_http)


def _on_error(request: Request, error: Exception) -> Response:
    return answers.answer_error(request, cast("ExpungeError", error))


def _on_validation(request: Request, error: Exception) -> Response:
    """Report FastAPI's checks of path, query and body as field errors with JSON pointers."""
    found: list[dict[str, Any]] = list(cast("RequestValidationError", error).errors())
    broken = next((e for e in found if e["type"] == "json_invalid"), None)
    if broken:
        reason = broken.get("ctx", {}).get("error", "it does not parse")
        return answers.answer(request, "invalid_request", f"The body is not JSON: {reason}.")
    if any(tuple(e["loc"]) == ("body",) for e in found) and not is_json(
        request.headers.get("content-type")
    ):
        detail = "The body must be JSON, with the header Content-Type: application/json."
        return answers.answer(request, "unsupported_media_type", detail)
    errors = tuple(FieldError(_pointer(e["loc"]), sentence(e["type"], e["msg"])) for e in found)
    return answers.answer_error(request, ValidationFailed(*errors))


def _pointer(loc: tuple[Any, ...]) -> str:
    """The JSON pointer of a body field; for others a pointer such as ``/query/limit``."""
    return pointer(loc[1:] if loc[:1] == ("body",) else loc)


def _on_http(request: Request, error: Exception) -> Response:
    """Answer what the framework refuses: unknown paths, wrong methods, unreadable forms."""
    if isinstance(error.__cause__, ExpungeError):  # raised while the framework read the body
        return answers.answer_error(request, error.__cause__)
    http = cast("HTTPException", error)
    code = answers.code_for_status(http.status_code)
    detail = {
        "not_found": f"Nothing is at {request.url.path}; see /docs.",
        "method_not_allowed": f"{request.method} is not allowed at {request.url.path}.",
    }.get(code, str(http.detail))
    headers = {"allow": _allowed(request)} if code == "method_not_allowed" else http.headers
    return answers.answer(request, code, detail, headers=headers)


def _allowed(request: Request) -> str:
    """Every method of the path; the framework names only those of the first matching route.

    Where a route has exactly this path, those count that do: `/hooks/secret` is no id of a hook.
    """
    routes = [route for route in request.app.routes if _takes(route, request)]
    path = own_path(request.scope)
    exact = [route for route in routes if getattr(route, "path", None) == path]
    if any(isinstance(route, Mount) for route in routes):
        return "GET, HEAD"
    methods = {
        method for route in exact or routes for method in getattr(route, "methods", None) or ()
    }
    return ", ".join(method for method in METHODS if method in methods | _heads(methods))


def _takes(route: BaseRoute, request: Request) -> bool:
    """Whether a route is at the path of a request, whatever its methods are."""
    return route.matches(request.scope)[0] is not Match.NONE


def _heads(methods: set[str]) -> set[str]:
    """HEAD, which works wherever GET does."""
    return {"HEAD"} if "GET" in methods else set()
