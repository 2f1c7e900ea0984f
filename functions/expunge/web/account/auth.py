"""Accounts: signing in and out."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from expunge.accounts.account import Account
from expunge.accounts.callers import Caller
from expunge.accounts.identities import SignInDisabled, SignInFailed
from expunge.accounts.signin import LINK_SECONDS, SignedIn
from expunge.service import Service
from expunge.web import problems
from expunge.web.account.schemas import GuestView, LinkRequest, LinkView
from expunge.web.caller.cookies import Cookies, check_own_site
from expunge.web.caller.who import CALLER_PROBLEMS, AccountDep, AddressDep, CallerDep
from expunge.web.dependencies import ServiceDep
from expunge.web.urls import LOOPBACK, base_url, mails_links

router = APIRouter(prefix="/api/v1/auth", tags=["account"])

Token = Annotated[str, Query(max_length=128, description="The token of the link in the mail.")]
_HOME = "/account"
_SENT = "If this e-mail address accepts mail, we have sent a link. Open it in this browser."
_TO_PROVIDER: dict[int | str, dict[str, Any]] = {303: {"description": "Redirect to the provider."}}
_REDIRECT: dict[int | str, dict[str, Any]] = {
    303: {"description": "Signed in; the cookies are set."}
}


@router.post(
    "/guest",
    operation_id="beginGuestSession",
    summary="Create a guest account",
    status_code=201,
    responses=problems.responses(
        "csrf_failed", "quota_exceeded", "sign_in_disabled", "service_unavailable"
    ),
)
def begin_guest(
    request: Request,
    response: Response,
    service: ServiceDep,
    caller: CallerDep,
    address: AddressDep,
) -> GuestView:
    """Creates an account that only this browser can use. A browser with an account keeps it.

    The account is erased if the guest does not sign in within 30 days.
    """
    _check_page(request)
    if caller.account is not None:
        return GuestView(user_id=caller.account, guest=_account(service, caller).guest)
    entered = service.sign_in.as_guest(address)
    Cookies(base_url(request)).begin(response, entered.secret)
    response.headers["cache-control"] = "no-store"
    return GuestView(user_id=entered.account.id, guest=True)


@router.post(
    "/links",
    operation_id="sendSignInLink",
    summary="Send a sign-in link by e-mail",
    status_code=202,
    responses=problems.responses(
        "invalid_request",
        "csrf_failed",
        "validation_error",
        "quota_exceeded",
        "sign_in_disabled",
        "service_unavailable",
    ),
)
def send_link(
    request: Request,
    response: Response,
    body: LinkRequest,
    service: ServiceDep,
    address: AddressDep,
) -> LinkView:
    """The link works once, within 15 minutes, in the browser that requested it."""
    _check_page(request)
    browser = service.sign_in.send_link(
        body.email, address, _mailed_url(request), keep_keys=body.keep_keys
    )
    Cookies(base_url(request)).await_answer(response, browser)
    response.headers["cache-control"] = "no-store"
    return LinkView(message=_SENT, expires_in=LINK_SECONDS)


@router.get(
    "/link",
    operation_id="followSignInLink",
    summary="Sign in with a link from an e-mail",
    status_code=303,
    response_class=RedirectResponse,
    responses=_REDIRECT | problems.responses("sign_in_failed", "service_unavailable"),
)
def follow_link(request: Request, service: ServiceDep, caller: CallerDep, token: Token) -> Response:
    """The link in the e-mail opens this URL. It needs the cookie that `sendSignInLink` set."""
    browser = request.cookies.get(Cookies(base_url(request)).sign_in, "")
    try:
        entered = service.sign_in.follow_link(token, browser, caller.account)
    except SignInFailed as error:
        return _failed(request, error)
    return _entered(request, service, entered)


@router.get(
    "/google",
    operation_id="beginGoogleSignIn",
    summary="Sign in with Google",
    status_code=303,
    response_class=RedirectResponse,
    responses=_TO_PROVIDER
    | problems.responses("sign_in_disabled", "quota_exceeded", "service_unavailable"),
)
def begin_google(
    request: Request,
    service: ServiceDep,
    address: AddressDep,
    keep_keys: Annotated[bool, Query(description="As for `sendSignInLink`.")] = False,
) -> Response:
    """Redirects the browser to the identity provider (OpenID Connect with PKCE)."""
    url, browser = service.sign_in.begin_provider(
        _redirect_uri(request), address, keep_keys=keep_keys
    )
    answer = RedirectResponse(url, status_code=303, headers={"cache-control": "no-store"})
    Cookies(base_url(request)).await_answer(answer, browser)
    return answer


@router.get(
    "/google/callback",
    operation_id="finishGoogleSignIn",
    summary="Finish signing in with Google",
    status_code=303,
    response_class=RedirectResponse,
    responses=_REDIRECT
    | problems.responses("sign_in_failed", "sign_in_disabled", "service_unavailable"),
)
def finish_google(
    request: Request,
    service: ServiceDep,
    caller: CallerDep,
    state: Annotated[
        str, Query(max_length=128, description="The value sent to the provider.")
    ] = "",
    code: Annotated[str, Query(max_length=2048, description="The provider's answer.")] = "",
) -> Response:
    """The identity provider redirects the browser to this URL."""
    browser = request.cookies.get(Cookies(base_url(request)).sign_in, "")
    try:
        entered = service.sign_in.finish_provider(
            _redirect_uri(request),
            state=state,
            code=code,
            browser=browser,
            current=caller.account,
        )
    except SignInFailed as error:
        return _failed(request, error)
    return _entered(request, service, entered)


@router.post(
    "/sign-out",
    operation_id="signOut",
    summary="Sign out",
    status_code=204,
    responses=problems.responses("validation_error", "service_unavailable", *CALLER_PROBLEMS),
)
def sign_out(
    request: Request,
    response: Response,
    service: ServiceDep,
    caller: AccountDep,
    everywhere: Annotated[bool, Query(description="End every session of the account.")] = False,
) -> None:
    """Ends this browser's session, or every session. API keys keep working."""
    account = _account(service, caller)
    session = None if everywhere else caller.credential
    service.accounts.end_session(account.id, session)
    service.credentials.forget(*(one.digest for one in account.sessions))
    Cookies(base_url(request)).end(response)


def _account(service: Service, caller: Caller) -> Account:
    return service.accounts.get(caller.subject)


def _check_page(request: Request) -> None:
    """Raise unless a page of this service made the request, and the browser will keep the cookies.

    A browser silently drops `Secure` cookies if the page was opened over plain http.
    """
    own, over_http = base_url(request), request.headers.get("origin", "").startswith("http:")
    if own.startswith("https:") and over_http and request.url.hostname not in LOOPBACK:
        raise SignInDisabled(
            f"The cookies of this service need https, but this page was opened over plain http. "
            f"Open {own}/sign-in instead."
        )
    check_own_site(request)  # after it: to this check, such a page is another site


def _mailed_url(request: Request) -> str:
    """The service's URL for a link in an e-mail."""
    if not mails_links(request):
        raise SignInDisabled(
            "Links by mail need the setting EXPUNGE_PUBLIC_URL on this server, or on AWS "
            "EXPUNGE_MAIL_FROM."
        )
    return base_url(request)


def _redirect_uri(request: Request) -> str:
    return f"{base_url(request)}/api/v1/auth/google/callback"


def _entered(request: Request, service: Service, entered: SignedIn) -> Response:
    service.credentials.forget(*entered.ended)
    answer = RedirectResponse(_HOME, status_code=303, headers={"cache-control": "no-store"})
    Cookies(base_url(request)).begin(answer, entered.secret)
    return answer


def _failed(request: Request, error: SignInFailed) -> Response:
    """Redirect a browser to the sign-in page; answer a program with a problem."""
    if "text/html" in request.headers.get("accept", ""):
        where = f"/sign-in?problem={error.code}"
        return RedirectResponse(where, status_code=303, headers={"cache-control": "no-store"})
    return problems.answer_error(request, error)
