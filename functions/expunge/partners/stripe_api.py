"""The few calls of Stripe's API that are needed, and the signature of its events.

Sources: Stripe API reference («Form-encoded request bodies», «Idempotent requests», «Errors»),
and «Verify webhook signatures manually». Stripe's own library would take 17 MB of a function.
"""

from __future__ import annotations

import hmac
import random
import time
import uuid
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import httpx2
from pydantic_core import from_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

API_URL = "https://api.stripe.com"
API_VERSION = "2026-10-28.endive"
TIMEOUT = 10.0
"""Seconds to connect, and to wait for the next bytes."""
TRIES = 3
TOLERANCE = 300
"""Seconds that an event may be old; Stripe's own libraries have the same default."""
_LATER = frozenset({409, 429})


class StripeError(Exception):
    """Stripe refused the call or did not answer; ``code`` is its code, if it gave one."""

    def __init__(self, code: str = "") -> None:
        super().__init__(code)
        self.code = code


class SignatureRefused(Exception):
    """The event is not signed with the secret, or was signed too long ago."""


class StripeApi:
    """A client with the account's secret ``key``.

    A call that may not have arrived is repeated twice. Each try of a POST has the same
    idempotency key, so Stripe acts once.
    """

    def __init__(
        self, key: str, base_url: str | None = None, *, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._base = (base_url or API_URL).rstrip("/")
        self._headers = {"authorization": f"Bearer {key}", "stripe-version": API_VERSION}
        self._sleep = sleep

    def post(self, path: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """POST the parameters as a form, and return the object that Stripe made.

        Raises
        ------
        StripeError
            If there is none.
        """
        headers = {"idempotency-key": str(uuid.uuid4())}
        return self._call("POST", path, headers, dict(form(parameters)))

    def delete(self, path: str, name: str) -> dict[str, Any]:
        """DELETE the object ``name`` below a path; raises as `post`."""
        return self._call("DELETE", f"{path}/{quote(name, safe='')}", {}, None)

    def _call(
        self, method: str, path: str, headers: dict[str, str], body: dict[str, str] | None
    ) -> dict[str, Any]:
        url, pause = self._base + path, 0.5
        with httpx2.Client(timeout=TIMEOUT, headers=self._headers | headers) as client:
            for _ in range(TRIES - 1):
                try:
                    answer = client.request(method, url, data=body)
                except httpx2.TransportError:
                    pass
                else:
                    if answer.status_code < 500 and answer.status_code not in _LATER:
                        return _object(answer)
                self._sleep(pause * random.uniform(0.5, 1))  # noqa: S311
                pause *= 2
            try:
                return _object(client.request(method, url, data=body))
            except httpx2.TransportError as error:
                raise StripeError from error


def _object(answer: httpx2.Response) -> dict[str, Any]:
    try:
        found = answer.json()
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise StripeError
    if answer.is_success:
        return found
    error = found.get("error")
    raise StripeError(str(error.get("code") or "") if isinstance(error, dict) else "")


def form(parameters: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Nested parameters as fields: ``{"a": [{"b": 1}]}`` as ``a[0][b]=1``."""
    for name, value in parameters.items():
        field = f"{prefix}[{name}]" if prefix else name
        match value:
            case dict():
                yield from form(value, field)
            case list():
                yield from form({str(index): one for index, one in enumerate(value)}, field)
            case bool():
                yield field, str(value).lower()
            case _:
                yield field, str(value)


def signed_event(body: bytes, header: str, secret: str, now: float) -> dict[str, Any]:
    """The event of a webhook request, after its signature was checked.

    ``header`` is ``t=<Unix seconds>,v1=<hex>``; several ``v1`` occur while a secret is replaced.

    Raises
    ------
    SignatureRefused
    """
    fields = [tuple(part.split("=", 1)) for part in header.split(",") if "=" in part]
    signed_at = next((value for name, value, *_ in fields if name == "t"), "")
    expected = hmac.new(secret.encode(), f"{signed_at}.".encode() + body, "sha256").hexdigest()
    given = [value.encode() for name, value, *_ in fields if name == "v1"]
    if not any(hmac.compare_digest(expected.encode(), one) for one in given):
        raise SignatureRefused
    if not signed_at.isascii() or not signed_at.isdigit() or int(signed_at) < now - TOLERANCE:
        raise SignatureRefused
    try:
        event = from_json(body)  # with a limit of nesting
    except ValueError:
        raise SignatureRefused from None
    if not isinstance(event, dict):
        raise SignatureRefused
    return event
