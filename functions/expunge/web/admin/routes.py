"""Admin surface: the session, images and jobs of the faces surface, API keys, queues, alarms."""

from __future__ import annotations

from fastapi import APIRouter

from expunge.web.admin import alarms, auth, images, keys, queues

router = APIRouter()
for part in (auth, images, keys, queues, alarms):
    router.routes.extend(part.router.routes)  # include_router would build each again
