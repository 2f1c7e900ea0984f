"""Is the service able to work?"""

from __future__ import annotations

from fastapi import APIRouter, Response

import expunge
from expunge.web.dependencies import ServiceDep
from expunge.web.views import HealthView

router = APIRouter(tags=["service"])


@router.head("/health", include_in_schema=False)
@router.get(
    "/health",
    operation_id="getHealth",
    summary="Whether the service can work",
    responses={503: {"model": HealthView, "description": "A store does not answer."}},
)
def get_health(response: Response, service: ServiceDep) -> HealthView:
    """200 when every store answers, 503 otherwise."""
    stores = dict(service.ready())
    well = all(stores.values())
    response.status_code = 200 if well else 503
    response.headers["cache-control"] = "no-store"
    return HealthView(
        status="ok" if well else "unavailable",
        version=expunge.__version__,
        modes=list(service.modes),
        stores=stores,
    )
