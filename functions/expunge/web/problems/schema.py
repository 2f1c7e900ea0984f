"""The OpenAPI schema of the problem document."""

from __future__ import annotations

from pydantic import BaseModel, Field

from expunge.errors import MAX_ERRORS
from expunge.web.problems.answers import MAX_DETAIL, MAX_FIELD_DETAIL, MAX_POINTER
from expunge.web.problems.dialects import SWAPS
from expunge.web.problems.registry import REGISTRY


class _Details(BaseModel):
    class FieldProblem(BaseModel):
        pointer: str = Field(description="JSON pointer to the field.", max_length=MAX_POINTER)
        detail: str = Field(max_length=MAX_FIELD_DETAIL)

    type: str = Field(description="URL of a page that explains the problem.")
    title: str
    status: int
    detail: str = Field(max_length=MAX_DETAIL)
    instance: str = Field(description="The request's id.")
    retryable: bool = Field(description="Whether the same request may succeed later.")
    errors: list[FieldProblem] | None = Field(None, max_length=MAX_ERRORS)
    errors_omitted: int | None = Field(
        None, description="Number of wrong fields that `errors` leaves out."
    )


class Problem(_Details):
    """RFC 9457 problem details."""

    code: str = Field(json_schema_extra={"enum": list(REGISTRY)})


class SwapProblem(_Details):
    """RFC 9457 problem details, with the words of the swap routes' reference as codes."""

    code: str = Field(
        description="`type` ends with the code that other routes have for the problem.",
        json_schema_extra={
            "enum": [*sorted({SWAPS.words.get(code, code) for code in REGISTRY})],
        },
    )


class TaskProblem(_Details):
    """RFC 9457 problem details, with the two members that clients of the task routes read."""

    code: int = Field(description="The HTTP status. `type` ends with the code of the problem.")
    message: str = Field(description="The same as `detail`.", max_length=MAX_DETAIL)
