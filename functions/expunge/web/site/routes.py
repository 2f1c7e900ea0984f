"""Site: the health check and the pages for people."""

from __future__ import annotations

from fastapi import APIRouter

from expunge.web.site import config, health, pages

router = APIRouter()
for part in (config, health, pages):
    router.include_router(part.router)
