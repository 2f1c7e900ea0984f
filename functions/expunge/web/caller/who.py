"""Who calls: an API key, a session, or an anonymous client."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import Depends, Header, Request

from expunge.accounts.callers import Caller, anonymous
from expunge.errors import Unauthorized
from expunge.web.caller.address import client_address
from expunge.web.caller.cookies import Cookies, check_csrf
from expunge.web.dependencies import service_of

CALLER_PROBLEMS = ("unauthorized", "invalid_api_key", "csrf_failed")
"""What may be wrong with who calls, on every route that asks."""
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
    service = service_of(request)
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
    return client_address(request, service_of(request).settings)


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
    service = service_of(request)
    key = _api_key(request)
    if key is not None:
        caller = service.credentials.of_key(key)
        return replace(caller, meter=caller.credential or "")
    if service.settings.faces_key_required:
        raise Unauthorized("This address needs an API key: send it as X-API-Key.")
    return caller_of(request)


CallerDep = Annotated[Caller, Depends(_caller)]
AccountDep = Annotated[Caller, Depends(_account)]
"""A caller who has an account; others get a 401."""
KeyHolderDep = Annotated[Caller, Depends(_key_holder)]
AddressDep = Annotated[str, Depends(_address)]
