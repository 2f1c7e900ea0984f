"""``/metrics`` for Prometheus; the application has it only if the operator has turned it on."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from expunge.errors import Forbidden, Unauthorized
from expunge.net.addresses import is_private
from expunge.net.own_network import is_private_host
from expunge.web.caller.address import client_address
from expunge.web.caller.cookies import is_from_a_page
from expunge.web.dependencies import ServiceDep, service_of
from expunge.web.middleware.forwarded import SENT_HOSTS
from expunge.web.middleware.host_guard import name_of
from expunge.web.proxies import FORWARDED_FOR, Proxies

if TYPE_CHECKING:
    from expunge.settings import Settings

PROXY_HEADERS = (
    FORWARDED_FOR,
    "forwarded",
    "via",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-real-ip",
    "cf-connecting-ip",
    "true-client-ip",
)
"""Headers of requests that a proxy, a CDN or a tunnel passes on (RFC 7239, RFC 9110, and usage)."""

router = APIRouter(include_in_schema=False)


@router.get("/metrics")
async def get_metrics(request: Request, service: ServiceDep) -> Response:
    """Answers scrapers with a token, or else scrapers of the own network."""
    _check_scraper(request, service_of(request).settings)
    assert service.metrics is not None
    accept = request.headers.get("accept", "")
    data, media_type = await run_in_threadpool(service.metrics.exposition, accept)
    return Response(data, headers={"content-type": media_type, "cache-control": "no-store"})


def _check_scraper(request: Request, settings: Settings) -> None:
    """Refuse pages, and callers who have neither the token nor, without one, a private address.

    Raises
    ------
    Unauthorized, Forbidden
    """
    if is_from_a_page(request):  # of any site, in a browser on the own network
        raise Forbidden("Pages do not read metrics.")
    if settings.metrics_token is not None:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        right = hmac.compare_digest(token.strip().encode(), settings.metrics_token.encode())
        if scheme.lower() != "bearer" or not right:
            raise Unauthorized("Metrics need the token of EXPUNGE_METRICS_TOKEN as Bearer.")
    elif not _is_near(request, settings):
        raise Forbidden(
            "Metrics are open to loopback and private addresses only. The operator can set "
            "EXPUNGE_METRICS_TOKEN."
        )


def _is_near(request: Request, settings: Settings) -> bool:
    """Whether the request comes from the own network, and not through an unknown proxy.

    A proxy on this machine makes everybody seem near. It shows itself by a header, or by the
    public name under which it was called.
    """
    peer = request.client.host if request.client else ""
    passed_on = any(name in request.headers for name in PROXY_HEADERS)
    known = FORWARDED_FOR in request.headers and Proxies(settings.trusted_proxies).trusts(peer)
    if passed_on and not known:
        return False
    hosts = [name_of(host) for host in request.scope.get(SENT_HOSTS, [])]
    near = all(host is not None and is_private_host(host or "localhost") for host in hosts)
    return near and is_private(client_address(request, settings))
