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
    statuses: Mapping[int | str, int] = field(default_factory=dict)
    """Statuses that it replaces by others; a code stands for that problem alone, and comes first.
    """
    words: Mapping[str, str] = field(default_factory=dict)
    """Codes that it replaces by the words of its reference."""
    is_numeric: bool = False
    """Whether ``code`` is the status, and ``message`` repeats the detail."""

    def status(self, problem: ProblemType) -> int:
        """The HTTP status of a problem on this surface."""
        common = self.statuses.get(problem.status, problem.status)
        return self.statuses.get(problem.code, common)

    def worded(self, body: dict[str, Any]) -> dict[str, Any]:
        """A problem document as this surface writes it."""
        if not self.is_numeric:
            return body | {"code": self.words.get(body["code"], body["code"])}
        return body | {"code": body["status"], "message": body["detail"]}


COMMON = Dialect("Problem")
TASKS = Dialect(
    "TaskProblem",
    statuses=dict.fromkeys((413, 415, 422, 508), 400),  # every input error
    is_numeric=True,
)

_NOT_NOW = (
    *("service_unavailable", "store_misconfigured", "overloaded", "storage_full"),
    *("mode_disabled", "model_missing", "extra_missing", "swaps_disabled", "scan_pending"),
)
SWAPS = Dialect(
    "SwapProblem",
    statuses={
        422: 400,
        502: 400,
        508: 400,
        "image_too_large": 413,
        "idempotency_conflict": 429,
        "nsfw_content_detected": 422,
        **dict.fromkeys(_NOT_NOW, 503),
    },
    words=dict.fromkeys(_NOT_NOW, "api_temporarily_disabled")
    | {
        "invalid_request": "validation_error",
        "malformed_image": "validation_error",
        "idempotency_mismatch": "validation_error",
        "consent_required": "validation_error",
        "image_too_large": "payload_too_large",
        "source_unavailable": "source_unreachable",
        "loop_detected": "source_unreachable",
        "job_not_found": "not_found",
        "idempotency_conflict": "rate_limited_concurrent",
        "quota_exceeded": "rate_limited",
    },
)
_SWAP_PATHS = ("/api/v1/face-detect", "/api/v1/swaps", "/api/v1/me")


def dialect_of(path: str) -> Dialect:
    """The dialect of the surface to which a path belongs, even if nothing is at it.

    All of ``/api`` is the tasks surface's, except ``/api/v1``.
    """
    if any(f"{path}/".startswith(f"{own}/") for own in _SWAP_PATHS):
        return SWAPS
    prefix, version = [*path.split("/", 3), "", ""][1:3]
    return TASKS if prefix == "api" and version != "v1" else COMMON
