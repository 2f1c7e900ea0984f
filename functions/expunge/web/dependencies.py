"""FastAPI dependencies shared by routes: the service, preferences, paging and idempotency keys.

They are ``async`` although none of them awaits: FastAPI calls any other function in a thread. That
takes longer than the function, and waits while jobs occupy all threads.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar, cast
from urllib.parse import unquote

from fastapi import Depends, Header, Query, Request
from pydantic import Field

from expunge.errors import FieldError, ValidationFailed
from expunge.given import PRESENT
from expunge.service import Service

MAX_WAIT = 25
"""Seconds a request may wait for its job; API Gateway allows 30 in total."""


PURPOSE = "Expunge-Purpose"
"""The header in which a caller says what a job is for."""


def purpose_of(request: Request) -> str | None:
    """The purpose in the request's header: UTF-8, or percent-encoded as browsers need it."""
    text = request.headers.get(PURPOSE, "").encode("latin-1").decode("utf-8", "replace")
    return unquote(text).strip() or None


_Call = TypeVar("_Call", bound=Callable[..., Any])
_ACCEPTED: dict[object, tuple[str, ...]] = {}


def accepts(*schemes: str) -> Callable[[_Call], _Call]:
    """State which security schemes of the OpenAPI document a dependency reads; ``""`` is none."""

    def noted(dependency: _Call) -> _Call:
        _ACCEPTED[dependency] = schemes
        return dependency

    return noted


def accepted_by(dependency: object) -> tuple[str, ...] | None:
    """The security schemes that a dependency reads; ``None`` if it identifies nobody."""
    return _ACCEPTED.get(dependency)


def service_of(request: Request) -> Service:
    return cast("Service", request.app.state.service)


async def _service(request: Request) -> Service:
    return service_of(request)


@dataclass(frozen=True, slots=True)
class Preference:
    """The caller's preference (RFC 7240): wait up to ``wait`` seconds, or answer at once."""

    wait: int = 0
    respond_async: bool = False

    @property
    def applied(self) -> dict[str, str]:
        """The Preference-Applied header, if a preference was honoured."""
        words = [f"wait={self.wait}"] if self.wait else []
        words += ["respond-async"] if self.respond_async else []
        return {"preference-applied": ", ".join(words)} if words else {}


async def _preference(
    prefer: Annotated[
        str, Header(description="`respond-async`, `wait=N` with N up to 25 seconds, or both.")
    ] = "",
    wait: Annotated[bool, Query(description="The same as `Prefer: wait=25`.")] = False,
) -> Preference:
    words = [word.partition(";")[0].strip().lower() for word in prefer.split(",")]
    seconds = [int(m[1]) for w in words if (m := re.fullmatch(r"wait=\"?(\d{1,18})\"?", w))]
    chosen = max([*seconds, MAX_WAIT if wait else 0], default=0)
    return Preference(min(chosen, MAX_WAIT), "respond-async" in words)


async def _idempotency_key(
    idempotency_key: Annotated[
        str | None,
        Header(
            description="1–64 characters; the same key never makes a second job.",
            json_schema_extra={"minLength": 1, "maxLength": 64},
        ),
    ] = None,
) -> str | None:
    if idempotency_key is None:
        return None
    key = _unquoted(idempotency_key)
    if not 1 <= len(key) <= 64:
        pointer = "/header/idempotency-key"
        raise ValidationFailed(FieldError(pointer, "must have 1–64 characters"))
    return key


def _unquoted(key: str) -> str:
    return key.removeprefix('"').removesuffix('"')


ServiceDep = Annotated[Service, Depends(_service)]
PreferenceDep = Annotated[Preference, Depends(_preference)]
PageLimit = Annotated[int, Query(ge=1, le=100, description="Entries per page.")]
PageCursor = Annotated[
    Annotated[str, Field(max_length=128, pattern=r"^[A-Za-z0-9_-]*$")] | None,
    PRESENT,
    Query(description="`next_cursor` of the previous page."),
]
IdempotencyKeyDep = Annotated[str | None, Depends(_idempotency_key)]
