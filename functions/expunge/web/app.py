"""The HTTP application: the kernel, and one router for each surface."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

import expunge
from expunge.imaging.loading import load
from expunge.web.late import Late
from expunge.web.middleware.below_path import BelowPath
from expunge.web.middleware.cors import Cors
from expunge.web.middleware.forwarded import Forwarded
from expunge.web.middleware.host_guard import HostGuard
from expunge.web.middleware.json_guard import JsonGuard
from expunge.web.middleware.lenient import Lenient
from expunge.web.middleware.observed import Observed, RouteNoted
from expunge.web.middleware.origin_guard import OriginGuard
from expunge.web.middleware.problem_pages import ProblemPages
from expunge.web.middleware.request_guard import RequestGuard
from expunge.web.middleware.security_headers import SecurityHeaders
from expunge.web.native import job_views, objects
from expunge.web.native import openapi as native_openapi
from expunge.web.native import routes as native
from expunge.web.openapi import describe
from expunge.web.problems.handlers import install
from expunge.web.problems.schema import Problem, SwapProblem, TaskProblem
from expunge.web.shell import FOLDER as PAGES
from expunge.web.waiting import JobWaiters

if TYPE_CHECKING:
    from collections.abc import Callable

    from expunge.service import Service

DESCRIPTION = """\
Removes metadata, AI provenance, watermarks and faces from images.

In JSON a flag is `true` or `false`. In a query, `1`, `yes` and `on` also mean true, and `0`, `no` \
and `off` false. Every error is a problem document (RFC 9457). Its `errors` name each wrong input \
by a JSON pointer: into the body, or below `/query`, `/header` and `/path` for parameters."""


def below(*paths: str) -> Callable[[str], bool]:
    """Whether a path is one of these, or below one of them."""
    return lambda path: any(f"{path}/".startswith(f"{own}/") for own in paths)


def for_people(path: str) -> bool:
    """Whether a path is the site's: what is not below /api, and what its pages ask for first."""
    return not path.startswith("/api/") or path == "/api/v1/config"


LATE: dict[str, Callable[[str], bool]] = {
    "native.hooks": below("/api/v1/hooks"),
    "batches.routes": below("/api/v1/batches"),
    "clean.routes": below("/api/v1/clean"),
    "tasks.routes": below("/api/generate", "/api/status", "/api/list"),
    "swaps.routes": below("/api/v1/face-detect", "/api/v1/swaps"),
    "account.routes": below(
        *("/api/v1/me", "/api/v1/account", "/api/v1/credits", "/api/v1/keys"),
        *("/api/v1/auth", "/api/v1/billing"),
    ),
    "faces.routes": below("/api/v1/detect", "/api/v1/mask"),
    "admin.routes": below("/api/v1/admin"),
    "site.routes": for_people,
}
"""Modules below this package with a surface's ``router``, and which paths are the surface's."""
AGENTS = {"agents.routes": below("/mcp")}
"""The same, for the embedded server only."""
METRICS = {"site.metrics": below("/metrics")}
"""The same, where the operator has turned metrics on."""


def create_app(service: Service) -> FastAPI:
    """Create the application with all surfaces, for a wired service."""
    app = FastAPI(
        title="expunge",
        version=expunge.__version__,
        description=DESCRIPTION,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.service = service
    app.state.waiters = JobWaiters(service)
    app.router.routes.extend(native.router.routes)  # include_router would build each again
    late = LATE | (AGENTS if service.settings.store == "local" else {})
    late |= METRICS if service.metrics else {}
    for module, serves in late.items():
        app.router.routes.append(Late(app, f"expunge.web.{module}", serves))
    if service.signed_objects:
        app.include_router(objects.router(service.signed_objects))
    app.mount("/static", StaticFiles(directory=PAGES))
    app.mount("/swagger", StaticFiles(packages=[("fastapi_swagger", "resources")]))
    install(app)
    limits = service.limits
    _guard(app, service)
    completions = (
        native_openapi.complete,
        job_views.complete,
        _complete_clean,
        _complete_batches,
    )
    models = (Problem, SwapProblem, TaskProblem)
    describe(app, *models, completions=completions, limits=limits)
    return app


def _complete_batches(spec: dict[str, Any]) -> None:
    load("expunge.web.batches.openapi").complete(spec)


def _complete_clean(spec: dict[str, Any]) -> None:
    load("expunge.web.clean.openapi").complete(spec)


def _guard(app: FastAPI, service: Service) -> None:
    """Add the middleware, from the innermost to the outermost."""
    settings = service.settings
    app.add_middleware(RouteNoted)
    app.add_middleware(Lenient)
    app.add_middleware(JsonGuard)
    if settings.store == "local" and not settings.front_secrets:
        app.add_middleware(HostGuard, settings=settings)
    app.add_middleware(OriginGuard, secrets=settings.front_secrets)
    app.add_middleware(
        RequestGuard,
        file_bytes=service.limits.file_bytes,
        movie_bytes=service.limits.movie_bytes,
    )
    app.add_middleware(ProblemPages)
    app.add_middleware(BelowPath)
    app.add_middleware(Cors, origins=settings.cors_origins)
    app.add_middleware(
        SecurityHeaders,
        public_url=settings.public_url,
        results_origin=service.results_origin,
    )
    app.add_middleware(Observed, metrics=service.metrics)
    app.add_middleware(Forwarded, settings=settings)
