"""Admin surface: logging in and out, and the check that other admin routes use."""

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
from expunge.web.dependencies import ServiceDep, accepts
from expunge.web.urls import base_url

router = APIRouter(prefix="/api/v1/admin/auth", tags=["admin"])

ADMIN_PROBLEMS = (
    "admin_required",
    "csrf_failed",
    "rate_limited",
    "admin_disabled",
    "service_unavailable",
)
"""Problems with the credentials that every admin route may answer."""


class Login(BaseModel):
    """The administrator's user name and password."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"username": "admin", "password": "correct horse"}]},
    )

    username: str = Field(max_length=256)
    password: str = Field(max_length=MAX_CHARACTERS)


class AdminSessionResponse(BaseModel):
    """The signed-in administrator."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"authenticated": True, "username": "admin"}]}
    )

    authenticated: bool
    username: str


@accepts("admin", "adminSession")
def _administrator(request: Request, service: ServiceDep, address: AddressDep) -> Caller:
    """Authenticate the administrator, by HTTP Basic or by a session cookie.

    A page's request with the cookie needs `X-CSRF-Token`, as with every session here. A program's
    request does not: no other site can make a program send cookies. Browsers also remember HTTP
    Basic and send it for any page, so requests from another site's page are refused.

    Raises
    ------
    AdminRequired
        For any other caller.
    LimitReached
        After too many wrong credentials.
    CsrfFailed
        For a request that another site's page may have made.
    """
    basic = _basic(request)
    if request.method not in SAFE_METHODS or (basic is not None and "origin" in request.headers):
        check_own_site(request)  # before a page could use up the attempts of whoever opened it
    if basic is not None:
        try:
            service.administrator.check_basic(*basic, address)
        except LoginFailed as error:
            raise AdminRequired(error.detail) from None
        return service.administrator.caller
    secret = request.cookies.get(_cookies(request).session)
    if not secret or not service.administrator.knows(secret):
        raise AdminRequired("This URL needs an administrator session or HTTP Basic.")
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
    """Sets the session cookie. Every attempt counts toward the limit, right or wrong."""
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
    summary="Get the administrator's session",
    responses=problems.responses(*ADMIN_PROBLEMS),
)
def get_session(response: Response, service: ServiceDep, _: AdminDep) -> AdminSessionResponse:
    """Answers 401 if the administrator is not signed in."""
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
    """Ends the session, if there is one, and clears its cookies."""
    check_own_site(request)
    cookies = _cookies(request)
    service.administrator.log_out(request.cookies.get(cookies.session, ""))
    answer = Response(status_code=204, headers={"cache-control": "no-store"})
    cookies.end(answer)
    return answer


def _cookies(request: Request) -> AdminCookies:
    return AdminCookies(base_url(request))


def _basic(request: Request) -> tuple[str, str] | None:
    """The name and password of HTTP Basic (RFC 7617), if the request has them."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, _, password = base64.b64decode(given, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise AdminRequired("The Basic credentials are not base64 of «name:password».") from None
    return name, password
