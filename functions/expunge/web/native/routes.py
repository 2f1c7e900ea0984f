"""Native surface: uploads and jobs. Webhook subscriptions (`hooks`) are a late part of it."""

from __future__ import annotations

from fastapi import APIRouter

from expunge.web.native import jobs, pictures, uploads

router = APIRouter()
for part in (uploads, jobs, pictures):
    router.routes.extend(part.router.routes)  # include_router would build each again
