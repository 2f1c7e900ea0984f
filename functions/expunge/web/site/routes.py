"""Site: the health check and the pages for people."""

from __future__ import annotations

from fastapi import APIRouter

from expunge.web.site import guides, health, pages

router = APIRouter()
for part in (health, pages, guides):
    router.include_router(part.router)
