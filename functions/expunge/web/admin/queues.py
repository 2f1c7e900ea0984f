"""Admin surface: the queues, the jobs that have not ended, and the dead letters."""

from __future__ import annotations

from dataclasses import asdict
from itertools import islice
from typing import Annotated

from fastapi import APIRouter, Query, Response

from expunge.service import Service, kind_of
from expunge.stores.ports import DeadLetter
from expunge.web import problems
from expunge.web.admin.auth import ADMIN_PROBLEMS, AdminDep
from expunge.web.admin.queue_schemas import (
    DeadLettersResponse,
    DeadLetterView,
    QueuesResponse,
    QueueView,
    RedriveResponse,
    UnfinishedJob,
    UnfinishedJobs,
)
from expunge.web.dependencies import ServiceDep
from expunge.web.times import known_moment

router = APIRouter(prefix="/api/v1/admin/queues", tags=["admin"])

REDRIVE = 200
"""Messages that one call sends again. On SQS each takes three requests, and a call has 29 s."""
_PROBLEMS = problems.responses("validation_error", *ADMIN_PROBLEMS)
_PRIVATE = {"cache-control": "no-store"}

Limit = Annotated[int, Query(ge=1, le=100, description="Entries at most.")]


@router.get(
    "",
    operation_id="getQueues",
    summary="Count the messages of each queue",
    responses=problems.responses(*ADMIN_PROBLEMS),
)
def get_queues(response: Response, service: ServiceDep, _: AdminDep) -> QueuesResponse:
    """A job that runs within its request is in no queue."""
    response.headers.update(_PRIVATE)
    views = [
        QueueView.model_validate({"name": name} | asdict(queue.depth()))
        for name, queue in service.queues.items()
    ]
    return QueuesResponse(queues=views, dead_letters=_count(service))


@router.get(
    "/unfinished",
    operation_id="listUnfinishedJobs",
    summary="List the jobs that have not ended, oldest first",
    responses=_PROBLEMS,
)
def list_unfinished(
    response: Response, service: ServiceDep, _: AdminDep, limit: Limit = 25
) -> UnfinishedJobs:
    """Lists the jobs of all surfaces and callers."""
    response.headers.update(_PRIVATE)
    found = list(islice(service.jobs.unfinished(), limit + 1))
    items = [
        UnfinishedJob.model_validate(
            {
                "id": job.id,
                "mode": job.mode,
                "status": job.status.value,
                "progress": job.progress,
                "attempts": job.attempts,
                "created_at": known_moment(job.created_at),
            }
        )
        for job in found[:limit]
    ]
    return UnfinishedJobs(items=items, has_more=len(found) > limit)


@router.get(
    "/dead-letters",
    operation_id="listDeadLetters",
    summary="List messages of the dead-letter queue",
    responses=_PROBLEMS,
)
def list_dead_letters(
    response: Response, service: ServiceDep, _: AdminDep, limit: Limit = 25
) -> DeadLettersResponse:
    """The messages stay in the queue. SQS answers with a sample, so some may be missing."""
    response.headers.update(_PRIVATE)
    letters = [letter for queue in service.dead_letters for letter in queue.peek(limit)]
    oldest = sorted(letters, key=lambda letter: letter.since)[:limit]
    items = [_view(service, letter) for letter in oldest]
    return DeadLettersResponse(items=items, total=max(_count(service), len(items)))


@router.post(
    "/dead-letters/redrive",
    operation_id="redriveDeadLetters",
    summary="Send dead letters to their queue again",
    responses=problems.responses(*ADMIN_PROBLEMS),
)
def redrive(response: Response, service: ServiceDep, _: AdminDep) -> RedriveResponse:
    """Sends up to 200 messages. Sending a job twice is harmless: it runs once."""
    response.headers.update(_PRIVATE)
    sent = 0
    for queue in service.dead_letters:
        sent += queue.redrive(REDRIVE - sent)
    return RedriveResponse(sent=sent, left=_count(service))


def _count(service: Service) -> int:
    return sum(queue.count() for queue in service.dead_letters)


def _view(service: Service, letter: DeadLetter) -> DeadLetterView:
    message, since = letter.message, known_moment(letter.since)
    kind = kind_of(message)
    if kind != "job":
        return DeadLetterView(
            queue="deliveries" if kind == "delivery" else "batches",
            job_id=None,
            job_status=None,
            delivery_id=str(message["delivery"]) if kind == "delivery" else None,
            batch_id=str(message["batch"]) if kind == "batch" else None,
            since=since,
        )
    job_id = str(message.get("job"))
    job = service.jobs.find(str(message.get("owner")), job_id)
    return DeadLetterView.model_validate(
        {
            "queue": next((each for each in ("media", "large") if message.get(each)), "jobs"),
            "job_id": job_id,
            "job_status": job and job.status.value,
            "delivery_id": None,
            "since": since,
        }
    )
