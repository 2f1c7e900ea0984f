"""Site: the health check, the pages for people, and what they load into the browser."""

from __future__ import annotations

from fastapi import APIRouter

from expunge.web.site import config, guides, health, pages, tab

router = APIRouter()
for part in (config, guides, health, pages, tab):
    router.routes.extend(part.router.routes)  # include_router would build each again
