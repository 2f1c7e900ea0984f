"""What a tool answers: the state of a job."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field


class JobState(BaseModel):
    """A job and its current state. A failed job is an error instead."""

    job_id: str
    mode: str
    status: Literal["queued", "processing", "succeeded", "canceled"]
    progress: int = Field(ge=0, le=100, description="Percent; 100 only after success.")
    report: dict[str, Any] | None = Field(
        default=None, description="What the mode found and changed; present after success."
    )
    media_type: str | None = Field(default=None, description="Media type of the result.")
    result_path: str | None = Field(default=None, description="The file that holds the result.")
    result_url: str | None = Field(
        default=None, description="Signed URL of the result, valid until `result_expires_at`."
    )
    result_expires_at: datetime | None = None
    next_step: str | None = Field(
        default=None, description="What to call next, for a job that has not ended."
    )

    @property
    def ended(self) -> bool:
        return self.status in {"succeeded", "canceled"}


@dataclass(frozen=True, slots=True)
class Answer:
    """A job's state, and its result if that goes into the answer itself."""

    job: JobState
    image: bytes | None = None
