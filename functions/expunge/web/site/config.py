"""The configuration that pages need to know."""

from __future__ import annotations

from fastapi import APIRouter, Request

import expunge
from expunge.accounts.ledger import MILLI
from expunge.accounts.policies import STARTER_GRANT
from expunge.operations.options.mask import MaskOptions
from expunge.web import problems
from expunge.web.dependencies import ServiceDep
from expunge.web.site.schemas import BillingView, ConfigView, PricesView, SignInView, TasksView
from expunge.web.urls import mails_links

router = APIRouter(tags=["service"])


@router.get(
    "/api/v1/config",
    operation_id="getConfig",
    summary="Get what is configured",
    responses=problems.responses(),
)
def get_config(request: Request, service: ServiceDep) -> ConfigView:
    """Tells a page which parts of the service to show."""
    settings, on = service.settings, service.meter.policies.on
    mask = MaskOptions(**service.tasks.options)
    return ConfigView(
        version=expunge.__version__,
        modes=list(service.modes),
        scopes=list(service.scopes),
        purpose_required=settings.purpose_required,
        max_file_bytes=service.limits.file_bytes,
        sign_in=SignInView(
            email=mails_links(request), google=settings.openid_client_id is not None
        ),
        billing=BillingView(pro=service.billing.sells_pro, top_up=bool(service.billing.packs)),
        credits=PricesView(
            on=on,
            starter=STARTER_GRANT / MILLI if on else 0,
            task=service.tasks.price / MILLI if on else 0,
        ),
        tasks=TasksView(enabled="mask" in service.modes, method=mask.method, plan=mask.plan),
    )
