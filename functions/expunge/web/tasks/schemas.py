"""Request and response schemas of the tasks surface."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from expunge.accounts.ledger import MILLI
from expunge.given import PRESENT
from expunge.jobs.job import Job, Status
from expunge.jobs.jobs import Jobs
from expunge.web.times import known_moment
from expunge.web.urls import absolute

MODEL = "image-face-blur"
MAX_URL = 8_192

_ID = "n91abc123faceblur"
_TASK: dict[str, Any] = {
    "task_id": _ID,
    "status": "SUCCESS",
    "consumed_credits": 0.5,
    "created_at": "2026-04-06T08:30:00Z",
    "request": {"image": "https://example.com/input.jpg"},
    "response": ["https://cdn.example.com/output.png"],
    "error_message": None,
}
StatusWord = Literal["IN_PROGRESS", "SUCCESS", "FAILED"]
_WORDS: dict[Status, StatusWord] = {
    Status.QUEUED: "IN_PROGRESS",
    Status.PROCESSING: "IN_PROGRESS",
    Status.SUCCEEDED: "SUCCESS",
    Status.FAILED: "FAILED",
    Status.CANCELED: "FAILED",
}
_EXPIRED = "The result has expired: results are kept for 24 hours."
_CANCELED = "The task was cancelled."


def _example(data: Any) -> ConfigDict:  # noqa: ANN401
    envelope = {"code": 200, "message": "success", "data": data}
    return ConfigDict(json_schema_extra={"examples": [envelope]})


class TaskCreate(BaseModel):
    """A new task."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={
            "examples": [
                {"image": "https://example.com/source.jpg", "public": False},
                {
                    "image": "https://example.com/source.jpg",
                    "callback_url": "https://your-app.com/webhooks/blurface",
                },
            ]
        },
    )

    image: str = Field(
        min_length=1,
        max_length=MAX_URL,
        json_schema_extra={"pattern": r"^https?://\S+$"},
        description="Public http or https URL of the image, or the `source_url` of an upload.",
    )
    public: StrictBool | None = Field(
        None, description="Reserved for public results. It is kept with the task."
    )
    callback_url: Annotated[Annotated[str, Field(max_length=MAX_URL)] | None, PRESENT] = Field(
        None,
        json_schema_extra={"pattern": r"^(https?://\S+)?$"},
        description="Public http or https URL that receives the task when it has ended, signed "
        "with the secret of `getHookSecret`.",
    )


class TaskRequestView(BaseModel):
    """The request as it was sent."""

    image: str
    public: bool | None = Field(None, exclude_if=lambda given: given is None)
    callback_url: str | None = Field(None, exclude_if=lambda given: given is None)


class NewTaskView(BaseModel):
    """A task that was just created."""

    task_id: str
    status: StatusWord


class TaskView(NewTaskView):
    """A task and its current state."""

    consumed_credits: float = Field(
        description="Credits spent for this task: 0 until it has succeeded, and if it has failed."
    )
    created_at: datetime
    request: TaskRequestView
    response: list[str] = Field(
        description="URL of the result, newly signed by each request while the result is kept."
    )
    error_message: str | None = Field(
        description="Why the task failed, or why `response` is empty after a success."
    )


class LoggedTaskView(TaskView):
    """A task in a list."""

    model: str = Field(description=f"Always `{MODEL}`.")


class PaginationView(BaseModel):
    """The place of a page in the list."""

    model_config = ConfigDict(serialize_by_alias=True)

    page: int
    page_size: int = Field(alias="pageSize")
    total: int = Field(description="Number of tasks in the whole list.")


class TaskListView(BaseModel):
    """One page of tasks, newest first."""

    logs: list[LoggedTaskView]
    pagination: PaginationView


class _Envelope(BaseModel):
    code: Literal[200] = 200
    message: Literal["success"] = "success"


class NewTaskAnswer(_Envelope):
    """The answer to a new task."""

    model_config = _example({"task_id": _ID, "status": "IN_PROGRESS"})

    data: NewTaskView


class TaskAnswer(_Envelope):
    """The answer with one task."""

    model_config = _example(_TASK)

    data: TaskView


class TaskListAnswer(_Envelope):
    """The answer with a page of tasks."""

    model_config = _example(
        {
            "logs": [_TASK | {"model": MODEL}],
            "pagination": {"page": 1, "pageSize": 10, "total": 1},
        }
    )

    data: TaskListView


def new_task_view(job: Job) -> NewTaskView:
    return NewTaskView(task_id=job.id, status=_WORDS[job.status])


def task_view(jobs: Jobs, job: Job, base_url: str) -> TaskView:
    """The task as JSON, with a newly signed URL for its result, absolute under ``base_url``."""
    return TaskView(**_facts(jobs, job, base_url))


def logged_task_view(jobs: Jobs, job: Job, base_url: str) -> LoggedTaskView:
    """The same for a list."""
    return LoggedTaskView(**_facts(jobs, job, base_url), model=MODEL)


def _facts(jobs: Jobs, job: Job, base_url: str) -> dict[str, Any]:
    url = jobs.result_url(job) if job.status is Status.SUCCEEDED else None
    return {
        "task_id": job.id,
        "status": _WORDS[job.status],
        "consumed_credits": _consumed(job),
        "created_at": known_moment(job.created_at),
        "request": TaskRequestView(**job.request),
        "response": [absolute(base_url, url)] if url else [],
        "error_message": _error(job, url),
    }


def _consumed(job: Job) -> float:
    """What the ledger has settled: a reservation is not spent yet, and a failure returns it."""
    reserved = sum(job.refund_data.get("credits", {}).values())
    return reserved / MILLI if job.status is Status.SUCCEEDED else 0.0


def _error(job: Job, url: str | None) -> str | None:
    match job.status:
        case Status.SUCCEEDED:
            return None if url else _EXPIRED
        case Status.FAILED:
            return job.error_message
        case Status.CANCELED:
            return _CANCELED
        case _:
            return None
