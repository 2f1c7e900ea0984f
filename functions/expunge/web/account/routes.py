"""Account surface: who is signed in, keys, sign-in, billing."""

from __future__ import annotations

from fastapi import APIRouter

from expunge.web.account import auth, billing, keys, me

router = APIRouter()
for part in (me, keys, auth, billing):
    router.routes.extend(part.router.routes)  # include_router would build each again
