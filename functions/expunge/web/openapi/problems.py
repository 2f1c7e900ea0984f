"""Problems in the document: those of every route of a kind, and the page in ``docs/``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from expunge.web.problems import MEDIA_TYPE, REGISTRY, responses
from expunge.web.problems.dialects import dialect_of

if TYPE_CHECKING:
    from collections.abc import Iterator

CREDENTIALS = ("unauthorized", "invalid_api_key", "client_secret_invalid", "csrf_failed")
ANY_REQUEST = ("uri_too_long", "misdirected_request", "headers_too_large")
"""Problems that are found before a route is."""


def drop_framework_errors(spec: dict[str, Any]) -> None:
    """Remove the 422 that the framework adds to routes; no route here answers with it."""
    for _, operation in operations(spec):
        answer = operation["responses"].get("422", {})
        if "application/json" in answer.get("content", {}):
            del operation["responses"]["422"]


def add_common_problems(spec: dict[str, Any]) -> None:
    """Add what any route of its kind may answer: with a JSON body, with parameters, with pages."""
    for path, operation in operations(spec):
        more = responses(*sorted(_common(operation)), dialect=dialect_of(path))
        _merge(operation["responses"], more)


def operations(spec: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every operation, with its path."""
    for path, methods in spec["paths"].items():
        for operation in methods.values():
            yield path, operation


def _common(operation: dict[str, Any]) -> set[str]:
    codes = set(ANY_REQUEST)
    if "4XX" in operation["responses"]:  # it answers every problem in a form of its own
        return codes
    names = {parameter["name"] for parameter in operation.get("parameters", ())}
    content = operation.get("requestBody", {}).get("content", {})
    if "application/json" in content:
        codes |= {"invalid_request", "payload_too_large", "unsupported_media_type"}
    if "requestBody" in operation:
        codes |= {"payload_too_large", "request_timeout"}
    if "cursor" in names:
        codes.add("invalid_request")
    if operation.get("security"):
        codes.add("service_unavailable")
    if "x-client-secret" in names:
        codes |= set(CREDENTIALS)
    if names or "requestBody" in operation:
        codes.add("validation_error")
    return codes


def _merge(documented: dict[str, Any], more: dict[int | str, dict[str, Any]]) -> None:
    for status, entry in more.items():
        known = documented.setdefault(str(status), entry)
        if known is not entry and MEDIA_TYPE in known.get("content", {}):
            examples = known["content"][MEDIA_TYPE].setdefault("examples", {})
            examples |= entry["content"][MEDIA_TYPE]["examples"] | examples


def share_responses(spec: dict[str, Any]) -> None:
    """Name each answer with a single problem once, in the components, and refer to it."""
    shared = spec["components"].setdefault("responses", {})
    for path, operation in operations(spec):
        dialect = dialect_of(path)
        for status, answer in operation["responses"].items():
            examples = answer.get("content", {}).get(MEDIA_TYPE, {}).get("examples", {})
            if len(examples) == 1 and answer.keys() == {"description", "content"}:
                name = f"{dialect.schema}.{next(iter(examples))}"
                if len(answer["content"]) == 1 and shared.setdefault(name, answer) == answer:
                    operation["responses"][status] = {"$ref": f"#/components/responses/{name}"}


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
            "`errors` names each wrong input by a JSON pointer: into the body (`/options/keep`),",
            "or below `/query`, `/header` and `/path` for parameters (`/query/limit`).",
            "On the [tasks API](tasks-api.md), input errors are 400, and `code` is the status.",
            "On the [swaps API](swaps-api.md), `code` is a word of its reference;",
            "that page has them.",
            "",
            "| code | status | title | what to do | retryable |",
            "|---|---|---|---|---|",
            *rows,
            "",
        ]
    )
