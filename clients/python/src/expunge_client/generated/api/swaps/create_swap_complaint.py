from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.complaint_create import ComplaintCreate
from ...models.complaint_view import ComplaintView
from ...types import Response, Unset


def _get_kwargs(*, body: ComplaintCreate, x_client_fingerprint: str | Unset = "", x_client_secret: str | Unset = "") -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_client_fingerprint, Unset):
        headers["x-client-fingerprint"] = x_client_fingerprint

    if not isinstance(x_client_secret, Unset):
        headers["x-client-secret"] = x_client_secret

    _kwargs: dict[str, Any] = {"method": "post", "url": "/api/v1/swaps/complaints"}

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> ComplaintView | None:
    if response.status_code == 201:
        response_201 = ComplaintView.from_dict(response.json())

        return response_201

    raise errors.problem_of(response)


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[ComplaintView]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: ComplaintCreate,
    x_client_fingerprint: str | Unset = "",
    x_client_secret: str | Unset = "",
) -> Response[ComplaintView]:
    """Complain about a refused image

     The content analyser errs at times. The operator reads your complaint and can allow the
    file; then the same swap passes. A second complaint about a file returns the first.

    Args:
        x_client_fingerprint (str | Unset): Gives anonymous callers behind one IP address separate
            quotas. Default: ''.
        x_client_secret (str | Unset): The secret from an earlier answer. It identifies an
            anonymous caller that has no cookie. Default: ''.
        body (ComplaintCreate): A complaint about a refused file.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ComplaintView]
    """

    kwargs = _get_kwargs(body=body, x_client_fingerprint=x_client_fingerprint, x_client_secret=x_client_secret)

    response = client.get_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    body: ComplaintCreate,
    x_client_fingerprint: str | Unset = "",
    x_client_secret: str | Unset = "",
) -> ComplaintView | None:
    """The same as `sync_detailed`, with the parsed answer alone."""

    return sync_detailed(client=client, body=body, x_client_fingerprint=x_client_fingerprint, x_client_secret=x_client_secret).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: ComplaintCreate,
    x_client_fingerprint: str | Unset = "",
    x_client_secret: str | Unset = "",
) -> Response[ComplaintView]:
    """The same as `sync_detailed`, asynchronously."""

    kwargs = _get_kwargs(body=body, x_client_fingerprint=x_client_fingerprint, x_client_secret=x_client_secret)

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: ComplaintCreate,
    x_client_fingerprint: str | Unset = "",
    x_client_secret: str | Unset = "",
) -> ComplaintView | None:
    """The same as `sync`, asynchronously."""

    return (
        await asyncio_detailed(client=client, body=body, x_client_fingerprint=x_client_fingerprint, x_client_secret=x_client_secret)
    ).parsed
