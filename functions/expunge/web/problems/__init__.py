"""RFC 9457 problems: one registry, and the answers and pages generated from it."""

from expunge.web.problems.answers import (
    MEDIA_TYPE,
    answer,
    answer_error,
    code_for_status,
    document,
    example,
    responses,
    shown,
)
from expunge.web.problems.dialects import SWAPS, TASKS
from expunge.web.problems.registry import REGISTRY, ProblemType

__all__ = [
    "MEDIA_TYPE",
    "REGISTRY",
    "SWAPS",
    "TASKS",
    "ProblemType",
    "answer",
    "answer_error",
    "code_for_status",
    "document",
    "example",
    "responses",
    "shown",
]
