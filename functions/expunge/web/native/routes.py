"""Native surface: uploads, jobs, webhook subscriptions."""

from __future__ import annotations

from fastapi import APIRouter

from expunge.web.native import hooks, jobs, uploads

router = APIRouter()
for part in (uploads, jobs, hooks):
    router.routes.extend(part.router.routes)  # include_router would build each again
