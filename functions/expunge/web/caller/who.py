"""Identifies the caller: by API key, by session, or as an anonymous client."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Header, Request, Response
from starlette.concurrency import run_in_threadpool

from expunge.accounts.account import OPERATOR
from expunge.accounts.browsers import is_unguessable
from expunge.accounts.callers import Caller, anonymous
from expunge.errors import ClientSecretInvalid, Forbidden, Unauthorized
from expunge.web.caller.address import client_address
from expunge.web.caller.cookies import (
    SAFE_METHODS,
    Cookies,
    check_csrf,
    check_own_site,
    is_from_another_site,
    is_own_page,
    is_shown_to_be_own,
)
from expunge.web.dependencies import accepts, service_of
from expunge.web.urls import base_url

if TYPE_CHECKING:
    from expunge.jobs.idempotency import Claimed
    from expunge.service import Service

CALLER_PROBLEMS = ("unauthorized", "invalid_api_key", "client_secret_invalid", "csrf_failed")
"""Problems with credentials that every route for identified callers may answer."""
SECRET_HEADER = "X-Client-Secret"  # noqa: S105  the header's name
"""The header in which a program without cookies sends its client secret."""
_TRAITS = ("user-agent", "accept-language", "sec-ch-ua", "sec-ch-ua-platform")
"""Headers that stay the same across one client's requests."""


@accepts("", "key", "keyHeader", "session")
async def _caller(
    request: Request,
    x_client_fingerprint: Annotated[
        str,
        Header(
            max_length=256,
            description="Gives anonymous callers behind one IP address separate quotas.",
        ),
    ] = "",
    x_client_secret: Annotated[
        str,
        Header(
            max_length=256,
            description="The secret from an earlier answer. It identifies an anonymous caller "
            "that has no cookie.",
        ),
    ] = "",
) -> Caller:
    """Identify the caller: by API key, else by session, else as anonymous.

    Raises
    ------
    Unauthorized, InvalidApiKey, ClientSecretInvalid
        For an invalid key or secret. Such a request never counts as anonymous.
    CsrfFailed
        For a session's request that another site's page may have made.
    """
    if _needs_store(request):
        return await run_in_threadpool(_identified, request, x_client_fingerprint, x_client_secret)
    return _identified(request, x_client_fingerprint, x_client_secret)


def _needs_store(request: Request) -> bool:
    """Whether credentials must be looked up; a client secret proves itself."""
    session = Cookies(base_url(request)).session in request.cookies
    return session or _api_key(request) is not None or not service_of(request).browsers.has_key


def _identified(request: Request, fingerprint: str, client_secret: str) -> Caller:
    """See `_caller`."""
    service = service_of(request)
    key = _api_key(request)
    if key is not None:
        return _of_key(service, key)
    settings = service.settings
    own_page = bool(settings.fetch_allow) and is_shown_to_be_own(request)
    secret = request.cookies.get(Cookies(base_url(request)).session)
    session = service.credentials.of_session(secret) if secret else None
    if secret and session:
        check_csrf(request, secret)
        return replace(session, reaches_private=own_page)
    traits = "\n".join(request.headers.get(name, "") for name in _TRAITS)
    caller = anonymous(_address_of(request), fingerprint, traits)
    # Any program can say that it is a page, so on a public server that is not enough.
    own_page = own_page and not settings.fetch_allow_while_public
    browser = _browser(request, client_secret)
    return replace(caller, browser=browser, reaches_private=own_page)


def _of_key(service: Service, key: str) -> Caller:
    """The caller with an API key, which no page of another site knows.

    Raises
    ------
    InvalidApiKey
    """
    caller = service.credentials.of_key(key)
    return replace(caller, reaches_private=bool(service.settings.fetch_allow))


def _browser(request: Request, shown: str) -> str | None:
    """The name of the client secret in an anonymous caller's header or cookie.

    Raises
    ------
    ClientSecretInvalid
        For a header that this service did not issue. An invalid cookie is ignored, since it may
        be from an earlier installation.
    """
    browsers = service_of(request).browsers
    if shown:
        name = browsers.name(shown)
        if name is None:
            raise ClientSecretInvalid(f"{SECRET_HEADER} is not a secret that this service issued.")
        return name
    cookie = request.cookies.get(Cookies(base_url(request)).browser)
    return browsers.name(cookie) if cookie else None


def _api_key(request: Request) -> str | None:
    """The API key in ``Authorization: Bearer`` or ``X-API-Key``; other schemes are ignored."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        if not token.strip():
            raise Unauthorized("The Authorization header has no key after «Bearer».")
        return token.strip()
    return request.headers.get("x-api-key")


async def _address(request: Request) -> str:
    return _address_of(request)


def _address_of(request: Request) -> str:
    return client_address(request, service_of(request).settings)


def caller_of(request: Request) -> Caller:
    """Identify the caller, for a route that handles the errors itself."""
    headers = request.headers
    return _identified(
        request,
        headers.get("x-client-fingerprint", "")[:256],
        headers.get(SECRET_HEADER, "")[:256],
    )


def _maker(
    request: Request, response: Response, caller: Annotated[Caller, Depends(_caller)]
) -> Caller:
    """The caller who creates something. An anonymous caller without a client secret gets one."""
    if caller.known_as is not None:
        return caller
    return _introduced(request, response, caller, service_of(request).browsers.mint())


def maker_of(request: Request, response: Response, caller: Caller, job_request: Claimed) -> Caller:
    """The same for a job or a batch; a retry with its idempotency key gets the same secret."""
    if caller.known_as is not None:
        return caller
    browsers, key = service_of(request).browsers, job_request.idempotency_key
    if key is not None and is_unguessable(key):
        secret = browsers.mint_for(caller.meter, key, job_request.digest())
    else:
        secret = browsers.mint()
    return _introduced(request, response, caller, secret)


def _introduced(request: Request, response: Response, caller: Caller, secret: str) -> Caller:
    """The caller with a new secret, which the answer tells.

    The secret is sent as a cookie that scripts cannot read. Programs and pages of other sites
    neither get nor send cookies, so they read it from the header `X-Client-Secret`.
    """
    if not is_from_another_site(request):  # its form would replace the browser's own secret
        Cookies(base_url(request)).recognise(response, secret)
    if not is_own_page(request):
        response.headers[SECRET_HEADER] = secret
    # Problem answers need these headers too: the job may exist before a later step fails.
    request.state.problem_headers = dict(response.headers)
    name = service_of(request).browsers.name(secret)
    return replace(caller, browser=name, has_new_secret=True)


@accepts("key", "keyHeader", "session", "clientSecret")
async def _holder(request: Request, caller: Annotated[Caller, Depends(_caller)]) -> Caller:
    """The caller who lists or deletes. A cookie is not enough for a page of another site.

    Raises
    ------
    CsrfFailed
        For a request that another site's page may have made.
    """
    by_cookie = caller.browser is not None and SECRET_HEADER not in request.headers
    if by_cookie and request.method not in SAFE_METHODS:
        check_own_site(request)
    return caller


@accepts("key", "keyHeader", "session")
async def _account(caller: Annotated[Caller, Depends(_caller)]) -> Caller:
    if caller.account is None:
        raise Unauthorized("This URL needs an API key or a session.")
    return caller


def _owner(caller: Annotated[Caller, Depends(_account)]) -> Caller:
    """The caller who manages an account. Keys of the operator's account do not: the administrator
    gives each to somebody else.
    """
    if caller.account == OPERATOR:
        raise Forbidden("The administrator manages the operator's keys and account.")
    return caller


@accepts("keyHeader", "key")
def _key_holder(request: Request) -> Caller:
    """The caller of the faces surface: by API key, or anonymous if the operator allows it.

    Limits on this surface apply per key, not per account.

    Raises
    ------
    Unauthorized, InvalidApiKey
        For a key that is missing or invalid.
    """
    service = service_of(request)
    key = _api_key(request)
    if key is not None:
        caller = _of_key(service, key)
        return replace(caller, meter=caller.credential or "")
    if service.settings.faces_key_required:
        raise Unauthorized("This URL needs an API key: send it as X-API-Key.")
    return caller_of(request)


@accepts("key", "keyHeader")
def _program(request: Request) -> Caller:
    """The caller of a surface for programs: by API key alone, whatever cookies it sends.

    Raises
    ------
    Unauthorized, InvalidApiKey
        For a key that is missing or invalid.
    """
    key = _api_key(request)
    if key is None:
        raise Unauthorized("This URL needs an API key: send it as «Authorization: Bearer KEY».")
    return _of_key(service_of(request), key)


CallerDep = Annotated[Caller, Depends(_caller)]
MakerDep = Annotated[Caller, Depends(_maker)]
"""A caller who creates a job or an upload, with an identity for later requests."""
HolderDep = Annotated[Caller, Depends(_holder)]
"""A caller who lists, cancels or deletes."""
AccountDep = Annotated[Caller, Depends(_account)]
"""A caller who has an account; others get a 401."""
OwnerDep = Annotated[Caller, Depends(_owner)]
"""A caller who may change keys and payments of its account."""
KeyHolderDep = Annotated[Caller, Depends(_key_holder)]
ProgramDep = Annotated[Caller, Depends(_program)]
"""A caller who must send an API key."""
AddressDep = Annotated[str, Depends(_address)]
