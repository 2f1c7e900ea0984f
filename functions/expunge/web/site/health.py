"""The health check."""

from __future__ import annotations

from typing import Any

import anyio
from fastapi import APIRouter, Request, Response

import expunge
from expunge.service import Service
from expunge.web import problems
from expunge.web.dependencies import ServiceDep
from expunge.web.face_jobs import detector
from expunge.web.face_jobs.queries import DetectQuery
from expunge.web.face_jobs.reports import input_size
from expunge.web.site.schemas import HealthView
from expunge.web.threads import threads_for

MAX_CHECKS = 4
"""Threads for health checks alone: jobs that wait for a store may use up all others."""

router = APIRouter(tags=["service"])

_UNWELL: dict[int | str, dict[str, Any]] = {
    503: {
        "model": HealthView,
        "description": "A store does not answer, or the detector is not installed.",
    }
}


@router.head("/health", include_in_schema=False)
@router.get(
    "/health",
    operation_id="getHealth",
    summary="Check the service's health",
    responses=_UNWELL | problems.responses(),
)
async def get_health(request: Request, response: Response, service: ServiceDep) -> HealthView:
    """Answers 200 when every store answers and the face detector, if needed, is installed."""
    threads = threads_for(request, "health", MAX_CHECKS)
    view = await anyio.to_thread.run_sync(_view, service, limiter=threads)
    response.status_code = 200 if view.status == "ok" else 503
    response.headers["cache-control"] = "no-store"
    return view


def _view(service: Service) -> HealthView:
    stores = dict(service.ready())
    query = DetectQuery()
    model_loaded = detector.is_installed(query.model)
    well = all(stores.values()) and (model_loaded or not detector.is_needed(service.modes))
    return HealthView(
        status="ok" if well else "unavailable",
        version=expunge.__version__,
        modes=list(service.modes),
        stores=stores,
        model=query.model,
        model_loaded=model_loaded,
        input_size=input_size(query.plan),
        supports_landmarks=True,
        database_enabled=True,
        database_ready=stores["records"],
        storage_enabled=service.settings.faces_storage,
        storage_ready=stores["objects"],
    )
