"""Who calls: an API key, a session, or an anonymous client."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Header, Request, Response

from expunge.accounts.browsers import is_unguessable
from expunge.accounts.callers import Caller, anonymous
from expunge.errors import ClientSecretInvalid, Unauthorized
from expunge.web.caller.address import client_address
from expunge.web.caller.cookies import (
    SAFE_METHODS,
    Cookies,
    check_csrf,
    check_own_site,
    is_from_another_site,
    is_own_page,
)
from expunge.web.dependencies import service_of
from expunge.web.urls import base_url

if TYPE_CHECKING:
    from expunge.jobs.request import JobRequest

CALLER_PROBLEMS = ("unauthorized", "invalid_api_key", "client_secret_invalid", "csrf_failed")
"""What may be wrong with who calls, on every route that asks."""
SECRET_HEADER = "X-Client-Secret"  # noqa: S105  the header's name
"""How a program without cookies shows the secret it was given."""
_TRAITS = ("user-agent", "accept-language", "sec-ch-ua", "sec-ch-ua-platform")
"""Headers that one client sends alike with all its requests."""


def _caller(
    request: Request,
    x_client_fingerprint: Annotated[
        str,
        Header(
            max_length=256,
            description="Counts callers without credentials apart who share a network address.",
        ),
    ] = "",
    x_client_secret: Annotated[
        str,
        Header(
            max_length=256,
            description="From an earlier answer: what a caller without credentials is known by, "
            "instead of a cookie.",
        ),
    ] = "",
) -> Caller:
    """Who calls: by API key, else by session, else an anonymous caller.

    Raises
    ------
    Unauthorized, InvalidApiKey, ClientSecretInvalid
        For a key or a secret that does not hold: who shows one is never taken for another.
    CsrfFailed
        For a session's request that may be another site's doing.
    """
    service = service_of(request)
    key = _api_key(request)
    if key is not None:
        return service.credentials.of_key(key)
    secret = request.cookies.get(Cookies(base_url(request)).session)
    session = service.credentials.of_session(secret) if secret else None
    if secret and session:
        check_csrf(request, secret)
        return session
    traits = "\n".join(request.headers.get(name, "") for name in _TRAITS)
    caller = anonymous(_address(request), x_client_fingerprint, traits)
    return replace(caller, browser=_browser(request, x_client_secret))


def _browser(request: Request, shown: str) -> str | None:
    """The name of the secret that a caller without credentials shows, by header or cookie.

    Raises
    ------
    ClientSecretInvalid
        For a header that this service did not mint. A cookie may be an earlier installation's.
    """
    browsers = service_of(request).browsers
    if shown:
        name = browsers.name(shown)
        if name is None:
            raise ClientSecretInvalid(f"{SECRET_HEADER} is not a secret that this service gave.")
        return name
    cookie = request.cookies.get(Cookies(base_url(request)).browser)
    return browsers.name(cookie) if cookie else None


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
    headers = request.headers
    return _caller(
        request,
        headers.get("x-client-fingerprint", "")[:256],
        headers.get(SECRET_HEADER, "")[:256],
    )


def _maker(
    request: Request, response: Response, caller: Annotated[Caller, Depends(_caller)]
) -> Caller:
    """Who makes something: an anonymous caller is given a secret, unless it showed one."""
    if caller.known_as is not None:
        return caller
    return _introduced(request, response, caller, service_of(request).browsers.mint())


def maker_of(
    request: Request, response: Response, caller: Caller, job_request: JobRequest
) -> Caller:
    """The same for a job; one that is sent again with its idempotency key has the same secret."""
    if caller.known_as is not None:
        return caller
    browsers, key = service_of(request).browsers, job_request.idempotency_key
    if key is not None and is_unguessable(key):
        secret = browsers.mint_for(caller.meter, key, job_request.digest())
    else:
        secret = browsers.mint()
    return _introduced(request, response, caller, secret)


def _introduced(request: Request, response: Response, caller: Caller, secret: str) -> Caller:
    """The caller by the name of a new secret, which the answer tells.

    It goes out as a cookie that scripts cannot read. Programs, and pages of other sites, which
    neither get nor send cookies, read it from the header `X-Client-Secret`.
    """
    if not is_from_another_site(request):  # whose form would take away the browser's own secret
        Cookies(base_url(request)).recognise(response, secret)
    if not is_own_page(request):
        response.headers[SECRET_HEADER] = secret
    # A problem carries them too: the job may have been made before something broke.
    request.state.problem_headers = dict(response.headers)
    name = service_of(request).browsers.name(secret)
    return replace(caller, browser=name, newcomer=True)


def _holder(request: Request, caller: Annotated[Caller, Depends(_caller)]) -> Caller:
    """Who lists or deletes; a page of another site cannot make a browser do so by its cookie.

    Raises
    ------
    CsrfFailed
        For a request that may be another site's doing.
    """
    by_cookie = caller.browser is not None and SECRET_HEADER not in request.headers
    if by_cookie and request.method not in SAFE_METHODS:
        check_own_site(request)
    return caller


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
MakerDep = Annotated[Caller, Depends(_maker)]
"""A caller who makes a job or an upload, and will be known again."""
HolderDep = Annotated[Caller, Depends(_holder)]
"""A caller who lists, cancels or deletes."""
AccountDep = Annotated[Caller, Depends(_account)]
"""A caller who has an account; others get a 401."""
KeyHolderDep = Annotated[Caller, Depends(_key_holder)]
AddressDep = Annotated[str, Depends(_address)]
