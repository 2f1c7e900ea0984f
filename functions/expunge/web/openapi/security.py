"""Which credentials each route takes, as its own dependencies say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi.routing import APIRoute

from expunge.web.dependencies import accepted_by

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fastapi.dependencies.models import Dependant
    from starlette.routing import BaseRoute

SCHEMES = {
    "key": {"type": "http", "scheme": "bearer", "description": "An API key, `uk_…`."},
    "keyHeader": {
        "type": "apiKey",
        "in": "header",
        "name": "X-API-Key",
        "description": "The same API key in a header of its own.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "__Host-expunge_session",
        "description": "Requests that change something also need `X-CSRF-Token`, with the value "
        "of the cookie `__Host-expunge_csrf`.",
    },
    "clientSecret": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Client-Secret",
        "description": "The secret that the answer to a caller's first job or upload has in this "
        "header. Browsers send the cookie `__Host-expunge_browser` instead.",
    },
    "admin": {"type": "http", "scheme": "basic", "description": "The administrator's login."},
    "adminSession": {
        "type": "apiKey",
        "in": "cookie",
        "name": "__Host-expunge_admin",
        "description": "Set by `logIn`. Without TLS the name has no prefix.",
    },
}
"""Ways to authenticate."""


def add_security(spec: dict[str, Any], routes: Iterable[BaseRoute]) -> None:
    """State for every operation which credentials it takes; an empty list if it looks at none."""
    spec["components"]["securitySchemes"] = SCHEMES
    for route in routes:
        if isinstance(route, APIRoute) and route.path_format in spec["paths"]:
            accepted = _accepted(route.dependant)
            schemes: list[dict[str, list[str]]] = [{name: []} if name else {} for name in accepted]
            for method in route.methods or ():
                operation = spec["paths"][route.path_format].get(method.lower())
                if operation is not None and operation["operationId"] == route.operation_id:
                    operation.setdefault("security", schemes)


def _accepted(dependant: Dependant) -> tuple[str, ...]:
    """What the outermost dependency that identifies a caller accepts."""
    level = [dependant]
    while level:
        for each in level:
            if each.call is not None and (schemes := accepted_by(each.call)) is not None:
                return schemes
        level = [inner for each in level for inner in each.dependencies]
    return ()
