"""Tasks surface: hide the faces in an image by its URL, asynchronously, for credits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from expunge.accounts.callers import Caller
from expunge.errors import JobNotFound, ValidationFailed
from expunge.jobs.job import Job
from expunge.jobs.request import JobRequest
from expunge.net.ports import WEB
from expunge.service import Service
from expunge.web import problems
from expunge.web.caller.who import AccountDep
from expunge.web.dependencies import IdempotencyKeyDep, ServiceDep, purpose_of
from expunge.web.submitting import submit
from expunge.web.tasks.schemas import (
    NewTaskAnswer,
    PaginationView,
    TaskAnswer,
    TaskCreate,
    TaskListAnswer,
    TaskListView,
    logged_task_view,
    new_task_view,
    task_view,
)
from expunge.web.urls import base_url

router = APIRouter(prefix="/api", tags=["tasks"])

SURFACE = "tasks"
MAX_ID = 64
_READ_PROBLEMS = ("validation_error", "unauthorized", "invalid_api_key", "service_unavailable")


@router.post(
    "/generate",
    operation_id="createTask",
    summary="Create a face blur task",
    responses=problems.responses(
        *_READ_PROBLEMS,
        "invalid_request",
        "source_unreachable",
        "source_unavailable",
        "loop_detected",
        "payload_too_large",
        "unsupported_media_type",
        "malformed_image",
        "image_too_large",
        "idempotency_mismatch",
        "csrf_failed",
        "mode_disabled",
        "scope_disabled",
        "purpose_required",
        "insufficient_credits",
        "quota_exceeded",
        "rate_limited_concurrent",
        "overloaded",
        "storage_full",
        dialect=problems.TASKS,
    ),
)
async def create_task(
    request: Request,
    response: Response,
    body: TaskCreate,
    service: ServiceDep,
    caller: AccountDep,
    idempotency_key: IdempotencyKeyDep,
) -> NewTaskAnswer:
    """Fetches the image and returns a task id at once. Poll `getTask` until the task has ended.

    The price is reserved now, spent when the task succeeds, and returned if it fails. Without
    enough credits nothing is created.
    """
    job_request = JobRequest(
        mode="mask",
        options=service.tasks.options,
        image_url=body.image,
        schemes=WEB,
        webhook_url=body.callback_url,
        base_url=base_url(request),
        respond_async=True,
        idempotency_key=_scoped(caller, idempotency_key),
        price=service.tasks.price,
        surface=SURFACE,
        purpose=purpose_of(request),
        shown=body.model_dump(exclude_none=True),
    )
    with _worded():
        submitted = await submit(request, service, caller, job_request)
    if submitted.replayed:
        response.headers["idempotent-replayed"] = "true"
    return NewTaskAnswer(data=new_task_view(submitted.job))


@router.get(
    "/status",
    operation_id="getTask",
    summary="Check the status of a task",
    responses=problems.responses(*_READ_PROBLEMS, "job_not_found", dialect=problems.TASKS),
)
def get_task(
    request: Request,
    service: ServiceDep,
    caller: AccountDep,
    task_id: Annotated[
        str,
        Query(
            min_length=1,
            description="The id that `createTask` returned.",
            examples=["n91abc123faceblur"],
        ),
    ],
) -> TaskAnswer:
    """When the task has succeeded, `response[0]` is the URL of the result. When it has failed,
    `error_message` says why.

    A key sees the tasks that it created and those created with a session of its account.
    """
    job = _task(service, caller, task_id)
    if job is None or (caller.key and job.key not in (None, caller.key)):
        raise JobNotFound("You have no such task, or its record has expired.")
    return TaskAnswer(data=task_view(service.jobs, job, base_url(request)))


@router.get(
    "/list",
    operation_id="listTasks",
    summary="List your tasks, newest first",
    responses=problems.responses(*_READ_PROBLEMS, dialect=problems.TASKS),
)
def list_tasks(
    request: Request,
    service: ServiceDep,
    caller: AccountDep,
    page: Annotated[int, Query(ge=1, le=1_000_000_000, description="Page number.")] = 1,
    limit: Annotated[int, Query(ge=1, le=100, description="Tasks per page.")] = 10,
    task_id: Annotated[str, Query(description="List only the task with this id.")] = "",
) -> TaskListAnswer:
    """With an API key, lists the tasks that this key created. With a session, lists those of the
    whole account. A task stays in the list for 29 to 30 days.
    """
    own = base_url(request)
    if task_id:
        job = _task(service, caller, task_id)
        found = [job] if job and caller.key in (None, job.key) else []
        jobs, total = found if page == 1 else [], len(found)
    else:
        jobs, total = service.jobs.numbered_page(caller, SURFACE, page, limit)
    return TaskListAnswer(
        data=TaskListView(
            logs=[logged_task_view(service.jobs, job, own) for job in jobs],
            pagination=PaginationView(page=page, pageSize=limit, total=total),
        )
    )


def _task(service: Service, caller: Caller, task_id: str) -> Job | None:
    """The account's task with this id."""
    job = service.jobs.find(caller.subject, task_id) if len(task_id) <= MAX_ID else None
    return job if job and job.surface == SURFACE else None


@contextmanager
def _worded() -> Iterator[None]:
    """Let errors of the job name the field of the task."""
    try:
        yield
    except ValidationFailed as error:
        raise ValidationFailed(
            *(
                replace(one, pointer="/callback_url") if one.pointer == "/webhook_url" else one
                for one in error.errors
            )
        ) from None


def _scoped(caller: Caller, idempotency_key: str | None) -> str | None:
    """The idempotency key, distinct for each API key: another one does not see its task.

    No header can hold a line break, so no key of another surface is equal to it.
    """
    return idempotency_key and f"{SURFACE}\n{caller.key}\n{idempotency_key}"
