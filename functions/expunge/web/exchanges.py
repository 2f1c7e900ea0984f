"""What becomes of a request, noted where it is decided, for whoever counts requests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import Scope

KEY = "expunge.exchange"
"""In the scope. Middleware may copy the scope; all copies hold the same exchange."""
UNCOUNTED = "expunge.uncounted"
"""In the scope of a request that nobody sent, such as those before a server starts."""
LOST = 499
"""The status of a request whose caller left before an answer began, as nginx has it."""


@dataclass(slots=True)
class Exchange:
    """One request and its answer."""

    route: str | None = None
    """The template of the route's path; ``None`` if there is no such route."""
    problem: str | None = None
    """The code of the problem that it ended in."""
    status: int = LOST


def note_problem(scope: Scope, code: str) -> None:
    """Note the code of the problem that a request gets, if anybody counts requests."""
    exchange: Exchange | None = scope.get(KEY)
    if exchange is not None:
        exchange.problem = code
