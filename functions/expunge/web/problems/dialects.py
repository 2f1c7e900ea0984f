"""Surfaces whose reference asks for other statuses, or further members, in a problem document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from expunge.web.problems.registry import ProblemType


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one surface words problems."""

    schema: str
    """The OpenAPI schema of its problem documents."""
    statuses: Mapping[int, int] = field(default_factory=dict)
    """Statuses that it replaces by others."""
    is_numeric: bool = False
    """Whether ``code`` is the status, and ``message`` repeats the detail."""

    def status(self, problem: ProblemType) -> int:
        """The HTTP status of a problem on this surface."""
        return self.statuses.get(problem.status, problem.status)

    def worded(self, body: dict[str, Any]) -> dict[str, Any]:
        """A problem document as this surface writes it."""
        if not self.is_numeric:
            return body
        return body | {"code": body["status"], "message": body["detail"]}


COMMON = Dialect("Problem")
TASKS = Dialect(
    "TaskProblem",
    statuses=dict.fromkeys((413, 415, 422, 508), 400),  # every input error
    is_numeric=True,
)


def dialect_of(path: str) -> Dialect:
    """The dialect of the surface to which a path belongs, even if nothing is at it.

    All of ``/api`` is the tasks surface's, except ``/api/v1``.
    """
    prefix, version = [*path.split("/", 3), "", ""][1:3]
    return TASKS if prefix == "api" and version != "v1" else COMMON
