"""Swaps surface: complain about an input that the content analyser refused."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from expunge.swaps.complaints import MAX_NOTE
from expunge.web import problems, rate_limit
from expunge.web.dependencies import ServiceDep
from expunge.web.swaps.swaps import MeteredDep

router = APIRouter(prefix="/api/v1/swaps", tags=["swaps"])

_DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


class ComplaintCreate(BaseModel):
    """A complaint about a refused file."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"examples": [{"sha256": _DIGEST, "note": "A portrait at the beach."}]},
    )

    sha256: str = Field(
        pattern=r"^[0-9a-f]{64}$",
        description="SHA-256 of the refused file, as the problem's `detail` names it.",
    )
    note: str = Field("", max_length=MAX_NOTE, description="What the picture shows. Send no image.")


class ComplaintView(BaseModel):
    """A stored complaint."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "complaint_01M7W6BQC7XG4N0Q2V9T5R8YKD",
                    "sha256": _DIGEST,
                    "note": "A portrait at the beach.",
                    "created_at": "2026-11-30T08:30:00Z",
                }
            ]
        }
    )

    id: str
    sha256: str
    note: str
    created_at: datetime


@router.post(
    "/complaints",
    operation_id="createSwapComplaint",
    summary="Complain about a refused image",
    status_code=201,
    responses=problems.responses(
        *rate_limit.PROBLEMS,
        "swaps_disabled",
        "service_unavailable",
        "invalid_request",
        "unsupported_media_type",
        "validation_error",
        "not_found",
        dialect=problems.SWAPS,
    ),
)
def create_swap_complaint(
    body: ComplaintCreate, service: ServiceDep, caller: MeteredDep
) -> ComplaintView:
    """The content analyser errs at times. The operator reads your complaint and can allow the
    file; then the same swap passes. A second complaint about a file returns the first.
    """
    made = service.complaints.add(caller, body.sha256, body.note)
    return ComplaintView(
        id=made.id,
        sha256=made.digest,
        note=made.note,
        created_at=datetime.fromtimestamp(int(made.made_at), UTC),
    )
