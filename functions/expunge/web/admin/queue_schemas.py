"""Response schemas of the queues and of the alarms."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

JOB = "job_01KAYZ8D3M6QW0F8R5T2V4X6Y8"

QueueName = Literal["jobs", "large", "media", "deliveries", "batches"]
JobState = Literal["queued", "processing", "succeeded", "failed", "canceled"]
_DEAD: dict[str, JsonValue] = {
    "queue": "jobs",
    "job_id": JOB,
    "job_status": "failed",
    "delivery_id": None,
    "batch_id": None,
    "since": "2026-05-24T10:00:00Z",
}


class QueueView(BaseModel):
    """A queue and the number of its messages. On SQS all numbers are approximate."""

    name: QueueName = Field(
        description="`jobs`, `large` for large jobs, `media` for swaps and moving pictures and "
        "`batches` (these three AWS only), or `deliveries` for webhooks."
    )
    waiting: int = Field(description="Messages that a worker could receive now.")
    in_flight: int = Field(description="Messages that a worker is processing.")
    delayed: int = Field(description="Messages that become visible later.")


class QueuesResponse(BaseModel):
    """The queues, and how many dead letters they have together."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "queues": [{"name": "jobs", "waiting": 3, "in_flight": 2, "delayed": 0}],
                    "dead_letters": 1,
                }
            ]
        }
    )

    queues: list[QueueView]
    dead_letters: int


class UnfinishedJob(BaseModel):
    """A job that has not ended, of any surface."""

    id: str
    mode: str
    status: Literal["queued", "processing"]
    progress: int = Field(description="Percent.")
    attempts: int = Field(description="How often a worker has started it.")
    created_at: datetime


class UnfinishedJobs(BaseModel):
    """Jobs that have not ended, the oldest first."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "items": [
                        {
                            "id": JOB,
                            "mode": "invisible",
                            "status": "processing",
                            "progress": 40,
                            "attempts": 1,
                            "created_at": "2026-05-24T10:00:00Z",
                        }
                    ],
                    "has_more": False,
                }
            ]
        }
    )

    items: list[UnfinishedJob]
    has_more: bool


class DeadLetterView(BaseModel):
    """A message whose attempts all failed."""

    queue: QueueName
    job_id: str | None = Field(description="`null` for a webhook.")
    job_status: JobState | None = Field(description="`null` if the job has no record any more.")
    delivery_id: str | None = Field(description="`null` for a job.")
    batch_id: str | None = Field(None, description="`null` for a job or a webhook.")
    since: datetime = Field(
        description="When its last attempt failed; on SQS, when it was first sent."
    )


class DeadLettersResponse(BaseModel):
    """Messages in the dead-letter queue, the oldest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [_DEAD], "total": 1}]})

    items: list[DeadLetterView]
    total: int = Field(description="On SQS an approximate number.")


class RedriveResponse(BaseModel):
    """The result of a redrive."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"sent": 1, "left": 0}]})

    sent: int = Field(description="Messages that are back in their queue.")
    left: int = Field(description="Messages still in the dead-letter queue; call again for them.")


class Alarm(BaseModel):
    """A condition that the operator should know of."""

    name: str
    title: str
    state: Literal["ok", "alarm", "unknown"] = Field(
        description="`unknown` if the store that knows does not answer."
    )
    detail: str
    remedy: str | None = Field(description="What to do about it; `null` unless it is an alarm.")


class AlarmsResponse(BaseModel):
    """All conditions that the service watches itself."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "alarms": [
                        {
                            "name": "dead_letters",
                            "title": "Dead letters",
                            "state": "alarm",
                            "detail": "1 message is in the dead-letter queue.",
                            "remedy": "Fix the cause that the log names, then send it again.",
                        }
                    ],
                    "provider_url": None,
                }
            ]
        }
    )

    alarms: list[Alarm]
    provider_url: str | None = Field(
        description="The page of the alarms of CloudWatch; `null` on an embedded server."
    )
