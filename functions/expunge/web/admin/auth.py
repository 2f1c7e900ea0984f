"""Admin surface: logging in and out, and who may go on from there."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from expunge.accounts.administrator import LoginFailed
from expunge.accounts.callers import Caller
from expunge.accounts.passwords import MAX_CHARACTERS
from expunge.errors import AdminRequired
from expunge.web import problems, rate_limit
from expunge.web.caller.cookies import (
    SAFE_METHODS,
    AdminCookies,
    check_csrf,
    check_own_site,
    is_from_a_page,
)
from expunge.web.caller.who import AddressDep
from expunge.web.dependencies import ServiceDep
from expunge.web.urls import base_url

router = APIRouter(prefix="/api/v1/admin/auth", tags=["admin"])

ADMIN_PROBLEMS = (
    "admin_required",
    "csrf_failed",
    "rate_limited",
    "admin_disabled",
    "service_unavailable",
)
"""What may be wrong with who calls, on every route of the administrator's."""


class Login(BaseModel):
    """Who the administrator is."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"username": "admin", "password": "correct horse"}]},
    )

    username: str = Field(max_length=256)
    password: str = Field(max_length=MAX_CHARACTERS)


class AdminSessionResponse(BaseModel):
    """Who is signed in."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"authenticated": True, "username": "admin"}]}
    )

    authenticated: bool
    username: str


def _administrator(request: Request, service: ServiceDep, address: AddressDep) -> Caller:
    """The administrator, by HTTP Basic or by a session's cookie.

    A request that a page makes with the cookie needs `X-CSRF-Token`, as with every session here;
    a program's does not, since nobody can make it send cookies. Browsers remember HTTP Basic, too,
    and send it for any page: another site's is refused.

    Raises
    ------
    AdminRequired
        For anybody else.
    LimitReached
        For credentials that were wrong too often.
    CsrfFailed
        For a request that may be another site's doing.
    """
    if request.method not in SAFE_METHODS:
        check_own_site(request)
    basic = _basic(request)
    if basic is not None:
        try:
            service.administrator.check_basic(*basic, address)
        except LoginFailed as error:
            raise AdminRequired(error.detail) from None
        return service.administrator.caller
    secret = request.cookies.get(_cookies(request).session)
    if not secret or not service.administrator.knows(secret):
        raise AdminRequired("This address needs an administrator's session or HTTP Basic.")
    if is_from_a_page(request):
        check_csrf(request, secret)
    return service.administrator.caller


AdminDep = Annotated[Caller, Depends(_administrator)]


@router.post(
    "/login",
    operation_id="logIn",
    summary="Sign the administrator in",
    status_code=204,
    openapi_extra={"security": []},
    responses=problems.responses(
        "invalid_request",
        "login_failed",
        "csrf_failed",
        "validation_error",
        "rate_limited",
        "admin_disabled",
        "service_unavailable",
    ),
)
def log_in(request: Request, login: Login, service: ServiceDep, address: AddressDep) -> Response:
    """Sets the session's cookie. Every login counts toward the limit, right or wrong."""
    check_own_site(request)
    administrator = service.administrator
    try:
        secret = administrator.log_in(login.username, login.password, address)
    except LoginFailed as error:
        headers = rate_limit.fields(administrator.quotas(address))
        return problems.answer(request, error.code, error.detail, headers=headers)
    headers = rate_limit.fields(administrator.quotas(address)) | {"cache-control": "no-store"}
    answer = Response(status_code=204, headers=headers)
    _cookies(request).begin(answer, secret, administrator.session_seconds)
    return answer


@router.get(
    "/session",
    operation_id="getAdminSession",
    summary="Who is signed in as the administrator",
    responses=problems.responses(*ADMIN_PROBLEMS),
)
def get_session(response: Response, service: ServiceDep, _: AdminDep) -> AdminSessionResponse:
    """401 for everybody else."""
    response.headers["cache-control"] = "no-store"
    return AdminSessionResponse(authenticated=True, username=service.administrator.username)


@router.post(
    "/logout",
    operation_id="logOut",
    summary="Sign the administrator out",
    status_code=204,
    openapi_extra={"security": []},
    responses=problems.responses("csrf_failed", "service_unavailable"),
)
def log_out(request: Request, service: ServiceDep) -> Response:
    """Forgets the session, where there is one, and clears its cookies."""
    check_own_site(request)
    cookies = _cookies(request)
    service.administrator.log_out(request.cookies.get(cookies.session, ""))
    answer = Response(status_code=204, headers={"cache-control": "no-store"})
    cookies.end(answer)
    return answer


def _cookies(request: Request) -> AdminCookies:
    return AdminCookies(base_url(request))


def _basic(request: Request) -> tuple[str, str] | None:
    """Name and password of HTTP Basic (RFC 7617), where the request has them."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, _, password = base64.b64decode(given, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise AdminRequired("The Basic credentials are not base64 of «name:password».") from None
    return name, password
