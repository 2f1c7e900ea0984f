"""The problem document, as OpenAPI describes it."""

from __future__ import annotations

from pydantic import BaseModel, Field

from expunge.web.problems.registry import REGISTRY


class Problem(BaseModel):
    """RFC 9457 problem details."""

    class FieldProblem(BaseModel):
        pointer: str = Field(description="JSON pointer to the field.")
        detail: str

    type: str = Field(description="A page that says what happened and what to do.")
    title: str
    status: int
    detail: str
    instance: str = Field(description="The request's id.")
    code: str = Field(json_schema_extra={"enum": list(REGISTRY)})
    retryable: bool = Field(description="Whether the same request may succeed later.")
    errors: list[FieldProblem] | None = None
