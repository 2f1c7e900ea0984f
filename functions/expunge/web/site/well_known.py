"""What programs look for at fixed paths: crawlers' rules, a contact, the keys of receipts."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from fastapi import APIRouter, Response
from fastapi.responses import PlainTextResponse

from expunge.errors import NotFound
from expunge.web import problems
from expunge.web.dependencies import ServiceDep
from expunge.web.site.schemas import ReceiptKeysView

router = APIRouter(tags=["service"])

ROBOTS = """\
# Pages and guides are welcome. The rest is an API, or belongs to one person.
User-agent: *
Disallow: /api/
Disallow: /objects/
Disallow: /tab/
Disallow: /account
Disallow: /console
Disallow: /sign-in
"""
KEYS = "/.well-known/expunge-receipt-keys"
VALID_SECONDS = 90 * 24 * 3600
"""How long a `security.txt` is valid; RFC 9116 recommends less than a year."""
KEYS_MAX_AGE = 300
"""Seconds that caches may keep the keys, so that a new one is known soon."""


@router.api_route("/robots.txt", methods=["GET", "HEAD"], include_in_schema=False)
def robots() -> Response:
    """What crawlers may read (RFC 9309)."""
    return PlainTextResponse(ROBOTS, headers={"cache-control": "public, max-age=86400"})


@router.api_route("/.well-known/security.txt", methods=["GET", "HEAD"], include_in_schema=False)
def security_txt(service: ServiceDep) -> Response:
    """Where to report a vulnerability of this installation (RFC 9116).

    Raises
    ------
    NotFound
        If the operator has named no contact: the file would not be valid without one.
    """
    contact = service.settings.security_contact
    if contact is None:
        raise NotFound("The operator of this server has named no contact for vulnerabilities.")
    expires = datetime.fromtimestamp(_days_end(time.time()) + VALID_SECONDS, UTC)
    lines = [
        f"Contact: {contact}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: en",
    ]
    own = service.settings.public_url  # never the Host header: caches keep this file
    if own is not None and own.startswith("https:"):
        own = own.rstrip("/")
        lines.append(f"Policy: {own}/docs/guide/explanation/security")
        lines.append(f"Canonical: {own}/.well-known/security.txt")
    text = "".join(f"{line}\n" for line in lines)
    return PlainTextResponse(text, headers={"cache-control": "public, max-age=86400"})


def _days_end(now: float) -> float:
    """The end of the day (UTC), so that the file is the same all day."""
    return now - now % 86_400 + 86_400


@router.head(KEYS, include_in_schema=False)
@router.get(
    KEYS,
    operation_id="getReceiptKeys",
    summary="Get the keys that verify receipts",
    responses=problems.responses("service_unavailable"),
)
def receipt_keys(response: Response, service: ServiceDep) -> ReceiptKeysView:
    """The public keys of this service's receipts, as a JWK set (RFC 7517): the present key first,
    then former ones whose receipts stay valid. `expunge receipt verify` reads it.
    """
    response.headers["cache-control"] = f"public, max-age={KEYS_MAX_AGE}"
    response.headers["access-control-allow-origin"] = "*"
    return ReceiptKeysView.model_validate(service.issuer.keys.as_dict())
