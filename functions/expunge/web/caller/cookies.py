"""Session cookies, and the protection against cross-site request forgery (CSRF).

Scripts cannot read a session cookie. A second cookie holds a token that scripts can read. Every
request that changes something must send this token as ``X-CSRF-Token``. A page of another site
can make a browser send cookies, but it cannot read them. The token is derived from the session's
secret, so it needs no storage.

A browser without an account has a secret of its own, which lists and deletes its jobs.

Cookies depend on the URL of the request. With TLS they are ``Secure`` and have the prefix
``__Host-``: browsers accept them only from this host, over TLS, for every path. A service below a
path uses ``__Secure-`` and that path, so that it shares no cookie with its neighbours. Over plain
http, as on a private network, browsers would drop such cookies, so they have neither.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from expunge.accounts.account import SESSION_SECONDS
from expunge.errors import CsrfFailed
from expunge.web.urls import prefix_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

SIGN_IN_SECONDS = 15 * 60
BROWSER_SECONDS = 30 * 24 * 3600
"""Lifetime of the cookie that the first job sets in a browser without an account."""
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Cookies:
    """Reads and sets the cookies of a service that was reached at ``base_url``."""

    def __init__(self, base_url: str) -> None:
        self._secure, self._path, prefix = _bounds(base_url)
        self.browser = f"{prefix}expunge_browser"
        self.session = f"{prefix}expunge_session"
        self.csrf = f"{prefix}expunge_csrf"
        self.sign_in = f"{prefix}expunge_sign_in"

    def begin(self, response: Response, secret: str) -> None:
        """Sign this browser in."""
        self._set(response, self.session, secret, SESSION_SECONDS)
        self._set(response, self.csrf, csrf_token(secret), SESSION_SECONDS, readable=True)
        self._drop(response, self.sign_in)

    def end(self, response: Response) -> None:
        """Sign this browser out."""
        self._drop(response, self.session)
        self._drop(response, self.csrf)

    def await_answer(self, response: Response, secret: str) -> None:
        """Set the cookie that must come back when the browser follows its sign-in link."""
        self._set(response, self.sign_in, secret, SIGN_IN_SECONDS)

    def recognise(self, response: Response, secret: str) -> None:
        """Let a browser without an account list and delete its jobs."""
        self._set(response, self.browser, secret, BROWSER_SECONDS)

    def _set(
        self, response: Response, name: str, value: str, seconds: int, *, readable: bool = False
    ) -> None:
        response.set_cookie(
            name,
            value,
            max_age=seconds,
            path=self._path,
            secure=self._secure,
            httponly=not readable,
            samesite="lax",  # a link in a mail is followed from another site
        )

    def _drop(self, response: Response, name: str) -> None:
        response.delete_cookie(
            name, path=self._path, secure=self._secure, httponly=True, samesite="lax"
        )


class AdminCookies:
    """The administrator's cookies; browsers never send them with another site's request."""

    def __init__(self, base_url: str) -> None:
        self._secure, self._path, prefix = _bounds(base_url)
        self.session = f"{prefix}expunge_admin"
        self.csrf = f"{prefix}expunge_admin_csrf"

    def begin(self, response: Response, secret: str, seconds: int) -> None:
        """Sign this browser in."""
        self._set(response, self.session, secret, seconds, httponly=True)
        self._set(response, self.csrf, csrf_token(secret), seconds, httponly=False)

    def end(self, response: Response) -> None:
        """Sign this browser out."""
        self._set(response, self.session, "", 0, httponly=True)
        self._set(response, self.csrf, "", 0, httponly=False)

    def _set(
        self, response: Response, name: str, value: str, seconds: int, *, httponly: bool
    ) -> None:
        response.set_cookie(
            name,
            value,
            max_age=seconds,
            path=self._path,
            secure=self._secure,
            httponly=httponly,
            samesite="strict",
        )


def _bounds(base_url: str) -> tuple[bool, str, str]:
    """Of the cookies at a base URL: whether they need TLS, their path, and how names start."""
    secure, path = base_url.startswith("https:"), prefix_of(base_url)
    bound = "__Secure-" if path else "__Host-"
    return secure, path or "/", bound if secure else ""


def csrf_token(secret: str) -> str:
    """The CSRF token of a session, derived from its secret."""
    return hmac.new(secret.encode(), b"csrf", hashlib.sha256).hexdigest()


def check_csrf(request: Request, secret: str) -> None:
    """Raise `CsrfFailed` unless the request has the session's CSRF token."""
    if request.method in SAFE_METHODS:
        return
    check_own_site(request)
    shown = request.headers.get("x-csrf-token", "")
    if not hmac.compare_digest(shown.encode(), csrf_token(secret).encode()):
        raise CsrfFailed("A request with a session cookie needs the X-CSRF-Token header.")


def is_from_a_page(request: Request) -> bool:
    """Whether a page made the request; browsers send headers that say so, programs do not."""
    return bool({"origin", "sec-fetch-site"} & set(request.headers.keys()))


def is_own_page(request: Request) -> bool:
    """Whether the browser says that a page of this service made the request."""
    return request.headers.get("sec-fetch-site") == "same-origin"


def is_shown_to_be_own(request: Request) -> bool:
    """Whether the browser says that a page of this service made the request.

    Unlike `check_own_site`, this takes no silence for an answer: an old browser says nothing about
    an image in another site's page.
    """
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site")
    if site not in (None, "same-origin"):
        return False
    return site is not None if origin is None else _is_own(origin, request)


def is_from_another_site(request: Request) -> bool:
    """Whether the browser says that another site's page made the request."""
    try:
        check_own_site(request)
    except CsrfFailed:
        return True
    return False


def check_own_site(request: Request) -> None:
    """Raise `CsrfFailed` if the browser says that another site's page made the request."""
    origin = request.headers.get("origin")
    if origin is not None:
        if not _is_own(origin, request):
            raise CsrfFailed("The request was made by a page of another site.")
    elif request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise CsrfFailed("The request was made by a page of another site.")


def _is_own(origin: str, request: Request) -> bool:
    """Whether an origin (RFC 6454) is this service's: by its public URL, else by the Host header.

    A page over http is another site than one over https, since anyone on the network can forge
    it. A page over https may send requests that arrive over http: a proxy in front ends TLS.
    """
    scheme, _, host = origin.lower().partition("://")
    public = urlsplit((request.app.state.service.settings.public_url or "").lower())
    if not host:
        return False
    if host == public.netloc:
        return scheme == public.scheme
    named = request.headers.get("host", "").lower()
    return host == named and scheme in ("https", request.url.scheme)
