"""Admin surface: the conditions that the operator should know of.

They are computed from the stores at each request, so both adapter sets have the same ones. On AWS,
CloudWatch watches some of them too, and sends messages; the answer names its page.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from fastapi import APIRouter, Response

from expunge.errors import Unavailable
from expunge.service import Service
from expunge.web import problems
from expunge.web.admin.auth import ADMIN_PROBLEMS, AdminDep
from expunge.web.admin.queue_schemas import Alarm, AlarmsResponse
from expunge.web.dependencies import ServiceDep
from expunge.web.face_jobs import detector
from expunge.web.face_jobs.queries import DetectQuery

router = APIRouter(prefix="/api/v1/admin/alarms", tags=["admin"])

LATE_SECONDS = 600
"""A job that has not ended after ten minutes is late. The longest one takes some minutes."""
CLEANUPS = 1_000
"""Deletions that one request looks at; the due ones come first."""


@router.get(
    "",
    operation_id="getAlarms",
    summary="Check the conditions that an operator should know of",
    responses=problems.responses(*ADMIN_PROBLEMS),
)
def get_alarms(response: Response, service: ServiceDep, _: AdminDep) -> AlarmsResponse:
    """Answers 200 also if there is an alarm. `/health` is the check for load balancers."""
    response.headers["cache-control"] = "no-store"
    return AlarmsResponse(alarms=list(_alarms(service)), provider_url=service.alarms_url)


def _alarms(service: Service) -> Iterator[Alarm]:
    ready = service.ready()
    yield _alarm(
        "records",
        "Records",
        None if ready["records"] else "The store of records does not answer, or it is full.",
        "Check the disk or the table, and the log.",
    )
    yield _alarm(
        "objects",
        "Images",
        None if ready["objects"] else "The store of images does not answer, or it is full.",
        "Check the disk or the bucket, and the log.",
    )
    yield _alarm("face_detector", "Face detector", _detector(service), "Run: expunge models pull")
    yield _watched(
        "dead_letters",
        "Dead letters",
        lambda: _dead_letters(service),
        "Fix the cause that the log names, then send them again.",
    )
    yield _watched(
        "late_jobs",
        "Late jobs",
        lambda: _late(service),
        "Check that workers are running, and add workers if the queue stays long.",
    )
    yield _watched(
        "cleanups_old",
        "Overdue deletions",
        lambda: _overdue(service),
        "The log names the files. The service goes on trying.",
    )


def _watched(name: str, title: str, fault: Callable[[], str | None], remedy: str) -> Alarm:
    """An alarm that needs a store to answer."""
    try:
        return _alarm(name, title, fault(), remedy)
    except Unavailable:
        detail = "The store that knows does not answer."
        return Alarm(name=name, title=title, state="unknown", detail=detail, remedy=None)


def _alarm(name: str, title: str, fault: str | None, remedy: str) -> Alarm:
    if fault is None:
        return Alarm(name=name, title=title, state="ok", detail="Nothing wrong.", remedy=None)
    return Alarm(name=name, title=title, state="alarm", detail=fault, remedy=remedy)


def _detector(service: Service) -> str | None:
    model = DetectQuery().model
    if not detector.is_needed(service.modes) or detector.is_installed(model):
        return None
    return f"The model «{model}» is not installed, and enabled modes need it."


def _dead_letters(service: Service) -> str | None:
    count = sum(queue.count() for queue in service.dead_letters)
    return f"Messages in the dead-letter queue: {count:,}." if count else None


def _late(service: Service) -> str | None:
    oldest = next(service.jobs.unfinished(), None)
    age = time.time() - oldest.created_at if oldest else 0
    return (
        f"The oldest job has not ended after {age / 60:,.0f} minutes."
        if age > LATE_SECONDS
        else None
    )


def _overdue(service: Service) -> str | None:
    count = service.jobs.cleanup.overdue(CLEANUPS)
    return f"Files that should have been deleted an hour ago: {count:,}." if count else None
