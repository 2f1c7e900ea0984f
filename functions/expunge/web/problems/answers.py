"""Problems as answers (RFC 9457), and as OpenAPI entries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi.responses import JSONResponse

from expunge.accounts.counters import LimitReached
from expunge.errors import (
    MAX_ERRORS,
    ExpungeError,
    FieldError,
    SourceUnavailable,
    Unavailable,
    ValidationFailed,
)
from expunge.web import rate_limit
from expunge.web.exchanges import note_problem
from expunge.web.problems.dialects import COMMON, Dialect, dialect_of
from expunge.web.problems.registry import REGISTRY, ProblemType
from expunge.web.urls import base_url, own_path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

MEDIA_TYPE = "application/problem+json"
MAX_DETAIL = 600
"""Maximum characters of ``detail``. It may quote a caller's input, which may be megabytes long."""
MAX_FIELD_DETAIL = 300
MAX_POINTER = 200

_BY_STATUS = {
    400: "invalid_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
}


_RETRY_SECONDS = {429: "5", 502: "30", 503: "5", 507: "60"}
"""The default of ``Retry-After`` where a wait helps, by status."""
_OPERATOR_SECONDS = "3600"
"""The same for a 503 that ends when the operator changes something."""


def code_for_status(status: int) -> str:
    """The problem code for an error of which only the HTTP status is known."""
    fallback = "internal_error" if status >= 500 else "invalid_request"
    return _BY_STATUS.get(status, fallback)


def document(
    code: str,
    detail: str,
    *,
    base_url: str,
    instance: str = "",
    errors: tuple[FieldError, ...] = (),
    members: Mapping[str, object] | None = None,
    dialect: Dialect = COMMON,
) -> dict[str, Any]:
    """The problem as JSON; ``members`` are the fields that only this problem type has."""
    problem = REGISTRY[code]
    body: dict[str, Any] = {
        "type": f"{base_url}/problems/{code}",
        "title": problem.title,
        "status": dialect.status(problem),
        "detail": shown(detail),
        "instance": instance,
        "code": code,
        "retryable": problem.retryable,
    }
    if errors:
        body["errors"] = [
            {
                "pointer": shown(error.pointer, MAX_POINTER),
                "detail": shown(error.detail, MAX_FIELD_DETAIL),
            }
            for error in errors[:MAX_ERRORS]
        ]
    return dialect.worded(body | dict(members or {}))


def shown(text: str, most: int = MAX_DETAIL) -> str:
    """Shorten a text that may quote a caller's input to ``most`` characters.

    Lone surrogates, which JSON input may contain, are removed too.
    """
    cut = text if len(text) <= most else text[: most - 1] + "…"
    return cut.encode("utf-8", "replace").decode()


def answer(
    request: Request,
    code: str,
    detail: str,
    *,
    errors: tuple[FieldError, ...] = (),
    headers: Mapping[str, str] | None = None,
    members: Mapping[str, object] | None = None,
) -> JSONResponse:
    """The problem as a response that no cache stores."""
    problem, dialect = REGISTRY[code], dialect_of(own_path(request.scope))
    note_problem(request.scope, code)
    given: dict[str, str] = getattr(request.state, "problem_headers", {})
    extra = {"cache-control": "no-store"} | given | dict(headers or {})
    if wait := _wait(problem, dialect, members or {}):
        extra.setdefault("retry-after", wait)
    if problem.status == 401:
        extra.setdefault("www-authenticate", _challenge(request, code))
    return JSONResponse(
        document(
            code,
            detail,
            base_url=base_url(request),
            instance=request.scope.get("request_id", ""),
            errors=errors,
            members=members,
            dialect=dialect,
        ),
        status_code=dialect.status(problem),
        media_type=MEDIA_TYPE,
        headers=extra,
    )


def _wait(problem: ProblemType, dialect: Dialect, members: Mapping[str, object]) -> str | None:
    """``Retry-After`` for a problem, if a wait helps."""
    status = dialect.status(problem)
    if members.get("retryable", problem.retryable):
        return _RETRY_SECONDS.get(problem.status) or _RETRY_SECONDS.get(status)
    return _OPERATOR_SECONDS if 503 in (problem.status, status) else None


def _challenge(request: Request, code: str) -> str:
    """The challenge that a 401 must have (RFC 9110 §11.6.1).

    A browser answers «Basic» with a dialog of its own, also for a page's script. Such a script
    handles the problem itself.
    """
    if code != "admin_required":
        return "Bearer"
    is_script = request.headers.get("sec-fetch-mode", "navigate") != "navigate"
    return 'Session realm="expunge"' if is_script else 'Basic realm="expunge"'


def answer_error(request: Request, error: ExpungeError) -> JSONResponse:
    """A domain error as a problem response."""
    if isinstance(error, LimitReached):
        return answer(
            request,
            error.code,
            error.detail,
            headers=rate_limit.refusal_fields(error),
            members=rate_limit.refusal_members(error),
        )
    if isinstance(error, ValidationFailed):
        members = {"errors_omitted": error.omitted} if error.omitted else None
        errors, detail = tuple(_placed(request, one) for one in error.errors), error.detail
        for told, placed in zip(error.errors, errors, strict=True):
            detail = detail.replace(f"{told.pointer}: ", f"{placed.pointer}: ", 1)
        return answer(request, error.code, detail, errors=errors, members=members)
    if isinstance(error, SourceUnavailable | Unavailable) and error.retry_after is not None:
        wait = error.retry_after
        return answer(
            request,
            error.code,
            error.detail,
            headers={"retry-after": str(wait)},
            members={"retry_after": wait},
        )
    members = None if error.retryable is None else {"retryable": error.retryable}
    return answer(request, error.code, error.detail, members=members)


def _placed(request: Request, error: FieldError) -> FieldError:
    """The error of an option that came in the query, pointing there: ``/query/strength``."""
    named: set[str] = getattr(request.state, "in_query", set())
    pointer = error.pointer.removeprefix("/options")
    if pointer[1:].partition("/")[0] not in named:
        return error
    return FieldError(f"/query{pointer}", error.detail)


def responses(*codes: str, dialect: Dialect = COMMON) -> dict[int | str, dict[str, Any]]:
    """OpenAPI entries for the problems that a route may answer, grouped by status."""
    grouped: dict[int | str, dict[str, Any]] = {}
    stores = ("store_misconfigured",) if "service_unavailable" in codes else ()
    for code in (*codes, *stores, "internal_error"):
        problem = REGISTRY[code]
        schema = {"$ref": f"#/components/schemas/{dialect.schema}"}
        entry = grouped.setdefault(
            dialect.status(problem),
            {
                "description": problem.title,
                "content": {MEDIA_TYPE: {"schema": schema, "examples": {}}},
            },
        )
        entry["content"][MEDIA_TYPE]["examples"][code] = (
            {"$ref": f"#/components/examples/{code}"}
            if dialect is COMMON
            else {"summary": problem.title, "value": example(problem, dialect)}
        )
    return grouped


def example(problem: ProblemType, dialect: Dialect = COMMON) -> dict[str, Any]:
    """A complete problem document of this type."""
    body: dict[str, Any] = {
        "type": f"https://expunge.example/problems/{problem.code}",
        "title": problem.title,
        "status": dialect.status(problem),
        "detail": problem.example,
        "instance": "0f3c9a52-6b1d-4e87-9c40-7a2d5e18b3f6",
        "code": problem.code,
        "retryable": problem.retryable,
    }
    if problem.code == "validation_error":
        pointer, detail = problem.example.split(": ", 1)
        body["errors"] = [{"pointer": pointer, "detail": detail}]
    return dialect.worded(body)
