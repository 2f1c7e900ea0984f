"""What routes ask for: the service, the caller, the caller's preferences."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Annotated, cast

from fastapi import Depends, Header, Query, Request

from expunge.accounts.callers import Caller, anonymous
from expunge.errors import FieldError, Unauthorized, ValidationFailed
from expunge.service import Service
from expunge.web.address import client_address
from expunge.web.cookies import Cookies, check_csrf

CALLER_PROBLEMS = ("unauthorized", "invalid_api_key", "csrf_failed")
"""What may be wrong with who calls, on every route that asks."""
MAX_WAIT = 25
"""Seconds a request may wait for its job, within the 30 that the edge allows."""


def _service(request: Request) -> Service:
    return cast("Service", request.app.state.service)


_TRAITS = ("user-agent", "accept-language", "sec-ch-ua", "sec-ch-ua-platform")
"""Headers that one client sends alike with all its requests."""


def _caller(
    request: Request,
    x_client_fingerprint: Annotated[
        str,
        Header(
            max_length=256,
            description="Tells callers without credentials apart who share an address.",
        ),
    ] = "",
) -> Caller:
    """Who calls: by API key, else by session, else by address.

    Raises
    ------
    Unauthorized, InvalidApiKey
        For a key that does not hold: a caller who shows one is never taken for another.
    CsrfFailed
        For a session's request that may be another site's doing.
    """
    service = _service(request)
    key = _api_key(request)
    if key is not None:
        return service.credentials.of_key(key)
    secret = request.cookies.get(Cookies(service.settings).session)
    session = service.credentials.of_session(secret) if secret else None
    if secret and session:
        check_csrf(request, secret)
        return session
    traits = "\n".join(request.headers.get(name, "") for name in _TRAITS)
    return anonymous(_address(request), x_client_fingerprint, traits)


def _api_key(request: Request) -> str | None:
    """From ``Authorization: Bearer`` or ``X-API-Key``; other schemes are not for us to read."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        if not token.strip():
            raise Unauthorized("The Authorization header has no key after «Bearer».")
        return token.strip()
    return request.headers.get("x-api-key")


def _address(request: Request) -> str:
    return client_address(request, _service(request).settings)


def caller_of(request: Request) -> Caller:
    """Who calls, for a route whose refusals are its own."""
    return _caller(request, request.headers.get("x-client-fingerprint", "")[:256])


def _account(caller: Annotated[Caller, Depends(_caller)]) -> Caller:
    if caller.account is None:
        raise Unauthorized("This address needs an API key or a session.")
    return caller


def _key_holder(request: Request) -> Caller:
    """Who calls the faces surface: by API key, or anybody where the operator says so.

    Each key has limits of its own here, whoever's it is.

    Raises
    ------
    Unauthorized, InvalidApiKey
        For a key that is missing or does not hold.
    """
    service = _service(request)
    key = _api_key(request)
    if key is not None:
        caller = service.credentials.of_key(key)
        return replace(caller, meter=caller.credential or "")
    if service.settings.faces_key_required:
        raise Unauthorized("This address needs an API key: send it as X-API-Key.")
    return caller_of(request)


@dataclass(frozen=True, slots=True)
class Preference:
    """What the caller prefers (RFC 7240): to be held for ``wait`` seconds, or not at all."""

    wait: int = 0
    respond_async: bool = False

    @property
    def applied(self) -> dict[str, str]:
        """The Preference-Applied header, where a preference was honoured."""
        words = [f"wait={self.wait}"] if self.wait else []
        words += ["respond-async"] if self.respond_async else []
        return {"preference-applied": ", ".join(words)} if words else {}


def _preference(
    prefer: Annotated[
        str, Header(description="`respond-async`, `wait=N` with N up to 25 seconds, or both.")
    ] = "",
    wait: Annotated[bool, Query(description="The same as `Prefer: wait=25`.")] = False,
) -> Preference:
    words = [word.partition(";")[0].strip().lower() for word in prefer.split(",")]
    seconds = [int(m[1]) for w in words if (m := re.fullmatch(r"wait=\"?(\d{1,18})\"?", w))]
    chosen = max([*seconds, MAX_WAIT if wait else 0], default=0)
    return Preference(min(chosen, MAX_WAIT), "respond-async" in words)


def _idempotency_key(
    idempotency_key: Annotated[
        str | None, Header(description="1–64 characters; the same key never makes a second job.")
    ] = None,
) -> str | None:
    if idempotency_key is None:
        return None
    key = idempotency_key.removeprefix('"').removesuffix('"')
    if not 1 <= len(key) <= 64:
        pointer = "/headers/Idempotency-Key"
        raise ValidationFailed(FieldError(pointer, "must have 1–64 characters"))
    return key


ServiceDep = Annotated[Service, Depends(_service)]
CallerDep = Annotated[Caller, Depends(_caller)]
AccountDep = Annotated[Caller, Depends(_account)]
"""A caller who has an account; others get a 401."""
KeyHolderDep = Annotated[Caller, Depends(_key_holder)]
AddressDep = Annotated[str, Depends(_address)]
PreferenceDep = Annotated[Preference, Depends(_preference)]
IdempotencyKeyDep = Annotated[str | None, Depends(_idempotency_key)]
