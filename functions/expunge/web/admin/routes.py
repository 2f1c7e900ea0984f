"""Admin surface: the session, images and jobs of the faces surface, API keys."""

from __future__ import annotations

from fastapi import APIRouter

from expunge.web.admin import auth, images, keys

router = APIRouter()
for part in (auth, images, keys):
    router.include_router(part.router)
