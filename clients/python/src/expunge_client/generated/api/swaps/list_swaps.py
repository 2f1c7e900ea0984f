from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.swap_page import SwapPage
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *, limit: int | Unset = 25, cursor: str | Unset = UNSET, x_client_fingerprint: str | Unset = "", x_client_secret: str | Unset = ""
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_client_fingerprint, Unset):
        headers["x-client-fingerprint"] = x_client_fingerprint

    if not isinstance(x_client_secret, Unset):
        headers["x-client-secret"] = x_client_secret

    params: dict[str, Any] = {}

    params["limit"] = limit

    params["cursor"] = cursor

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {"method": "get", "url": "/api/v1/swaps", "params": params}

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> SwapPage | None:
    if response.status_code == 200:
        response_200 = SwapPage.from_dict(response.json())

        return response_200

    raise errors.problem_of(response)


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[SwapPage]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    limit: int | Unset = 25,
    cursor: str | Unset = UNSET,
    x_client_fingerprint: str | Unset = "",
    x_client_secret: str | Unset = "",
) -> Response[SwapPage]:
    """List your swaps, newest first

     With an API key, lists the swaps that this key created. With a session, lists those of the
    whole account. A swap stays in the list for 29 to 30 days.

    Args:
        limit (int | Unset): Entries per page. Default: 25.
        cursor (str | Unset): `next_cursor` of the previous page.
        x_client_fingerprint (str | Unset): Gives anonymous callers behind one IP address separate
            quotas. Default: ''.
        x_client_secret (str | Unset): The secret from an earlier answer. It identifies an
            anonymous caller that has no cookie. Default: ''.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[SwapPage]
    """

    kwargs = _get_kwargs(limit=limit, cursor=cursor, x_client_fingerprint=x_client_fingerprint, x_client_secret=x_client_secret)

    response = client.get_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    limit: int | Unset = 25,
    cursor: str | Unset = UNSET,
    x_client_fingerprint: str | Unset = "",
    x_client_secret: str | Unset = "",
) -> SwapPage | None:
    """The same as `sync_detailed`, with the parsed answer alone."""

    return sync_detailed(
        client=client, limit=limit, cursor=cursor, x_client_fingerprint=x_client_fingerprint, x_client_secret=x_client_secret
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    limit: int | Unset = 25,
    cursor: str | Unset = UNSET,
    x_client_fingerprint: str | Unset = "",
    x_client_secret: str | Unset = "",
) -> Response[SwapPage]:
    """The same as `sync_detailed`, asynchronously."""

    kwargs = _get_kwargs(limit=limit, cursor=cursor, x_client_fingerprint=x_client_fingerprint, x_client_secret=x_client_secret)

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    limit: int | Unset = 25,
    cursor: str | Unset = UNSET,
    x_client_fingerprint: str | Unset = "",
    x_client_secret: str | Unset = "",
) -> SwapPage | None:
    """The same as `sync`, asynchronously."""

    return (
        await asyncio_detailed(
            client=client, limit=limit, cursor=cursor, x_client_fingerprint=x_client_fingerprint, x_client_secret=x_client_secret
        )
    ).parsed
