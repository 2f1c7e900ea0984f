"""Surfaces that are imported at the first request for one of their paths.

A function that starts for a metadata job needs one surface of eight. To import the others, with
their schemas and routes, would take a quarter of the start's CPU time.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from starlette.routing import BaseRoute, Match

from expunge.imaging.loading import load
from expunge.web.urls import own_path

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.applications import Starlette
    from starlette.types import Scope


_LOCK = threading.Lock()


class Late(BaseRoute):
    """Keeps a surface's place in an application's list of routes, and matches nothing itself.

    At the first request for a path that the surface ``serves``, its routes are put behind this
    one, where the router's search goes on. So their order is the same as if they had been there.
    """

    def __init__(self, app: Starlette, module: str, serves: Callable[[str], bool]) -> None:
        self._routes = app.router.routes
        self._module = module
        self._serves = serves
        self._loaded = False

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if scope["type"] == "http" and self._serves(own_path(scope)):
            self.load()
        return Match.NONE, {}

    def load(self) -> None:
        """Import the surface's module and add the routes of its ``router``; the first time only.

        Another thread waits until the routes are there. If the import fails, the next request
        tries it again.
        """
        if self._loaded:
            return
        routes = load(self._module).router.routes
        with _LOCK:
            if not self._loaded:
                place = self._routes.index(self) + 1
                self._routes[place:place] = routes
                self._loaded = True


def load_all(app: Starlette) -> None:
    """Import every late surface, for a document or a process that serves all of them."""
    for route in list(app.router.routes):
        if isinstance(route, Late):
            route.load()
