"""Site: the health check, the pages for people, and what they load into the browser."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.routing import Mount

from expunge.web.site import assets, config, guides, health, legal, pages, tab, well_known

router = APIRouter()
for part in (config, guides, health, legal, pages, tab, well_known):
    router.routes.extend(part.router.routes)  # include_router would build each again
router.routes.append(Mount(assets.PATH, assets.Assets()))
